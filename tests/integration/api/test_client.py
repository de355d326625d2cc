"""The client and its command against the API's own function: each way ends in the exit code that is documented."""

import json
import re
import stat
from pathlib import Path
from typing import Any

import httpx
import pytest

import emailplatform
from chalicelib import bootstrap
from chalicelib.adapters.dns_records import DnsRecords
from emailplatform import ApiError, Client, etag_of, tasks
from emailplatform.commands import run
from emailplatform.commands.session import Session
from emailplatform.errors import NotReadyError
from emailplatform.problems import (
    CampaignNotFoundError,
    InvalidInputError,
    PreflightNeededError,
    StaleRevisionError,
    SuppressionNotFoundError,
)
from tests.integration.api import platform
from tests.integration.api.journeys import CSV, HTML, MIXED_CSV, Journeys
from tests.integration.api.platform import Api
from tests.integration.api.transport import KEY, URL, InProcess


@pytest.fixture
def client(api: Api) -> Client:
    return Client(URL, KEY, transport=InProcess(api))


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "spring.html").write_bytes(HTML)
    (tmp_path / "broken.html").write_bytes(b"<p>{{ name</p>")
    (tmp_path / "customers.csv").write_bytes(CSV)
    (tmp_path / "mixed.csv").write_bytes(MIXED_CSV)
    (tmp_path / "nothing.csv").write_bytes(b"name,city\nAnna,Bonn\n")
    return tmp_path


class Command:
    """Runs the command and reads what it printed."""

    def __init__(self, api: Api, capsys: pytest.CaptureFixture[str]) -> None:
        self._transport: httpx.BaseTransport = InProcess(api)
        self._capsys = capsys
        self.errors = ""

    def text(self, *arguments: str, code: int = 0) -> str:
        self._capsys.readouterr()
        ended = run(list(arguments), session=Session(transport=self._transport, poll_seconds=0.0))
        printed = self._capsys.readouterr()
        self.errors = printed.err
        assert ended == code, printed.err + printed.out
        assert KEY not in printed.out + printed.err
        return printed.out

    def document(self, *arguments: str, code: int = 0) -> Any:
        return json.loads(self.text("--json", *arguments, code=code))


@pytest.fixture
def command(api: Api, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    monkeypatch.setenv("EMAILPLATFORM_URL", URL)
    monkeypatch.setenv("EMAILPLATFORM_KEY", KEY)
    monkeypatch.setenv("EMAILPLATFORM_CONFIG", str(tmp_path / "config" / "config.toml"))
    monkeypatch.setenv("COLUMNS", "200")
    return Command(api, capsys)


def test_the_client_goes_the_way_of_a_campaign(client: Client, files: Path) -> None:
    told: list[int] = []
    template = tasks.upload_template(
        client, {"name": "Spring", "subject": "Hello {{ name }}"}, files / "spring.html", progress=told.append
    )
    assert template["variables"] == ["name", "unsubscribe_url"]
    assert sum(told) == len(HTML)
    recipients = tasks.wait_for_recipients(client, tasks.upload_recipients(client, files / "mixed.csv"))
    assert recipients["account"]["rows"] == 3
    campaign = client.create_campaign(
        {
            "name": "Spring",
            "template_id": template["template_id"],
            "file_id": recipients["file_id"],
            "sender": {"address": "news@example.com"},
        }
    )
    with pytest.raises(PreflightNeededError):
        client.send_campaign(campaign["campaign_id"])
    assert tasks.check_campaign(client, campaign["campaign_id"])["passed"]
    stale = client.get_campaign(campaign["campaign_id"])
    sent = client.send_campaign(campaign["campaign_id"], if_match=etag_of(stale))
    assert sent["state"] == "preparing"
    with pytest.raises(StaleRevisionError):
        client.pause_campaign(campaign["campaign_id"], if_match=etag_of(stale))
    assert [one["name"] for one in client.iter_campaigns(limit=1)] == ["Spring"]


def test_the_example_of_the_docs_runs(
    api: Api, files: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (Path(__file__).parents[3] / "docs" / "client.md").read_text(encoding="utf-8")
    [example, signed] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    transport = InProcess(api)
    monkeypatch.setattr(emailplatform, "Client", lambda *by, **signer: Client(*by, **signer, transport=transport))
    monkeypatch.chdir(files)
    exec(compile(example, "docs/client.md", "exec"), {"key": KEY})  # noqa: S102 - our own page
    assert capsys.readouterr().out.count("@") == 0, "nothing has bounced yet"
    [campaign] = api.get("/v1/campaigns").document["items"]
    assert campaign["state"] == "preparing"
    exec(compile(signed, "docs/client.md", "exec"), {"signed_api_url": "https://api.example"})  # noqa: S102 - as above


def test_what_is_invalid_says_why(client: Client, files: Path) -> None:
    with pytest.raises(NotReadyError, match="line 1"):
        tasks.upload_template(client, {"name": "Broken", "subject": "Hi"}, files / "broken.html")
    with pytest.raises(NotReadyError, match="rejected"):
        tasks.wait_for_recipients(client, tasks.upload_recipients(client, files / "nothing.csv"))


def test_refusals_have_their_own_classes(client: Client) -> None:
    with pytest.raises(CampaignNotFoundError):
        client.get_campaign("cmp_00000000000000000000000000")
    with pytest.raises(InvalidInputError) as raised:
        client.create_template({"name": "", "subject": "x"})
    assert raised.value.errors[0]["pointer"] == "/name"
    with pytest.raises(SuppressionNotFoundError):
        client.get_suppression("nobody+1@example.org")


def test_a_suppression_is_put_seen_and_lifted(client: Client) -> None:
    client.put_suppression("a+b@example.org", {"scope": "campaigns"})
    [found] = client.get_suppression("a+b@example.org")["items"]
    assert (found["scope"], found["reason"]) == ("campaigns", "manual")
    client.delete_suppression("a+b@example.org", scope="campaigns", reason="manual")
    with pytest.raises(SuppressionNotFoundError):
        client.get_suppression("a+b@example.org")


def test_a_key_that_is_not_known_is_refused(api: Api) -> None:
    with pytest.raises(ApiError) as raised:
        Client(URL, "ep.key_2.other", transport=InProcess(api)).list_campaigns()
    assert raised.value.slug == "unauthorized"


def test_the_command_does_step_after_step(command: Command, files: Path) -> None:
    template = command.document("templates", "upload", str(files / "spring.html"), "--subject", "Hi {{ name }}")
    recipients = command.document("recipients", "upload", str(files / "mixed.csv"))
    assert recipients["account"]["accepted"] == 1
    campaign = command.document(
        *("campaigns", "create", "--name", "Spring", "--template", template["template_id"]),
        *("--recipients", recipients["file_id"], "--from", "news@example.com", "--from-name", "News"),
    )
    checked = command.document("campaigns", "check", campaign["campaign_id"])
    assert checked["passed"]
    scheduled = command.document(
        "campaigns", "schedule", campaign["campaign_id"], "2090-03-01 09:00", "--zone", "Europe/Berlin"
    )
    assert (scheduled["state"], scheduled["time_zone"]) == ("preparing", "Europe/Berlin")
    assert command.document("campaigns", "cancel", campaign["campaign_id"], "--yes")["state"] == "cancelled"
    assert [one["state"] for one in command.document("campaigns", "list")] == ["cancelled"]
    assert command.document("campaigns", "watch", campaign["campaign_id"], code=6)["state"] == "cancelled"
    report = files / "report.csv"
    assert command.document("recipients", "report", recipients["file_id"], str(report))["bytes"] > 0
    assert "nobody" in report.read_text(encoding="utf-8-sig")
    rendered = command.text("templates", "preview", template["template_id"], "-f", "name=Anna", "--part", "subject")
    assert rendered == "Hi Anna\n"


def test_the_whole_job_up_to_the_schedule(command: Command, files: Path) -> None:
    arguments = ["send", str(files / "spring.html"), str(files / "customers.csv"), "--subject", "Hi {{ name }}"]
    arguments += ["--from", "news@example.com", "--at", "2090-03-01T09:00", "--yes", "--no-watch"]
    campaign = command.document(*arguments)
    assert (campaign["name"], campaign["state"]) == ("Hi {{ name }}", "preparing")
    shown = command.text(*arguments)
    assert "3 of 3 rows taken" in command.errors
    assert "preparing" in shown


def test_what_the_check_blocks_is_not_sent(command: Command, files: Path) -> None:
    (files / "city.html").write_text("<p>{{ city }} <a href='{{ unsubscribe_url }}'>x</a></p>", encoding="utf-8")
    arguments = ["send", str(files / "city.html"), str(files / "customers.csv"), "--subject", "Hi"]
    found = command.text(*arguments, "--from", "news@example.com", "--yes", code=3)
    assert "blocking: field_missing" in found
    [campaign] = command.document("campaigns", "list")
    assert campaign["state"] == "draft"


def test_machines_are_not_asked(command: Command, files: Path) -> None:
    arguments = ["send", str(files / "spring.html"), str(files / "customers.csv"), "--subject", "Hi"]
    command.text("--json", *arguments, "--from", "news@example.com", code=2)
    assert "--yes" in command.errors
    assert command.document("templates", "list") == []


def test_each_failure_has_its_exit_code(command: Command, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command.text("campaigns", "show", "cmp_00000000000000000000000000", code=1)
    assert "campaign-not-found (404)" in command.errors
    command.text("campaigns", "no-such-command", code=2)
    assert command.text("--version").strip()
    command.text("templates", "upload", str(files / "broken.html"), "--subject", "x", code=3)
    command.text("--json", "campaigns", "show", "cmp_00000000000000000000000000", code=1)
    assert json.loads(command.errors)["type"] == "campaign-not-found"
    monkeypatch.setenv("EMAILPLATFORM_KEY", "ep.key_2.other")
    command.text("campaigns", "list", code=5)
    monkeypatch.delenv("EMAILPLATFORM_KEY")
    command.text("campaigns", "list", code=5)


def test_any_operation_can_be_called(command: Command) -> None:
    answered = command.text("api", "put", "/v1/suppressions/anna%40example.org", "-d", '{"scope": "topic:news"}')
    assert json.loads(answered)["scope"] == "topic:news"
    listed = json.loads(command.text("api", "GET", "/v1/suppressions/anna%40example.org"))
    assert len(listed["items"]) == 1
    command.text("api", "GET", "/v2/other", code=2)
    command.text("api", "POST", "/v1/campaigns", "-d", "{no json", code=2)
    command.text("api", "POST", "/v1/campaigns", code=1)
    assert "/name: Field required" in command.errors


def test_keys_by_command(command: Command) -> None:
    made = command.document("keys", "create", "CI", "-s", "read", "-s", "write")
    assert made["token"].startswith("ep.key_")
    key_id = made["key_id"]
    assert key_id in command.text("keys", "list")
    assert command.document("keys", "change", key_id, "--name", "crm")["name"] == "crm"
    assert command.document("keys", "rotate", key_id, "--overlap", "0")["token"] != made["token"]
    assert command.document("keys", "revoke", key_id)["revoked_at"]
    assert command.document("keys", "show", key_id)["scopes"] == ["read", "write"]


def test_webhooks_by_command(command: Command) -> None:
    made = command.document("webhooks", "create", "CRM", "https://crm.example.com/", "-e", "message.bounced")
    assert (made["events"], made["secret"][:6]) == (["message.bounced"], "whsec_")
    webhook_id = made["webhook_id"]
    assert command.document("webhooks", "change", webhook_id, "--every-event")["events"] is None
    assert command.document("webhooks", "rotate", webhook_id)["secret"] != made["secret"]
    tried = command.document("webhooks", "try", webhook_id)
    assert tried["delivery_id"] in command.text("webhooks", "deliveries", webhook_id, "--state", "waiting")
    again = command.document("webhooks", "redeliver", webhook_id, tried["delivery_id"])
    assert again["state"] == "waiting"
    assert command.document("webhooks", "disable", webhook_id)["state"] == "disabled"
    assert command.document("webhooks", "enable", webhook_id)["state"] == "enabled"
    assert "CRM" in command.text("webhooks", "list")
    assert command.document("webhooks", "delete", webhook_id)["deleted"]
    command.text("webhooks", "show", webhook_id, code=1)


def test_senders_by_command(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    for operation in ("CreateEmailIdentity", "PutEmailIdentityMailFromAttributes", "DeleteEmailIdentity"):
        platform.answer(operation, {})
    platform.answer("PutEmailIdentityDkimSigningAttributes", {})
    platform.answer("GetEmailIdentity", {"DkimAttributes": {"Status": "PENDING", "Tokens": ["one"]}})
    bootstrap.account.cache_clear()
    monkeypatch.setattr(DnsRecords, "look_up", lambda *_: ())
    shown = command.text("senders", "add", "shop.example.org")
    assert "one._domainkey.shop.example.org" in shown
    assert "one.dkim.amazonses.com" in shown
    for step in ("show", "refresh"):
        assert command.document("senders", step, "shop.example.org")["dkim_status"] == "PENDING"
    assert len(command.document("senders", "list")) == 2
    assert command.document("senders", "remove", "shop.example.org")["removed"]
    command.text("senders", "add", "other.example.org", code=1)


def test_a_template_is_tried_by_command(command: Command, journeys: Journeys) -> None:
    platform.answer("SendEmail", {"MessageId": "0100-1"})
    arguments = ("templates", "test", journeys.template(), "me@example.com", "--from", "news@example.com")
    assert "accepted" in command.text(*arguments, "-f", "name=Zoe")
    [sent] = command.document(*arguments, "--stand-ins")
    assert (sent["address"], sent["status"]) == ("me@example.com", "accepted")


def test_suppressions_by_command(command: Command) -> None:
    assert command.document("suppressions", "show", "anna@example.org") == []
    command.document("suppressions", "add", "anna@example.org")
    assert "manual" in command.text("suppressions", "show", "anna@example.org")
    assert "anna@example.org" in command.text("suppressions", "list", "--reason", "manual")
    command.document("suppressions", "remove", "anna@example.org")
    assert command.document("suppressions", "show", "anna@example.org") == []


def test_the_list_of_suppressions_goes_in_and_out_by_command(command: Command, tmp_path: Path) -> None:
    file, report, copy = tmp_path / "in.csv", tmp_path / "refused.csv", tmp_path / "out.csv"
    file.write_text("email\nanna@example.org\nnobody\n")
    done = command.document("suppressions", "upload", str(file), "--reason", "bounce", "--report", str(report))
    assert (done["state"], done["suppressed"], done["refused"]) == ("done", 1, 1)
    assert "nobody" in report.read_text()
    assert command.document("suppressions", "download", str(copy))["rows"] == 1
    assert "anna@example.org,all,bounce" in copy.read_text()
    file.write_text("name\nAnna\n")
    command.text("suppressions", "upload", str(file), code=3)
    assert "no column" in command.errors


def test_a_profile_is_kept_for_its_owner_only(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "config" / "config.toml"
    command.text("--profile", "live", "configure", "--api-url", URL + "/")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for name in ("EMAILPLATFORM_URL", "EMAILPLATFORM_KEY"):
        monkeypatch.delenv(name)
    assert command.document("--profile", "live", "campaigns", "list") == []
    command.text("--profile", "other", "campaigns", "list", code=5)
    assert "no profile other" in command.errors
    command.text("--profile", "live", "--url", "https://elsewhere.example", "campaigns", "list", code=5)
    file.chmod(0o644)
    command.text("--profile", "live", "campaigns", "list", code=5)
    assert "chmod 600" in command.errors


def test_a_key_that_does_not_work_is_not_kept(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMAILPLATFORM_KEY", "ep.key_2.other")
    command.text("configure", "--api-url", URL, code=5)
    assert not (tmp_path / "config" / "config.toml").exists()


def test_what_was_made_is_revised_copied_and_put_away(command: Command, files: Path) -> None:
    template = command.document("templates", "upload", str(files / "spring.html"), "--subject", "Hi {{ name }}")
    revised = command.document(
        "templates", "revise", template["template_id"], str(files / "spring.html"), "--subject", "Dear {{ name }}"
    )
    assert (revised["version"], revised["status"]) == (2, "ready")
    listed = command.document("templates", "versions", template["template_id"])
    assert [one["version"] for one in listed] == [2, 1]
    command.text("templates", "revise", template["template_id"], str(files / "broken.html"), "--subject", "x", code=3)
    recipients = command.document("recipients", "upload", str(files / "customers.csv"))
    campaign = command.document(
        *("campaigns", "create", "--name", "Spring", "--template", template["template_id"]),
        *("--recipients", recipients["file_id"], "--from", "news@example.com"),
    )
    copy = command.document("campaigns", "duplicate", campaign["campaign_id"], "--name", "Summer")
    assert (copy["name"], copy["state"]) == ("Summer", "draft")
    assert len(command.document("campaigns", "list", "--state", "draft", "--name", "Summer")) == 1
    assert command.document("campaigns", "delete", copy["campaign_id"])["deleted"]
    command.document("campaigns", "cancel", campaign["campaign_id"], "-y")
    command.document("campaigns", "archive", campaign["campaign_id"])
    assert command.document("campaigns", "list") == []
    assert len(command.document("campaigns", "list", "--archived")) == 1
    command.text("campaigns", "list", "--state", "nonsense", code=1)


def test_an_export_of_pinpoint_moves_here(command: Command, tmp_path: Path) -> None:
    export, made = tmp_path / "export", tmp_path / "made"
    export.mkdir()
    endpoints = [
        {"ChannelType": "EMAIL", "Address": "anna@example.org", "User": {"UserAttributes": {"FirstName": ["Anna"]}}},
        {"ChannelType": "EMAIL", "Address": "bob@example.org", "OptOut": "ALL"},
    ]
    (export / "segment.json").write_text("\n".join(map(json.dumps, endpoints)), encoding="utf-8")
    html = "<p>{{User.UserAttributes.FirstName}} {{#each X}}x{{/each}}</p>"
    template = {"TemplateName": "Welcome", "Subject": "Hi {{User.UserAttributes.FirstName}}", "HtmlPart": html}
    (export / "welcome.json").write_text(json.dumps({"EmailTemplateResponse": template}), encoding="utf-8")
    (export / "notes.txt").write_text("nothing of it", encoding="utf-8")
    report = command.document("import", "pinpoint", str(export), str(made), "--upload")
    assert [one["file"] for one in report["not_read"]] == ["notes.txt"]
    [moved], [file] = report["templates"], report["recipients"]
    assert [one["field"] for one in moved["not_carried"]] == ["carry_over_1"]
    assert (file["rows"], file["opted_out"], report["suppressions"]) == (1, 1, 1)
    assert "carry_over_1" in command.document("templates", "show", moved["template_id"])["required_variables"]
    columns = command.document("recipients", "show", file["file_id"])["columns"]
    assert columns["user_first_name"] == "user_first_name"
    [suppression] = command.document("suppressions", "show", "bob@example.org")
    assert suppression["scope"] == "campaigns"
    assert (made / "suppressions.csv").read_text(encoding="utf-8").endswith("bob@example.org,campaigns,unsubscribe,\n")


def test_a_list_of_another_service_moves_here(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "bounces.csv"
    file.write_text(
        "email,reason,status,created\na@x.org,550,5.1.1,1772366400\nb@x.org,550,5.1.1,1\n", encoding="utf-8"
    )
    command.text("import", "suppressions", str(file), "--from", "sendgrid", code=2)
    arguments = ["import", "suppressions", str(file), "--from", "sendgrid", "--reason", "bounce"]
    assert command.document(*arguments, "--dry-run") == {"read": 2, "reasons": {"bounce": 2}, "put": 0}
    assert command.document("suppressions", "show", "a@x.org") == []
    assert command.document(*arguments)["put"] == command.document(*arguments)["put"] == 2
    assert len(command.document("suppressions", "show", "a@x.org")) == 1
