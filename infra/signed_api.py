"""The API for callers that sign their requests (SigV4): the same operations behind IAM instead of behind keys."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from infra.chalice_manifest import problem_base_uri
from infra.config import StackConfig
from infra.gateway_responses import gateway_responses
from infra.keys import Keys
from infra.names import Names
from infra.rest_api import STAGE, RestApi

LABEL = "signed-api"
_SCHEME = "sigv4"
_VERSIONED = "/v1/"


class SignedApi(pulumi.ComponentResource):
    """A second REST API before the same functions.

    A method of a REST API has one authorizer, so callers with keys and callers with signatures cannot share it. API
    Gateway checks the signature and asks IAM; it tells the function who signed, and the function knows his scopes.

    Attributes:
        rest_api: the API.
        stage: its stage.
    """

    def __init__(
        self,
        names: Names,
        config: StackConfig,
        keys: Keys,
        body: Mapping[str, Any],
        *,
        after: Sequence[pulumi.Resource],
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("email-platform:infra:SignedApi", names.of(LABEL), None, opts)
        made = RestApi(
            names,
            config,
            keys,
            LABEL,
            signed(body, sorted(config.api_callers)),
            caller={"key": "$context.identity.userArn"},
            parent=self,
            after=after,
        )
        self.rest_api, self.stage = made.api, made.stage
        self.register_outputs({})


def signed(body: Mapping[str, Any], callers: Sequence[str]) -> dict[str, Any]:
    """Return the document of the API with each operation behind IAM, and without the page for recipients.

    The policy lets in roles and users of other accounts too, if their own account does; within the stack's account it
    is enough by itself.

    Args:
        body: the document of the API for keys.
        callers: ARNs of roles and users.
    """
    return {
        **body,
        "paths": {
            path: {method: {**operation, "security": [{_SCHEME: []}]} for method, operation in item.items()}
            for path, item in body["paths"].items()
            if path.startswith(_VERSIONED)
        },
        "securityDefinitions": {
            _SCHEME: {
                "type": "apiKey",
                "name": "Authorization",
                "in": "header",
                "x-amazon-apigateway-authtype": "awsSigv4",
            }
        },
        "x-amazon-apigateway-policy": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": list(callers)},
                    "Action": "execute-api:Invoke",
                    "Resource": f"execute-api:/{STAGE}/*",
                }
            ],
        },
        "x-amazon-apigateway-gateway-responses": gateway_responses(problem_base_uri(), signed=True),
    }
