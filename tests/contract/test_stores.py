"""What the stores of campaigns, templates, recipient files, suppressions and API keys do: the fakes and DynamoDB."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.access.model import ApiKey, Scope
from chalicelib.access.ports import ApiKeyRepository
from chalicelib.campaigns.model import Campaign, CampaignState, Sender
from chalicelib.campaigns.ports import CampaignRepository
from chalicelib.kernel.errors import InvalidInputError, StaleRevisionError
from chalicelib.messages.model import Tally
from chalicelib.recipients.model import RecipientFile, RecipientFileStatus, RowAccount
from chalicelib.recipients.ports import RecipientFileRepository
from chalicelib.store.api_keys import DynamoApiKeys
from chalicelib.store.campaigns import DynamoCampaigns
from chalicelib.store.recipient_files import DynamoRecipientFiles
from chalicelib.store.suppressions import DynamoSuppressions
from chalicelib.store.templates import DynamoTemplates
from chalicelib.suppressions.model import Suppression, SuppressionReason, SuppressionScope
from chalicelib.suppressions.ports import SuppressionRepository
from chalicelib.templates.model import TemplateStatus, TemplateVersion
from chalicelib.templates.ports import TemplateRepository
from tests.fakes.access import FakeApiKeys
from tests.fakes.campaigns import FakeCampaigns
from tests.fakes.recipients import FakeRecipientFiles
from tests.fakes.suppressions import FakeSuppressions
from tests.fakes.templates import FakeTemplates

NOON = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
BOTH = (SuppressionScope.ALL, SuppressionScope.CAMPAIGNS)


@pytest.fixture
def campaigns(kind: str) -> CampaignRepository:
    return FakeCampaigns() if kind == "fake" else DynamoCampaigns()


@pytest.fixture
def templates(kind: str) -> TemplateRepository:
    return FakeTemplates() if kind == "fake" else DynamoTemplates()


@pytest.fixture
def files(kind: str) -> RecipientFileRepository:
    return FakeRecipientFiles() if kind == "fake" else DynamoRecipientFiles()


@pytest.fixture
def suppressions(kind: str) -> SuppressionRepository:
    return FakeSuppressions() if kind == "fake" else DynamoSuppressions()


@pytest.fixture
def keys(kind: str) -> ApiKeyRepository:
    return FakeApiKeys() if kind == "fake" else DynamoApiKeys()


def campaign(number: int = 1) -> Campaign:
    sender = Sender("shop@example.com", "Müller")
    return Campaign(f"cmp_{number}", "May", CampaignState.DRAFT, "tpl_1", 2, "rcf_1", sender, NOON)


def full_campaign() -> Campaign:
    return replace(
        campaign(),
        state=CampaignState.HALTED,
        reply_to="help@example.com",
        parts=3,
        send_at=NOON + timedelta(hours=1),
        time_zone="Europe/Berlin",
        execution="arn:execution",
        planned=2_500,
        tally=Tally(2_500, 10, 2_400, 40, 30, 20, 5),
        started_at=NOON + timedelta(hours=2),
        finished_at=NOON + timedelta(hours=3),
        reason="SES stopped",
    )


@pytest.mark.parametrize("stored", [campaign(), full_campaign()], ids=["draft", "full"])
def test_a_campaign_is_read_as_it_was_stored(campaigns: CampaignRepository, stored: Campaign) -> None:
    campaigns.add(stored)
    assert campaigns.get(stored.campaign_id) == replace(stored, revision=1)


def test_an_unknown_campaign_is_none_and_so_is_the_key_of_an_account(campaigns: CampaignRepository) -> None:
    campaigns.put_tally("cmp_1", 0, Tally())
    assert campaigns.get("cmp_1") is None
    assert campaigns.get("cmp_1#00000") is None


def test_a_campaign_is_added_once(campaigns: CampaignRepository) -> None:
    campaigns.add(campaign())
    with pytest.raises(StaleRevisionError):
        campaigns.add(campaign())


def test_saving_needs_the_revision_that_is_stored(campaigns: CampaignRepository) -> None:
    campaigns.add(campaign())
    read = replace(campaign(), revision=1)
    saved = campaigns.save(replace(read, name="June"))
    assert (saved.name, saved.revision) == ("June", 2)
    with pytest.raises(StaleRevisionError):
        campaigns.save(replace(read, name="July"))
    assert campaigns.get("cmp_1") == saved


def test_a_value_can_be_taken_back(campaigns: CampaignRepository) -> None:
    campaigns.add(full_campaign())
    saved = campaigns.save(replace(full_campaign(), revision=1, reason=None, reply_to=None, finished_at=None))
    assert campaigns.get("cmp_1") == saved


@pytest.mark.parametrize("limit", [1, 2, 5, 9])
def test_campaigns_are_listed_newest_first_without_gap_or_repetition(campaigns: CampaignRepository, limit: int) -> None:
    for number in (3, 1, 5, 2, 4):
        campaigns.add(campaign(number))
        campaigns.put_tally(f"cmp_{number}", 0, Tally())
    seen: list[str] = []
    page = campaigns.list(limit=limit, cursor=None)
    seen += [one.campaign_id for one in page.items]
    while page.next_cursor:
        assert len(page.items) == limit
        page = campaigns.list(limit=limit, cursor=page.next_cursor)
        seen += [one.campaign_id for one in page.items]
    assert seen == ["cmp_5", "cmp_4", "cmp_3", "cmp_2", "cmp_1"]


def test_a_cursor_that_was_made_up_is_refused(campaigns: CampaignRepository) -> None:
    with pytest.raises(InvalidInputError):
        campaigns.list(limit=5, cursor="%%%")


def test_the_account_of_a_part_is_replaced_and_read_by_part(campaigns: CampaignRepository) -> None:
    campaigns.put_tally("cmp_1", 0, Tally(planned=5, pending=5))
    campaigns.put_tally("cmp_1", 0, Tally(planned=5, accepted=5))
    campaigns.put_tally("cmp_1", 120, Tally(planned=1, held=1, unknown=1))
    campaigns.put_tally("cmp_2", 1, Tally(planned=9))
    assert campaigns.tallies("cmp_1", 121) == {
        0: Tally(planned=5, accepted=5),
        120: Tally(planned=1, held=1, unknown=1),
    }
    assert campaigns.tallies("cmp_1", 0) == {}


def template(number: int = 1, version: int = 1) -> TemplateVersion:
    status = TemplateStatus.AWAITING_UPLOAD
    return TemplateVersion(f"tpl_{number}", version, "News", status, "Hi {{ name }}", f"uploads/{number}", NOON)


def test_a_template_version_is_read_as_it_was_stored(templates: TemplateRepository) -> None:
    full = replace(
        template(),
        status=TemplateStatus.READY,
        text="Hi",
        text_generated=True,
        variables=("name", "shop"),
        required=("name",),
        object_version="v7",
        html_bytes=812,
        findings=("HTML, line 3: no alt",),
    )
    templates.add(full)
    templates.add(template(2))
    assert templates.get("tpl_1", 1) == replace(full, revision=1)
    assert templates.get("tpl_2", 1) == replace(template(2), revision=1)
    assert templates.get("tpl_3") is None
    assert templates.get("tpl_1", 2) is None


def test_the_latest_version_of_a_template_is_the_one_with_the_highest_number(templates: TemplateRepository) -> None:
    for version in range(1, 12):
        templates.add(template(version=version))
    latest = templates.get("tpl_1")
    assert latest is not None
    assert latest.version == 11
    with pytest.raises(StaleRevisionError):
        templates.add(template(version=11))


def test_saving_a_template_version_needs_its_revision(templates: TemplateRepository) -> None:
    templates.add(template())
    saved = templates.save(replace(template(), revision=1, status=TemplateStatus.VALIDATING))
    assert saved.revision == 2
    with pytest.raises(StaleRevisionError):
        templates.save(replace(template(), revision=1, status=TemplateStatus.INVALID))
    assert templates.get("tpl_1", 1) == saved


@pytest.mark.parametrize("limit", [1, 2, 4])
def test_templates_are_listed_newest_first_each_by_its_latest_version(
    templates: TemplateRepository, limit: int
) -> None:
    for number in (1, 2, 3):
        for version in range(1, number + 1):
            templates.add(template(number, version))
    seen: list[tuple[str, int]] = []
    cursor: str | None = None
    while True:
        page = templates.list(limit=limit, cursor=cursor)
        seen += [(one.template_id, one.version) for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == [("tpl_3", 3), ("tpl_2", 2), ("tpl_1", 1)]


def recipient_file(number: int = 1) -> RecipientFile:
    return RecipientFile(f"rcf_{number}", "List", RecipientFileStatus.AWAITING_UPLOAD, f"uploads/{number}", NOON)


def test_a_recipient_file_is_read_as_it_was_stored(files: RecipientFileRepository) -> None:
    full = replace(
        recipient_file(),
        status=RecipientFileStatus.READY,
        object_version="v1",
        file_bytes=4_096,
        account=RowAccount(10, 7, 1, 2, 3, {"invalid_address": 2}),
        address_column="E-Mail",
        columns={"E-Mail": "email", "Größe": "groesse"},
        delimiter=";",
        parts=2,
        reason="none",
        finished_at=NOON + timedelta(minutes=1),
    )
    files.add(full)
    files.add(recipient_file(2))
    assert files.get("rcf_1") == replace(full, revision=1)
    assert files.get("rcf_2") == replace(recipient_file(2), revision=1)
    assert files.get("rcf_3") is None


def test_saving_a_recipient_file_needs_its_revision(files: RecipientFileRepository) -> None:
    files.add(recipient_file())
    with pytest.raises(StaleRevisionError):
        files.add(recipient_file())
    saved = files.save(replace(recipient_file(), revision=1, parts=4))
    with pytest.raises(StaleRevisionError):
        files.save(replace(recipient_file(), revision=1, parts=5))
    assert files.get("rcf_1") == saved == replace(recipient_file(), revision=2, parts=4)


def test_recipient_files_are_listed_newest_first(files: RecipientFileRepository) -> None:
    for number in (2, 3, 1):
        files.add(recipient_file(number))
    first = files.list(limit=2, cursor=None)
    rest = files.list(limit=2, cursor=first.next_cursor)
    assert [one.file_id for one in [*first.items, *rest.items]] == ["rcf_3", "rcf_2", "rcf_1"]
    assert rest.next_cursor is None


def suppression(address: str, scope: SuppressionScope = SuppressionScope.ALL, source: str = "one") -> Suppression:
    return Suppression(address, scope, SuppressionReason.BOUNCE, source, NOON)


def test_a_suppression_that_exists_keeps_its_reason_and_time(suppressions: SuppressionRepository) -> None:
    first = suppressions.put(suppression("Anna@Example.org"))
    later = replace(suppression("anna@example.org", source="two"), since=NOON + timedelta(days=1))
    assert first == suppression("anna@example.org")
    assert suppressions.put(later) == first
    assert suppressions.get(" ANNA@example.org") == [first]


def test_scopes_are_put_and_lifted_one_by_one(suppressions: SuppressionRepository) -> None:
    for scope in BOTH:
        suppressions.put(suppression("anna@example.org", scope))
    assert {one.scope for one in suppressions.get("anna@example.org")} == set(BOTH)
    assert suppressions.delete("ANNA@example.org", SuppressionScope.ALL) is True
    assert suppressions.delete("anna@example.org", SuppressionScope.ALL) is False
    assert [one.scope for one in suppressions.get("anna@example.org")] == [SuppressionScope.CAMPAIGNS]


def test_blocked_addresses_come_back_as_they_were_asked_for(suppressions: SuppressionRepository) -> None:
    suppressions.put(suppression("anna@example.org"))
    suppressions.put(suppression("carl@example.org", SuppressionScope.CAMPAIGNS))
    asked = ["Anna@example.org", "anna@EXAMPLE.org", "bob@example.org", "carl@example.org"]
    assert set(suppressions.blocked(asked, BOTH)) == {"Anna@example.org", "anna@EXAMPLE.org", "carl@example.org"}
    assert set(suppressions.blocked(asked, [SuppressionScope.ALL])) == {"Anna@example.org", "anna@EXAMPLE.org"}
    assert suppressions.blocked([], BOTH) == {}


def test_any_iterable_of_scopes_and_any_number_of_addresses_will_do(suppressions: SuppressionRepository) -> None:
    addresses = [f"u{number}@example.org" for number in range(130)]
    for address in addresses[1::2]:
        suppressions.put(suppression(address, SuppressionScope.CAMPAIGNS))
    assert set(suppressions.blocked(iter(addresses), iter(BOTH))) == set(addresses[1::2])


def test_an_api_key_is_added_once_and_read_as_it_was_stored(keys: ApiKeyRepository) -> None:
    key = ApiKey("key_1", "CI", "ab" * 32, frozenset({Scope.READ, Scope.SEND}), NOON, NOON + timedelta(days=1))
    keys.add(key)
    assert keys.get("key_1") == replace(key, revision=1)
    assert keys.get("key_2") is None
    with pytest.raises(StaleRevisionError):
        keys.add(key)
