"""The Email Platform, through its own client; the key is fetched anew when the platform no longer takes it."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, TypeVar, cast

import httpx

from emailplatform import ApiError, Client, NoAnswerError, UploadError, models
from message_centre.wrapper_api.centre.kernel.errors import FieldError, TemporarilyUnavailableError
from message_centre.wrapper_api.centre.plans.ports import Draft, Sources
from message_centre.wrapper_api.centre.platform.refusals import PlatformRefusedError
from message_centre.wrapper_api.centre.platform.row_reports import REPORT_BYTES, ReportKind

_T = TypeVar("_T")
_KEY_SECONDS: Final = 300.0
_TIMEOUT_SECONDS: Final = 20.0
"""API Gateway waits for 29 seconds, and one call here may stand for several there."""
_JUDGED_WITHIN_SECONDS: Final = 15.0
_LOOK_EVERY_SECONDS: Final = 0.5

FORWARDED_HEADERS: Final = ("If-Match", "Idempotency-Key", "Content-Type", "Accept-Language")
ANSWERED_HEADERS: Final = (
    "Content-Type",
    "ETag",
    "Location",
    "Retry-After",
    "Idempotency-Replayed",
    "X-Request-Id",
)


@dataclass(frozen=True, slots=True)
class ForwardedAnswer:
    """An answer of the platform as it came."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class PlatformApi:
    """Calls the platform.

    Args:
        url: the stage's address.
        fetch_key: returns the API key.
        transport: how requests go out, for tests.
        sleep: waits for so many seconds.
    """

    def __init__(
        self,
        url: str,
        fetch_key: Callable[[], str],
        *,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._url = url
        self._fetch_key = fetch_key
        self._transport = transport
        self._sleep = sleep
        self._http = httpx.Client(timeout=_TIMEOUT_SECONDS, transport=transport, follow_redirects=False)
        self._key = ""
        self._client: Client | None = None
        self._fetched_at = 0.0

    def forward(
        self,
        method: str,
        path: str,
        *,
        query: Sequence[tuple[str, str]],
        headers: Mapping[str, str],
        body: bytes,
    ) -> ForwardedAnswer:
        """Make a call as it is told, and return what the platform answers, whatever that is.

        Args:
            method: in capitals.
            path: below ``/v1``, encoded.
            query: names and values.
            headers: those of `FORWARDED_HEADERS` that the caller sent.
            body: as the caller sent it.

        Raises:
            TemporarilyUnavailableError: no answer came.
        """
        request = self._http.build_request(
            method,
            f"{self._url}/v1{path}",
            params=httpx.QueryParams(list(query)) if query else None,
            headers=dict(headers),
            content=body or None,
        )
        response = self._sent(request)
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            response = self._sent(request, anew=True)
        answered = {name: response.headers[name] for name in ANSWERED_HEADERS if name in response.headers}
        return ForwardedAnswer(response.status_code, answered, response.content)

    def _sent(self, request: httpx.Request, *, anew: bool = False) -> httpx.Response:
        self._open(anew=anew)
        request.headers["Authorization"] = f"Bearer {self._key}"
        try:
            return self._http.send(request)
        except httpx.TransportError as error:
            raise _unreachable(request.method) from error

    def own_key_id(self) -> str:
        """Return the id of the key by which calls are made."""
        self._open()
        return self._key.split(".")[1]

    def read(self, step: Callable[[Client], _T]) -> _T:
        """Make calls by the client; its exceptions become refusals of ours.

        Raises:
            PlatformRefusedError: the platform refused.
            TemporarilyUnavailableError: no answer came.
        """
        try:
            try:
                return step(self._open())
            except ApiError as error:
                if error.status != HTTPStatus.UNAUTHORIZED:
                    raise
                return step(self._open(anew=True))
        except ApiError as error:
            raise _refused(error) from error
        except (NoAnswerError, UploadError) as error:
            raise _unreachable("POST" if isinstance(error, NoAnswerError) and error.sent else "GET") from error

    def template_version(self, template_id: str, version: int | None) -> Mapping[str, Any]:
        """Return a version, the current one when None."""
        if version is None:
            return self.read(lambda client: client.get_template(template_id))
        return self.read(lambda client: client.get_template_version(template_id, str(version)))

    def template_html(self, template_id: str, version: int) -> str:
        """Return the HTML as it was uploaded."""
        link = self.read(lambda client: client.get_template_source(template_id, str(version)))
        return self._fetched(link["url"], {}).decode()

    def row_report(self, file_id: str, kind: ReportKind) -> bytes:
        """Return the beginning of a recipient file's report, `REPORT_BYTES` of it at most."""

        def step(client: Client) -> str:
            report = (
                client.get_recipient_file_report if kind is ReportKind.REJECTED else client.get_recipient_file_flags
            )
            return report(file_id)["url"]

        return self._fetched(self.read(step), {"Range": f"bytes=0-{REPORT_BYTES - 1}"})[:REPORT_BYTES]

    def _fetched(self, url: str, headers: Mapping[str, str]) -> bytes:
        try:
            response = self._http.get(url, headers=dict(headers))
        except httpx.TransportError as error:
            raise _unreachable("GET") from error
        if not response.is_success:
            raise TemporarilyUnavailableError("The platform's store did not give the file.")
        return response.content

    def make_template(self, name: str, sources: Sources, *, once: str) -> Mapping[str, Any]:
        """Make a template; return its first version when the platform has judged it, or after some seconds."""
        document = cast("models.CreateTemplate", {"name": name, **_version(sources)})
        made = self.read(lambda client: client.create_template(document, idempotency_key=once))
        return self._uploaded(made, sources.html)

    def make_version(self, template_id: str, sources: Sources, *, once: str) -> Mapping[str, Any]:
        """Make a version, likewise."""
        document = cast("models.NewVersionSources", _version(sources))
        made = self.read(lambda client: client.create_template_version(template_id, document, idempotency_key=once))
        return self._uploaded(made, sources.html)

    def _uploaded(self, made: Mapping[str, Any], html: str) -> Mapping[str, Any]:
        template_id, version = str(made["template_id"]), int(made["version"])
        seen = self.template_version(template_id, version)
        if seen["status"] == "awaiting_upload":
            upload = self.read(lambda client: client.get_template_upload(template_id, str(version)))
            self.read(lambda client: client.upload(upload, html.encode()))
        deadline = time.monotonic() + _JUDGED_WITHIN_SECONDS
        while (seen := self.template_version(template_id, version))["status"] not in {"ready", "invalid"}:
            if time.monotonic() > deadline:
                break
            self._sleep(_LOOK_EVERY_SECONDS)
        return seen

    def make_draft(self, draft: Mapping[str, Any], *, once: str) -> Draft:
        """Make a draft."""
        document = cast("models.CreateCampaign", {key: value for key, value in draft.items() if value is not None})
        return _draft(self.read(lambda client: client.create_campaign(document, idempotency_key=once)))

    def change_draft(self, campaign_id: str, draft: Mapping[str, Any]) -> Draft:
        """Make a draft be as told."""
        change = {**draft, "sender": {"name": None, **draft["sender"]}}
        if draft["canary"] is not None:
            change["canary"] = {"recipients": None, "share": None, "wait_minutes": None, **draft["canary"]}
        document = cast("models.EditCampaign", change)
        return _draft(self.read(lambda client: client.edit_campaign(campaign_id, document)))

    def delete_draft(self, campaign_id: str) -> None:
        """Remove a draft; one that is gone already, or no draft any more, is passed over."""
        try:
            self.read(lambda client: client.delete_campaign(campaign_id))
        except PlatformRefusedError as error:
            if error.status not in {HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT}:
                raise

    def campaign(self, campaign_id: str) -> Mapping[str, Any]:
        """Return a campaign."""
        return self.read(lambda client: client.get_campaign(campaign_id))

    def start_preflight(self, campaign_id: str, tolerated_failures: int) -> Mapping[str, Any]:
        """Begin to check a draft."""
        return dict(
            self.read(lambda client: client.start_preflight(campaign_id, {"tolerated_failures": tolerated_failures}))
        )

    def preflight(self, campaign_id: str) -> Mapping[str, Any]:
        """Return the last check of a draft."""
        return dict(self.read(lambda client: client.get_preflight(campaign_id)))

    def test_send(
        self, campaign_id: str, addresses: Sequence[str], recipient: Mapping[str, Any] | None
    ) -> Mapping[str, Any]:
        """Send the mail of a draft to a few addresses."""
        document = cast(
            "models.SendTest", {"addresses": list(addresses)} | ({"recipient": dict(recipient)} if recipient else {})
        )
        return self.read(lambda client: client.send_test_mails(campaign_id, document))

    def send(self, draft: Draft) -> None:
        """Send a draft at once, as it was checked."""
        self.read(lambda client: client.send_campaign(draft.campaign_id, {}, if_match=f'"{draft.revision}"'))

    def schedule(self, draft: Draft, *, at: str, time_zone: str, recipient_local: bool) -> None:
        """Send a draft later, as it was checked."""
        document: models.ScheduleCampaign = {"at": at, "time_zone": time_zone, "recipient_local": recipient_local}
        self.read(lambda client: client.schedule_campaign(draft.campaign_id, document, if_match=f'"{draft.revision}"'))

    def _open(self, *, anew: bool = False) -> Client:
        """Return the client; the key is fetched again after some minutes, or when told."""
        if anew or self._client is None or time.monotonic() - self._fetched_at > _KEY_SECONDS:
            key = self._fetch_key()
            if self._client is None or key != self._key:
                self._client = Client(
                    self._url,
                    key,
                    retries=2,
                    patience_seconds=3.0,
                    timeout_seconds=_TIMEOUT_SECONDS,
                    transport=self._transport,
                    sleep=self._sleep,
                )
                self._key = key
            self._fetched_at = time.monotonic()
        return self._client


def _version(sources: Sources) -> dict[str, Any]:
    optional = {"text": sources.text, "preheader": sources.preheader}
    return {"subject": sources.subject} | {name: value for name, value in optional.items() if value}


def _draft(campaign: Any) -> Draft:
    return Draft(str(campaign["campaign_id"]), int(str(campaign.etag).strip('W/"')))


def _refused(error: ApiError) -> PlatformRefusedError | TemporarilyUnavailableError:
    errors = tuple(FieldError(one["pointer"], one["detail"]) for one in error.errors)
    retry = None if error.retry_after is None else max(1, round(error.retry_after))
    return PlatformRefusedError(error.slug, HTTPStatus(error.status), error.detail, errors=errors, retry_seconds=retry)


def _unreachable(method: str) -> TemporarilyUnavailableError:
    if method == "GET":
        return TemporarilyUnavailableError("The Email Platform did not answer in time.")
    error = TemporarilyUnavailableError("The Email Platform did not answer in time. The change may have been made.")
    error.help = "It may have been done all the same: look whether it was before you try again."
    return error
