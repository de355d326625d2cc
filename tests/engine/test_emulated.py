"""The embedded AWS deployed to by the true engine, as `make run ENGINE=pulumi` does."""

import json
from pathlib import Path

from local.deploy.resource import Context
from local.emulator import REGION, Emulator
from local.engine.emulated import EmulatedAccount
from local.engine.engine import opened
from tests.engine.conftest import CONFIG


def test_functions_run_after_a_deployment_and_a_second_one_changes_nothing(cli: Path, tmp_path: Path) -> None:
    with (
        Emulator(tmp_path / "aws") as emulator,
        opened(tmp_path / "state", cli, EmulatedAccount(Context(emulator.endpoint, REGION))) as stack,
    ):
        statistics = f"sqlite:///{tmp_path}/analytics.db"
        stack.configure({**CONFIG, "aws:region": REGION, "openSearch": "false", "analyticsUrl": statistics})
        stack.up()
        outputs = stack.outputs()
        answer = emulator.client("lambda").invoke(
            FunctionName=outputs["function_names"]["issue_api_key"],
            Payload=json.dumps({"name": "engine", "scopes": ["read"]}).encode(),
        )
        assert json.loads(answer["Payload"].read())["token"]
        table = outputs["table_names"]["api_keys"]
        assert table.startswith("email-platform-dev-api-keys-"), "named as the AWS provider does"
        assert emulator.client("dynamodb").scan(TableName=table)["Count"] == 1
        assert {step.operation for step in stack.up()} == {"same"}
