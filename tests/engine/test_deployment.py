"""The whole program by the true engine: what it makes, keeps, protects and removes."""

import json
from collections import Counter
from collections.abc import Callable

import pytest
from pulumi.automation import CommandError

from local.engine.engine import Step
from tests.engine.conftest import CONFIG, DATA, NETWORK, Deployment

Make = Callable[[dict[str, str]], Deployment]


def _operations(steps: list[Step]) -> set[str]:
    return {step.operation for step in steps}


def _of_aws(steps: list[Step]) -> list[tuple[str, str]]:
    return sorted((step.kind, step.name) for step in steps if step.kind.startswith("aws:"))


def test_a_preview_of_an_empty_account_names_all_that_is_made_then(deployed: Deployment) -> None:
    assert _operations(deployed.planned) == _operations(deployed.made) == {"create"}
    assert _of_aws(deployed.made) == _of_aws(deployed.planned)
    made = Counter(kind for kind, _ in _of_aws(deployed.made))
    assert made == Counter(kind for kind, _ in deployed.account.resources)


def test_a_second_deployment_changes_nothing(deployed: Deployment) -> None:
    before = {key: dict(inputs) for key, inputs in deployed.account.resources.items()}
    assert _operations(deployed.stack.up()) == {"same"}
    assert deployed.account.resources == before


def test_what_a_person_needs_is_printed(deployed: Deployment) -> None:
    outputs = deployed.stack.outputs()
    assert outputs["api_url"]
    assert {record["type"] for record in outputs["dns_records"]} == {"CNAME", "MX", "TXT"}
    assert outputs["function_names"]["issue_api_key"] == "email-platform-dev-issue-api-key"


def test_a_resource_that_fails_in_the_middle_is_made_by_the_next_deployment(make_deployment: Make) -> None:
    deployment = make_deployment(CONFIG)
    deployment.account.refused = lambda kind, _name: kind == "aws:sfn/stateMachine:StateMachine"
    with pytest.raises(CommandError, match="AWS refuses"):
        deployment.stack.up()
    half = dict(deployment.account.resources)
    assert half
    deployment.account.refused = lambda _kind, _name: False
    assert _operations(deployment.stack.up()) == {"create", "same"}
    assert {key: deployment.account.resources[key] for key in half} == half, "what was there is left as it was"


def test_ses_always_publishes_somewhere_while_the_way_of_its_events_is_changed(
    make_deployment: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment = make_deployment(CONFIG)
    deployment.stack.up()
    account, delete = deployment.account, deployment.account.delete
    kind = "aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination"
    left_then: list[list[str]] = []

    def watched(of: str, name: str, identity: str) -> None:
        delete(of, name, identity)
        if of == kind:
            left_then.append(
                [inputs["eventDestinationName"] for (one, _), inputs in account.resources.items() if one == kind]
            )

    monkeypatch.setattr(account, "delete", watched)
    before = account.resources.keys() - {key for key in account.resources if key[0] == kind}
    for way in ("firehose", "notifications"):
        deployment.stack.configure({**CONFIG, "eventDelivery": way})
        deployment.stack.up()
        assert account.resources.keys() >= before, "queues, topic, stream and functions of both ways stay"
    assert left_then == [["stream"], ["tracking"]], "the new destination is there when the old one goes"


def test_protected_data_stay_until_protection_is_lifted_and_then_nothing_is_left(make_deployment: Make) -> None:
    deployment = make_deployment({**CONFIG, "protectData": "true"})
    deployment.stack.up()
    data = {key: inputs for key, inputs in deployment.account.resources.items() if key[0] in DATA}
    assert {kind for kind, _ in data} == DATA
    of_data = [one for one in deployment.stack.state()["resources"] if one["type"] in DATA]
    assert of_data
    assert all(one["protect"] and one["retainOnDelete"] for one in of_data), "kept, were protection lifted by hand"
    with pytest.raises(CommandError, match="protected"):
        deployment.stack.destroy()
    deployment.stack.configure({**CONFIG, **NETWORK, "protectData": "true"})
    with pytest.raises(CommandError, match=r"unable to replace resource .*Domain::analytics"):
        deployment.stack.up()
    assert {key: deployment.account.resources.get(key) for key in data} == data
    # As docs/deployment.md says: protection is lifted by a deployment of its own.
    deployment.stack.configure(CONFIG)
    assert {step.kind for step in deployment.stack.up() if step.operation == "replace"} == set()
    deployment.stack.destroy()
    assert deployment.account.resources == {}
    assert deployment.stack.state().get("resources", []) == []


def test_the_state_holds_no_secret_in_clear(deployed: Deployment) -> None:
    secret = ("password", "secret", "privatekey", "accesskey", "authtoken")
    found = [
        f"{resource['urn']}: {name}"
        for resource in deployed.stack.state()["resources"]
        for name, value in _leaves(resource.get("outputs", {}) | resource.get("inputs", {}))
        if any(word in name.lower() for word in secret) and isinstance(value, str)
    ]
    assert found == [], "mark these as secrets (pulumi.Output.secret) or keep them out of Pulumi"


def _leaves(node: object, name: str = "") -> list[tuple[str, object]]:
    if isinstance(node, dict):
        if "ciphertext" in node:
            return []
        return [leaf for key, value in node.items() for leaf in _leaves(value, key)]
    if isinstance(node, list):
        return [leaf for value in node for leaf in _leaves(value, name)]
    if isinstance(node, str) and node.startswith("{"):
        return _leaves(json.loads(node), name)
    return [(name, node)]
