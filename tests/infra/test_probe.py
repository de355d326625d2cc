"""The probe's rule: off unless asked for, and never silent."""

import json

from tests.infra.program import CONFIG, Graph, run

NAME = "email-platform-test-probe-sending"


def test_nothing_probes_unless_it_is_asked_for(graph: Graph) -> None:
    assert NAME not in graph.of("cloudwatch/eventRule:EventRule")
    assert "email-platform-test-probe-failed" not in graph.of("cloudwatch/metricAlarm:MetricAlarm")


def test_the_probe_runs_every_quarter_of_an_hour_against_the_api_and_rings() -> None:
    graph = run({**CONFIG, "probe": "true"})
    rule = graph.of("cloudwatch/eventRule:EventRule")[NAME]
    assert rule.inputs["scheduleExpression"] == "rate(15 minutes)"
    target = graph.of("cloudwatch/eventTarget:EventTarget")[NAME].inputs
    assert json.loads(target["input"]) == {
        "api_url": "https://email-platform-test-api-id.execute-api.eu-central-1.amazonaws.com/live",
        "sender": "probe@mail.example.com",
    }
    assert (
        graph.of("lambda/functionEventInvokeConfig:FunctionEventInvokeConfig")[NAME].inputs["maximumRetryAttempts"] == 0
    )
    assert graph.of("lambda/permission:Permission")[NAME].inputs["sourceArn"] == rule.arn
    dead = json.loads(graph.of("sqs/queuePolicy:QueuePolicy")["email-platform-test-schedule-dead"].inputs["policy"])
    assert rule.arn in dead["Statement"][0]["Condition"]["ArnEquals"]["aws:SourceArn"]
    alarm = graph.of("cloudwatch/metricAlarm:MetricAlarm")["email-platform-test-probe-failed"].inputs
    assert (alarm["metricName"], alarm["dimensions"]["FunctionName"]) == ("Errors", NAME)
    assert (alarm["period"], alarm["evaluationPeriods"]) == (900, 2)
