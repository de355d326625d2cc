"""What API Gateway does before the API's function: it asks the authorizer and answers itself whom that refuses."""

import fnmatch
import json
from typing import Any

import app
from chalicelib.entrypoints.authorizer import NotAuthorizedError
from infra.gateway_responses import gateway_responses
from tests.integration.api.platform import CONTEXT, Answer, Api, answer_of

_BASE_URI = "https://emailplatform.dev/problems/"
_API = "arn:aws:execute-api:us-east-1:123456789012:api/live"


class Gateway:
    """Calls the API with a key as a caller does.

    Args:
        token: what is sent as the bearer's token; None: no ``Authorization`` at all.
        source: IP address of the caller.
    """

    def __init__(self, token: str | None, source: str = "192.0.2.7") -> None:
        self._token = token
        self._source = source

    def call(self, method: str, path: str, body: str | None = None) -> Answer:
        """Make a request."""
        event = Api().event(method, path, body, {})
        event["requestContext"]["identity"] = {"sourceIp": self._source}
        if self._token is None:
            return _own("UNAUTHORIZED")
        question = {
            "type": "REQUEST",
            "methodArn": f"{_API}/{method}{path}",
            "headers": {"Authorization": f"Bearer {self._token}"},
            "requestContext": {"identity": {"sourceIp": self._source}},
        }
        try:
            answered = app.authorize(question, CONTEXT)
        except NotAuthorizedError as error:
            # API Gateway knows this one word; any other error is a failure of the authorizer.
            return _own("UNAUTHORIZED" if str(error) == "Unauthorized" else "DEFAULT_5XX")
        (statement,) = answered["policyDocument"]["Statement"]
        if not any(fnmatch.fnmatchcase(question["methodArn"], allowed) for allowed in statement["Resource"]):
            return _own("ACCESS_DENIED")
        event["requestContext"]["authorizer"] = {"principalId": answered["principalId"], **answered["context"]}
        return answer_of(app.app(event, CONTEXT))


def call_signed(user_arn: str, method: str, path: str, body: str | None = None) -> Answer:
    """Call the API by a signed request; who signed it stands in the context, as API Gateway found it."""
    event = Api().event(method, path, body, {})
    del event["requestContext"]["authorizer"]
    event["requestContext"]["identity"] = {"sourceIp": "192.0.2.7", "userArn": user_arn}
    return answer_of(app.app(event, CONTEXT))


def _own(kind: str) -> Answer:
    """Answer as API Gateway is told to by itself."""
    response: dict[str, Any] = gateway_responses(_BASE_URI)[kind]
    headers = {
        name.removeprefix("gatewayresponse.header.").lower(): value.strip("'")
        for name, value in response["responseParameters"].items()
    }
    (template,) = response["responseTemplates"].values()
    document = json.loads(template)
    request_id = document["request_id"]
    assert request_id == "$context.requestId"
    return Answer(int(response["statusCode"]), headers, json.dumps(document))
