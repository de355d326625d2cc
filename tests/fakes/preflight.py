"""The pre-flight stage's ports, in memory."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.campaigns.changes import existing
from chalicelib.campaigns.model import Campaign
from chalicelib.campaigns.ports import CampaignRepository
from chalicelib.kernel.errors import StaleRevisionError, TemporarilyUnavailableError
from chalicelib.preflight.model import Identity, Preflight
from chalicelib.recipients.model import Recipient
from chalicelib.sending.model import Permit, PermitRequest
from chalicelib.templates.model import TemplateNotFoundError, TemplateSources, TemplateVersion


class FakePreflights:
    """The `PreflightRepository` port.

    Attributes:
        rivals: pre-flights that somebody else stores just before the next saves, one each.
    """

    def __init__(self) -> None:
        self.items: dict[str, Preflight] = {}
        self.rivals: list[Preflight] = []

    def get(self, campaign_id: str) -> Preflight | None:
        return self.items.get(campaign_id)

    def save(self, preflight: Preflight) -> Preflight:
        if self.rivals:
            self._store(self.rivals.pop(0))
        stored = self.items.get(preflight.campaign_id)
        if (stored.revision if stored else 0) != preflight.revision:
            raise StaleRevisionError("Somebody else changed it in between; read it again.")
        return self._store(preflight)

    def _store(self, preflight: Preflight) -> Preflight:
        self.items[preflight.campaign_id] = replace(preflight, revision=preflight.revision + 1)
        return self.items[preflight.campaign_id]


class FakeResults:
    """The `PreflightResults` port."""

    def __init__(self) -> None:
        self.items: dict[str, dict[str, Any]] = {}

    def write(self, key: str, document: Mapping[str, Any]) -> None:
        self.items[key] = dict(document)

    def read(self, key: str) -> dict[str, Any] | None:
        return self.items.get(key)

    def read_all(self, keys: Sequence[str]) -> Iterator[dict[str, Any] | None]:
        return map(self.read, keys)

    def count(self, prefix: str) -> int:
        return sum(key.startswith(prefix) for key in self.items)


class FakePreflightWorkflows:
    """The `PreflightWorkflows` port.

    Attributes:
        started: campaign, run and list of parts of each start.
        available: False while the service does not answer.
    """

    def __init__(self) -> None:
        self.started: list[tuple[str, int, str]] = []
        self.available = True

    def check_campaign(self, campaign_id: str, *, run: int, part_list_key: str) -> None:
        if not self.available:
            raise TemporarilyUnavailableError("Step Functions did not start the workflow.")
        self.started.append((campaign_id, run, part_list_key))


class FakeIdentities:
    """The `Identities` port; `asked` are the domains that were looked for."""

    def __init__(self, *identities: Identity) -> None:
        self.items = {one.name: one for one in identities}
        self.asked: list[str] = []

    def find(self, domain: str) -> Identity | None:
        self.asked.append(domain)
        return self.items.get(domain)


class FakeParts:
    """The `RecipientParts` port."""

    def __init__(self, *parts: Sequence[Recipient]) -> None:
        self.items = list(parts)

    def read(self, file_id: str, part: int) -> Iterator[Recipient]:
        del file_id
        return iter(self.items[part])


class OneTemplate:
    """The `Templates` port, and what an order asks for, over one version."""

    def __init__(self, version: TemplateVersion, sources: TemplateSources) -> None:
        self.version = version
        self.sources = sources

    def get(self, template_id: str, version: int | None = None) -> TemplateVersion:
        if (template_id, version) != (self.version.template_id, self.version.version):
            raise TemplateNotFoundError("There is no such template.")
        return self.version

    def content(self, template_id: str, version: int) -> TemplateSources:
        self.get(template_id, version)
        return self.sources


class StoredCampaigns:
    """The `Campaigns` port over a repository."""

    def __init__(self, campaigns: CampaignRepository) -> None:
        self._campaigns = campaigns

    def get(self, campaign_id: str) -> Campaign:
        return existing(self._campaigns, campaign_id)


class ScriptedGovernor:
    """The `Governor` port: answers as it is told, one answer a call.

    Attributes:
        answers: permits or an error; what is asked for is recorded in `requests`.
    """

    def __init__(self, *answers: Sequence[Permit] | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[PermitRequest] = []

    def acquire(self, request: PermitRequest) -> tuple[Permit, ...]:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return tuple(answer)
