"""What the small Pulumi program hands to AWS as text: code, policies, the API's document."""

import json
from typing import Any

CODE = """
import boto3, json, os, time

def main(event, context):
    if "Records" in event:
        table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
        for record in event["Records"]:
            if record["eventSource"] == "aws:sqs":
                table.put_item(Item={"id": record["body"], "at": 1, "from": "queue"})
            elif record["dynamodb"]["Keys"]["id"]["S"] == "poison":
                return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
        return {"batchItemFailures": []}
    if event.get("do") == "read":
        return boto3.client("s3").get_object(Bucket=os.environ["BUCKET"], Key="a.txt")["Body"].read().decode()
    if event.get("do") == "fail":
        raise LookupError("two\\nlines")
    if event.get("do") == "sleep":
        time.sleep(event["seconds"])
    if "httpMethod" in event:
        body = {"user": event["requestContext"]["authorizer"]["principalId"], "stage": os.environ["LOCAL"]}
        return {"statusCode": 201, "headers": {"X-Mine": "yes"}, "body": json.dumps(body)}
    return {"name": context.function_name}

def authorize(event, context):
    if event["authorizationToken"] == "Bearer none":
        raise Exception("Unauthorized")
    effect = "Allow" if event["authorizationToken"] == "Bearer good" else "Deny"
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": event["methodArn"]}
    return {"principalId": "ann", "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
"""


def policy(*statements: dict[str, Any]) -> str:
    """An IAM policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(service: str) -> str:
    """A trust policy for one service."""
    return policy({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"})


def document(uris: list[str]) -> str:
    """The API as Chalice describes it: one route behind a token authorizer."""
    main, check = uris

    def problem(status: int) -> dict[str, Any]:
        return {
            "statusCode": str(status),
            "responseParameters": {"gatewayresponse.header.Content-Type": "'application/problem+json'"},
            "responseTemplates": {"application/json": json.dumps({"status": status})},
        }

    operation = {
        "consumes": ["application/json"],
        "produces": ["application/json"],
        "responses": {"200": {"description": ""}},
        "security": [{"authorize": []}],
        "parameters": [{"name": "thing", "in": "path", "required": True, "type": "string"}],
        "x-amazon-apigateway-integration": {
            "type": "aws_proxy",
            "httpMethod": "POST",
            "uri": main,
            "passthroughBehavior": "when_no_match",
            "contentHandling": "CONVERT_TO_TEXT",
            "responses": {"default": {"statusCode": "200"}},
        },
    }
    return json.dumps(
        {
            "swagger": "2.0",
            "info": {"title": "things", "version": "1.0"},
            "schemes": ["https"],
            "x-amazon-apigateway-binary-media-types": ["image/png", "application/zip"],
            "securityDefinitions": {
                "authorize": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "x-amazon-apigateway-authtype": "custom",
                    "x-amazon-apigateway-authorizer": {
                        "type": "token",
                        "authorizerUri": check,
                        "authorizerResultTtlInSeconds": 0,
                    },
                }
            },
            "paths": {"/v1/things/{thing}": {"get": operation, "post": operation}},
            "x-amazon-apigateway-gateway-responses": {
                "UNAUTHORIZED": problem(401),
                "ACCESS_DENIED": problem(403),
                "MISSING_AUTHENTICATION_TOKEN": problem(404),
                "DEFAULT_5XX": problem(500),
            },
        }
    )
