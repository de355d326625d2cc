"""The Email Platform as far as the Message Centre needs it; each request and answer is held against its description."""

import json
import threading
from collections.abc import Callable
from typing import Any

from message_centre.tests.fakes.description import Found, platform
from message_centre.tests.fakes.servers import Asked, Told

KEY = "ep.key.secret"
FILE = "rcf_" + "0" * 26
_PROBLEM = "https://emailplatform.dev/problems/"


class FakePlatform:
    """Keeps templates and campaigns; everything else is answered by an example of its description."""

    def __init__(self) -> None:
        self.key = KEY
        self.url = ""
        self.faults: list[str] = []
        self.calls: list[tuple[str, Asked]] = []
        self.campaigns: dict[str, dict[str, Any]] = {}
        self.revisions: dict[str, int] = {}
        self.templates: dict[str, list[dict[str, Any]]] = {}
        self.html: dict[str, str] = {}
        self.preflights: dict[str, dict[str, Any]] = {}
        self.refusals: dict[str, tuple[int, str]] = {}
        self.sendable = 1_200
        self.checks_take = 1
        self.passes = True
        self._made: dict[str, str] = {}
        self._lock = threading.Lock()
        self.description = platform()

    def __call__(self, asked: Asked) -> Told:
        with self._lock:
            return self._answer(asked)

    def names(self) -> list[str]:
        """Return the operations that were called, in order."""
        return [name for name, _ in self.calls]

    def _answer(self, asked: Asked) -> Told:
        if asked.path.startswith("/bucket/"):
            return self._bucket(asked)
        found = self.description.find(asked.method, asked.path)
        if found is None:
            self.faults.append(f"no operation for {asked.method} {asked.path}")
            return Told(500)
        self.calls.append((found.name, asked))
        if asked.headers.get("authorization") != f"Bearer {self.key}":
            return self._refusal(401, "unauthorized")
        self.faults += self.description.faults_of_request(found, asked.query, asked.body)
        told = self._refused(found) or self._done(found, asked)
        self.faults += self.description.faults_of_answer(found, told.status, told.body)
        return told

    def _refused(self, found: Found) -> Told | None:
        refusal = self.refusals.get(found.name)
        return self._refusal(*refusal) if refusal else None

    @staticmethod
    def _refusal(status: int, slug: str) -> Told:
        document = {"type": _PROBLEM + slug, "title": "Refused", "status": status, "detail": f"It is {slug}."}
        return Told(status, json.dumps(document).encode(), {"Content-Type": "application/problem+json"})

    def _done(self, found: Found, asked: Asked) -> Told:
        act: Callable[[Found, dict[str, Any], Asked], Told] | None = getattr(self, f"_{found.name}", None)
        if act:
            return act(found, json.loads(asked.body or b"{}"), asked)
        status = next(one for one in found.operation["responses"] if one < "300")
        example = self.description.example(found, status)
        return Told(
            int(status),
            b"" if example is None else json.dumps(example).encode(),
            {"Content-Type": "application/json", "X-Request-Id": "req-platform", "ETag": '"7"'},
        )

    def _bucket(self, asked: Asked) -> Told:
        key = asked.path.removeprefix("/bucket/")
        if asked.method == "GET":
            return Told(200, self.html[key].encode())
        content = asked.body.partition(b'name="file"')[2].partition(b"\r\n\r\n")[2].rpartition(b"\r\n--")[0]
        self.html[key] = content.decode()
        template_id, version = key.split("-")
        judged = "invalid" if b"{% broken" in content else "ready"
        self.templates[template_id][int(version) - 1] |= {
            "status": judged,
            "findings": ["line 1: a tag is not closed"] if judged == "invalid" else [],
        }
        return Told(204)

    @staticmethod
    def _told(document: dict[str, Any], status: int = 200, revision: int = 1) -> Told:
        headers = {"Content-Type": "application/json", "ETag": f'"{revision}"', "X-Request-Id": "req-platform"}
        return Told(status, json.dumps(document).encode(), headers)

    def _once(self, asked: Asked, prefix: str) -> tuple[str, bool]:
        key = asked.headers.get("idempotency-key", "")
        known = key in self._made
        made = self._made.setdefault(key, f"{prefix}_{len(self._made):026}")
        return made, known

    def _version(self, template_id: str, number: int, body: dict[str, Any]) -> dict[str, Any]:
        found = self.description.find("GET", f"/v1/templates/{template_id}/versions/{number}")
        assert found
        return {
            **self.description.example(found, "200"),
            "template_id": template_id,
            "version": number,
            "status": "awaiting_upload",
            "subject": body["subject"],
            "preheader": body.get("preheader"),
        }

    def _template(self, template_id: str, version: dict[str, Any]) -> dict[str, Any]:
        more = {"name": "A template", "latest_version": len(self.templates[template_id]), "archived_at": None}
        return {**version, **more}

    def _upload(self, version: dict[str, Any]) -> dict[str, Any]:
        return {
            "method": "post",
            "url": f"{self.url}/bucket/{version['template_id']}-{version['version']}",
            "fields": {"key": "k"},
            "max_bytes": 1_048_576,
            "expires_at": "2026-03-01T12:00:00.000Z",
        }

    def _create_template(self, _found: Found, body: dict[str, Any], asked: Asked) -> Told:
        template_id, known = self._once(asked, "tpl")
        if not known:
            self.templates[template_id] = [self._version(template_id, 1, body)]
        version = self.templates[template_id][0]
        return self._told({**self._template(template_id, version), "upload": self._upload(version)}, 201)

    def _create_template_version(self, found: Found, body: dict[str, Any], _asked: Asked) -> Told:
        versions = self.templates[found.path["template_id"]]
        versions.append(self._version(found.path["template_id"], len(versions) + 1, body))
        return self._told({**versions[-1], "upload": self._upload(versions[-1])}, 201)

    def _get_template(self, found: Found, _body: dict[str, Any], _asked: Asked) -> Told:
        template_id = found.path["template_id"]
        if template_id not in self.templates:
            return self._refusal(404, "template-not-found")
        return self._told(self._template(template_id, self.templates[template_id][-1]))

    def _get_template_version(self, found: Found, _body: dict[str, Any], _asked: Asked) -> Told:
        return self._told(self.templates[found.path["template_id"]][int(found.path["version"]) - 1])

    def _get_template_upload(self, found: Found, _body: dict[str, Any], _asked: Asked) -> Told:
        return self._told(self._upload(self.templates[found.path["template_id"]][int(found.path["version"]) - 1]))

    def _get_template_source(self, found: Found, _body: dict[str, Any], _asked: Asked) -> Told:
        url = f"{self.url}/bucket/{found.path['template_id']}-{found.path['version']}"
        return self._told({"url": url, "text": None})

    def library_template(self, html: str, subject: str) -> str:
        """Have a template in the list."""
        template_id = f"tpl_{900 + len(self.templates):026}"
        self.templates[template_id] = [self._version(template_id, 1, {"subject": subject}) | {"status": "ready"}]
        self.html[f"{template_id}-1"] = html
        return template_id

    def _campaign(self, campaign_id: str, body: dict[str, Any]) -> dict[str, Any]:
        found = self.description.find("GET", f"/v1/campaigns/{campaign_id}")
        assert found
        example = self.description.example(found, "200")
        sender = {"address": body["sender"]["address"], "name": body["sender"].get("name") or ""}
        kept = {key: body[key] for key in ("name", "template_id", "template_version", "file_id")}
        optional = {key: body.get(key) for key in ("reply_to", "topic", "rate_limit")}
        return {**example, **kept, **optional, "sender": sender, "campaign_id": campaign_id, "state": "draft"}

    def _create_campaign(self, _found: Found, body: dict[str, Any], asked: Asked) -> Told:
        campaign_id, _ = self._once(asked, "cmp")
        self.campaigns[campaign_id] = self._campaign(campaign_id, body)
        self.revisions[campaign_id] = 1
        return self._told(self.campaigns[campaign_id], 201)

    def _edit_campaign(self, found: Found, body: dict[str, Any], _asked: Asked) -> Told:
        campaign_id = found.path["campaign_id"]
        if campaign_id not in self.campaigns:
            return self._refusal(404, "campaign-not-found")
        self.campaigns[campaign_id] = self._campaign(campaign_id, body)
        self.revisions[campaign_id] += 1
        return self._told(self.campaigns[campaign_id], 200, self.revisions[campaign_id])

    def _get_recipient_file_report(self, _found: Found, _body: dict[str, Any], _asked: Asked) -> Told:
        return self._told({"url": f"{self.url}/bucket/report"})

    def _get_campaign(self, found: Found, _body: dict[str, Any], _asked: Asked) -> Told:
        return self._told(self.campaigns[found.path["campaign_id"]], 200, self.revisions[found.path["campaign_id"]])

    def _delete_campaign(self, found: Found, _body: dict[str, Any], _asked: Asked) -> Told:
        self.campaigns.pop(found.path["campaign_id"], None)
        return Told(204)

    def _preflight(self, campaign_id: str, *, begun: bool) -> dict[str, Any]:
        found = self.description.find("GET", f"/v1/campaigns/{campaign_id}/preflight")
        assert found
        kept = self.preflights.get(campaign_id)
        if begun or kept is None:
            kept = {**self.description.example(found, "200"), "looks": 0, "campaign_id": campaign_id}
            self.preflights[campaign_id] = kept
        kept["looks"] += 0 if begun else 1
        ended = kept["looks"] >= self.checks_take and not begun
        shown = {key: value for key, value in kept.items() if key != "looks"}
        report = {
            "recipients": self.sendable + 5,
            "sendable": self.sendable,
            "suppressed": {"total": 5, "reasons": {"unsubscribe": 5}},
            "render_failed": 0,
            "estimate": None,
            "waves": [],
            "time_zones": {},
            "cost": {"ses": "0.12", "platform": "0.01", "total": "0.13"},
            "findings": [],
        }
        return shown | {
            "state": "finished" if ended else "checking",
            "passed": self.passes if ended else None,
            "report": report if ended else None,
        }

    def _start_preflight(self, found: Found, _body: dict[str, Any], _asked: Asked) -> Told:
        return self._told(self._preflight(found.path["campaign_id"], begun=True), 202)

    def _get_preflight(self, found: Found, _body: dict[str, Any], _asked: Asked) -> Told:
        return self._told(self._preflight(found.path["campaign_id"], begun=False))

    def _go(self, found: Found, asked: Asked, state: str) -> Told:
        campaign_id = found.path["campaign_id"]
        if self.campaigns[campaign_id]["state"] != "draft":
            return self._refusal(409, "invalid-state")
        if asked.headers.get("if-match") != f'"{self.revisions[campaign_id]}"':
            return self._refusal(412, "stale-revision")
        self.campaigns[campaign_id]["state"] = state
        return self._told(self.campaigns[campaign_id], 202)

    def _send_campaign(self, found: Found, _body: dict[str, Any], asked: Asked) -> Told:
        return self._go(found, asked, "preparing")

    def _schedule_campaign(self, found: Found, _body: dict[str, Any], asked: Asked) -> Told:
        return self._go(found, asked, "scheduled")
