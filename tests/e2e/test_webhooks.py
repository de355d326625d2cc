"""Endpoints on this machine get the events of the sample campaign, signed; one that fails gets them later."""

import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote

import pytest

from local import sample
from local.client import ApiClient
from tests.e2e.conftest import Running
from tests.unit.webhooks.test_signing import verify_of_the_docs


class Receiver(ThreadingHTTPServer):
    """An endpoint: keeps each request; answers by script, then 204."""

    def __init__(self, *script: int) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.script = list(script)
        super().__init__(("127.0.0.1", 0), _Handler)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook?from=here"

    def events(self, secret: str) -> list[dict[str, Any]]:
        """Verify each request as the docs say; return what they told."""
        return [verify_of_the_docs(secret, headers, body, time.time()) for headers, body in self.heard]


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.heard.append((headers, self.rfile.read(int(headers["content-length"]))))
        self.send_response(self.server.script.pop(0) if self.server.script else 204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def receivers() -> Iterator[Callable[..., Receiver]]:
    started: list[Receiver] = []

    def start(*script: int) -> Receiver:
        started.append(Receiver(*script))
        return started[-1]

    yield start
    for receiver in started:
        receiver.shutdown()
        receiver.server_close()


def test_the_sample_campaigns_events_arrive_signed_and_what_fails_arrives_later(
    running: Running, receivers: Callable[..., Receiver]
) -> None:
    admin = ApiClient(running.api.url, running.stack.issue_api_key("webhooks", ["admin"]))
    _lift_all(admin)  # what bounced in another test of this stack is to bounce again
    good, flaky = receivers(), receivers(503, 500)
    whole = admin.post("/v1/webhooks", {"name": "CRM", "url": good.url})
    states = admin.post("/v1/webhooks", {"name": "Flaky", "url": flaky.url, "events": ["campaign.state_changed"]})
    nobody = admin.post(
        "/v1/webhooks", {"name": "Nobody", "url": _where_nobody_listens(), "events": ["message.bounced"]}
    )
    outcome = sample.run(running.api, running.stack.inbox_url, tell=lambda _: None, at=timedelta())
    campaign_id = outcome.campaign["campaign_id"]
    bounced = {m["message_id"] for m in running.api.pages(f"/v1/campaigns/{campaign_id}/messages", status="bounced")}
    assert bounced

    def of_campaign(kind: str) -> list[dict[str, Any]]:
        told = [event["data"] for event in good.events(whole["secret"]) if event["type"] == kind]
        return [data for data in told if data["campaign_id"] == campaign_id]

    _until(lambda: {data["message_id"] for data in of_campaign("message.bounced")} == bounced, 60)
    _until(lambda: "finished" in {data["state"] for data in of_campaign("campaign.state_changed")}, 60)
    ids = Counter(headers["webhook-id"] for headers, _ in good.heard)
    assert set(ids) == {event["data"]["event_id"] for event in good.events(whole["secret"])}

    # The first two answers of the flaky endpoint were failures: these events came again, under their ids.
    wanted = {data["event_id"] for data in of_campaign("campaign.state_changed")}
    deliveries = f"/v1/webhooks/{states['webhook_id']}/deliveries"
    _until(lambda: wanted <= {d["event_id"] for d in admin.pages(deliveries, state="delivered")}, 120)
    log = [admin.get(f"{deliveries}/{d['delivery_id']}") for d in admin.pages(deliveries)]
    failures = [attempt["status"] for one in log for attempt in one["attempts"] if attempt["status"] != 204]
    assert sorted(failures) == [500, 503]
    heard = Counter(headers["webhook-id"] for headers, _ in flaky.heard)
    assert sum(heard.values()) == len(log) + 2
    assert admin.get(f"/v1/webhooks/{states['webhook_id']}")["failing_since"] is None

    # Nobody listens there: what waits for it held no other endpoint back.
    waiting = admin.pages(f"/v1/webhooks/{nobody['webhook_id']}/deliveries", state="waiting")
    assert {one["last_error"] for one in waiting} == {"connection"}
    _a_lifted_suppression_is_told(running, good, whole["secret"], campaign_id)
    for one in (whole, states, nobody):
        admin.delete(f"/v1/webhooks/{one['webhook_id']}")


def _a_lifted_suppression_is_told(running: Running, good: Receiver, secret: str, campaign_id: str) -> None:
    bounced = running.api.get(f"/v1/campaigns/{campaign_id}/messages", status="bounced", limit=1)["items"][0]
    address = bounced["address"]
    running.api.delete(f"/v1/suppressions/{quote(address, safe='')}?scope=all&reason=bounce")

    def lifted() -> list[dict[str, Any]]:
        told = [event["data"] for event in good.events(secret) if event["type"] == "suppression.lifted"]
        return [data for data in told if data["address"] == address]

    _until(lambda: bool(lifted()), 30)
    assert {(one["scope"], tuple(one["reasons"]), one["free"]) for one in lifted()} == {("all", ("bounce",), True)}


def _lift_all(admin: ApiClient) -> None:
    for one in admin.pages("/v1/suppressions"):
        admin.delete(f"/v1/suppressions/{quote(one['address'], safe='')}?scope={one['scope']}&reason={one['reason']}")


def _where_nobody_listens() -> str:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return f"http://127.0.0.1:{probe.getsockname()[1]}/"


def _until(holds: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.5)
