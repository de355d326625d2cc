"""The probe on the local stack: through its API, the authorizer, the local SES and its events."""

import json

from tests.e2e.conftest import Running


def test_two_rounds_in_a_row_see_a_delivery_and_a_bounce(running: Running) -> None:
    function = running.stack.outputs["function_names"]["probe_sending"]
    event = {"api_url": running.stack.api_url, "sender": "probe@news.example.com"}
    for _ in range(2):  # the second one lifts the suppression that the first one's bounce made
        answer = running.stack.emulator.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
        document = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, document
        assert document["seconds"].keys() == {"success@simulator.amazonses.com", "bounce@simulator.amazonses.com"}
    shown = running.api.get("/v1/suppressions/bounce%40simulator.amazonses.com")
    assert [one["reason"] for one in shown["items"]] == ["bounce"]
