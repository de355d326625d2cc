"""Templates, drafts and lists as a person manages them, on the whole stack with IAM enforced: every grant is there."""

import time
from typing import Any

import requests

from local.sample import create_campaign, upload_recipients, upload_template
from tests.e2e.conftest import Running


class Caller:
    """A caller that sees headers too."""

    def __init__(self, running: Running) -> None:
        self._url = running.api.url
        self._session = requests.Session()
        key = running.stack.issue_api_key("managing", ["read", "write", "send"])
        self._session.headers["Authorization"] = f"Bearer {key}"

    def __call__(self, method: str, path: str, document: Any = None, **headers: str) -> requests.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self._session.request(method, self._url + path, json=document, headers=named, timeout=60)
        assert answer.ok, answer.text
        return answer


def test_templates_and_drafts_are_managed(running: Running) -> None:
    call = Caller(running)
    template_id = upload_template(running.api)
    file_id = upload_recipients(running.api)["file_id"]
    campaign_id = create_campaign(running.api, template_id, file_id)
    template, campaign = f"/v1/templates/{template_id}", f"/v1/campaigns/{campaign_id}"

    copied = call("POST", f"{template}/duplicate", {"name": "Copy"}).json()
    copy = f"/v1/templates/{copied['template_id']}"
    running.api.wait(copy, lambda shown: shown["status"] == "ready", seconds=60)
    source = requests.get(call("GET", f"{copy}/versions/1/source").json()["url"], timeout=30)
    assert "<html" in source.text
    body = {"recipient": {"file_id": file_id, "row": 2}, "stand_ins": True}
    assert call("POST", f"{template}/versions/1/preview", body).json()["html"]
    assert call("POST", f"{copy}/versions", {"subject": "s"}).json()["version"] == 2
    assert call("POST", f"{copy}/archive", {}).json()["archived_at"]
    named = call("GET", "/v1/templates?archived=all&name=copy&sort=created_at").json()["items"]
    assert copied["template_id"] in [one["template_id"] for one in named]

    key = f"copy-of-{campaign_id}"
    first, again = (call("POST", f"{campaign}/duplicate", {"name": "Copy"}, Idempotency_Key=key) for _ in range(2))
    assert first.text == again.text
    assert again.headers["Idempotency-Replayed"] == "true"
    draft = f"/v1/campaigns/{first.json()['campaign_id']}"
    edited = call("PATCH", draft, {"topic": "copies"}, If_Match=first.headers["ETag"])
    assert edited.json()["topic"] == "copies"
    until = time.monotonic() + 30  # an index follows its table
    while not (found := call("GET", "/v1/campaigns?state=draft&topic=copies").json()["items"]):
        assert time.monotonic() < until
    assert found[0]["name"] == "Copy"
    assert call("GET", "/v1/campaigns?sort=send_at").ok
    assert call("DELETE", draft).status_code == 204
    assert call("POST", f"{campaign}/cancel", {}).json()["state"] == "cancelled"
    assert call("POST", f"{campaign}/archive", {}).json()["archived_at"]
