"""What the stores of campaigns, templates and recipient files do: the fakes and DynamoDB."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.campaigns.model import Campaign, CampaignState, Canary, ClockChange, Sender, Wave
from chalicelib.campaigns.ports import CampaignRepository
from chalicelib.kernel.errors import InvalidInputError, StaleRevisionError
from chalicelib.messages.model import Tally
from chalicelib.recipients.model import (
    ALL_FILES,
    Compression,
    Encoding,
    Findings,
    Progress,
    RecipientFile,
    RecipientFileFilter,
    RecipientFileStatus,
    RowAccount,
    UploadType,
)
from chalicelib.recipients.ports import RecipientFileRepository
from chalicelib.store.campaigns import DynamoCampaigns
from chalicelib.store.recipient_files import DynamoRecipientFiles
from chalicelib.store.templates import DynamoTemplates
from chalicelib.templates.model import Template, TemplateFilter, TemplateStatus, TemplateVersion
from chalicelib.templates.ports import TemplateRepository
from tests.fakes.campaigns import FakeCampaigns
from tests.fakes.recipients import FakeRecipientFiles
from tests.fakes.templates import FakeTemplates

NOON = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)


@pytest.fixture
def campaigns(kind: str) -> CampaignRepository:
    return FakeCampaigns() if kind == "fake" else DynamoCampaigns()


@pytest.fixture
def templates(kind: str) -> TemplateRepository:
    return FakeTemplates() if kind == "fake" else DynamoTemplates()


@pytest.fixture
def files(kind: str) -> RecipientFileRepository:
    return FakeRecipientFiles() if kind == "fake" else DynamoRecipientFiles()


def campaign(number: int = 1) -> Campaign:
    sender = Sender("shop@example.com", "Müller")
    return Campaign(f"cmp_{number}", "May", CampaignState.DRAFT, "tpl_1", 2, "rcf_1", sender, NOON)


def full_campaign() -> Campaign:
    return replace(
        campaign(),
        state=CampaignState.HALTED,
        reply_to="help@example.com",
        topic="news",
        rate_limit=12.5,
        parts=3,
        send_at=NOON + timedelta(hours=1),
        time_zone="Europe/Berlin",
        clock_change=ClockChange.SKIPPED,
        local_time=NOON.replace(tzinfo=None),
        canary=Canary(share=0.01, wait_minutes=45),
        waves=(Wave(20), Wave(2_480, NOON + timedelta(hours=1))),
        wave=1,
        canary_ends_at=NOON + timedelta(hours=6),
        canary_judged_at=NOON + timedelta(hours=7),
        execution="arn:execution",
        planned=2_500,
        tally=Tally(2_500, 10, 2_400, 40, 30, 20, 5),
        started_at=NOON + timedelta(hours=2),
        finished_at=NOON + timedelta(hours=3),
        resumed_at=NOON + timedelta(hours=4),
        resend_before=NOON + timedelta(hours=5),
        reason="SES stopped",
        changed_by="ann",
        archived_at=NOON + timedelta(hours=8),
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


def test_a_removed_campaign_is_gone_and_only_its_own_revision_is_removed(campaigns: CampaignRepository) -> None:
    stored = campaigns.add(campaign())
    saved = campaigns.save(stored)
    with pytest.raises(StaleRevisionError):
        campaigns.remove(stored)
    campaigns.remove(saved)
    assert campaigns.get("cmp_1") is None
    with pytest.raises(StaleRevisionError):
        campaigns.remove(saved)


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
    return TemplateVersion(f"tpl_{number}", version, status, "Hi {{ name }}", f"uploads/{number}", NOON)


def test_a_template_version_is_read_as_it_was_stored(templates: TemplateRepository) -> None:
    full = replace(
        template(),
        status=TemplateStatus.READY,
        text="Hi",
        text_generated=True,
        preheader="For {{ name }}",
        headers=(("X-B", "{{ name }}"), ("X-A", "1")),
        sent_key="ready/1/1/0.html",
        variables=("name", "shop"),
        required=("name",),
        object_version="v7",
        html_bytes=812,
        findings=("HTML, line 3: no alt",),
        made_by="ver_1",
    )
    templates.add(full)
    templates.add(template(2))
    assert templates.get("tpl_1", 1) == replace(full, revision=1)
    assert templates.get("tpl_2", 1) == replace(template(2), revision=1)
    assert templates.get("tpl_3", 1) is None
    assert templates.get("tpl_1", 2) is None


def test_a_version_has_its_number_once_and_versions_are_listed_the_highest_first(templates: TemplateRepository) -> None:
    templates.add_template(Template("tpl_1", "News", NOON))
    for version in range(1, 12):
        templates.add(template(version=version))
    templates.add(template(2))
    with pytest.raises(StaleRevisionError):
        templates.add(template(version=11))
    seen: list[int] = []
    cursor: str | None = None
    while True:
        page = templates.versions("tpl_1", limit=4, cursor=cursor)
        seen += [one.version for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
        with pytest.raises(InvalidInputError):
            templates.versions("tpl_2", limit=4, cursor=cursor)
    assert seen == list(range(11, 0, -1))
    found = templates.several([("tpl_1", 3), ("tpl_2", 1), ("tpl_3", 1)])
    assert found == {
        key: replace(template(int(key[0][4:]), key[1]), revision=1) for key in (("tpl_1", 3), ("tpl_2", 1))
    }
    assert templates.several([]) == {}


def test_saving_a_template_version_needs_its_revision(templates: TemplateRepository) -> None:
    templates.add(template())
    saved = templates.save(replace(template(), revision=1, status=TemplateStatus.VALIDATING))
    assert saved.revision == 2
    with pytest.raises(StaleRevisionError):
        templates.save(replace(template(), revision=1, status=TemplateStatus.INVALID))
    assert templates.get("tpl_1", 1) == saved


def test_a_template_is_read_as_it_was_stored_and_is_no_version(templates: TemplateRepository) -> None:
    head = Template("tpl_1", "Grüße", NOON, latest=7, current=5, archived_at=NOON + timedelta(days=1))
    assert templates.add_template(head) == replace(head, revision=1) == templates.template("tpl_1")
    with pytest.raises(StaleRevisionError):
        templates.add_template(head)
    assert templates.get("tpl_1", 0) is None
    assert templates.versions("tpl_1", limit=5, cursor=None).items == []
    saved = templates.save_template(replace(head, revision=1, archived_at=None))
    assert saved == replace(head, revision=2, archived_at=None) == templates.template("tpl_1")
    with pytest.raises(StaleRevisionError):
        templates.save_template(replace(head, revision=1))
    assert templates.template("tpl_2") is None


WISHES = [
    (TemplateFilter(), [6, 5, 3, 2]),
    (TemplateFilter(newest_first=False), [2, 3, 5, 6]),
    (TemplateFilter(archived=True), [4, 1]),
    (TemplateFilter(archived=None, name="GRÜSSE"), [6, 4, 2]),
    (TemplateFilter(name="no such"), []),
]


@pytest.mark.parametrize("limit", [1, 2, 5])
@pytest.mark.parametrize(("wanted", "numbers"), WISHES)
def test_templates_are_listed_as_wanted_without_gap_or_repetition(
    templates: TemplateRepository, limit: int, wanted: TemplateFilter, numbers: list[int]
) -> None:
    for number in (3, 1, 5, 6, 2, 4):
        archived = NOON if number in {1, 4} else None
        name = f"Viele Grüße {number}" if number % 2 == 0 else f"News {number}"
        templates.add_template(Template(f"tpl_{number}", name, NOON, archived_at=archived))
        templates.add(template(number))
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = templates.list(wanted, limit=limit, cursor=cursor)
        assert len(page.items) <= limit
        seen += [one.template_id for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
        with pytest.raises(InvalidInputError):
            templates.list(replace(wanted, name="other"), limit=limit, cursor=cursor)
    assert seen == [f"tpl_{number}" for number in numbers]


def recipient_file(number: int = 1) -> RecipientFile:
    return RecipientFile(f"rcf_{number}", "List", RecipientFileStatus.AWAITING_UPLOAD, f"uploads/{number}", NOON)


def test_a_recipient_file_is_read_as_it_was_stored(files: RecipientFileRepository) -> None:
    full = replace(
        recipient_file(),
        status=RecipientFileStatus.READY,
        upload_type=UploadType.ZIP,
        upload_id="upload-1",
        object_version="v1",
        file_bytes=4_096,
        wanted_column="E-Mail",
        account=RowAccount(10, 7, 1, 2, 3, {"invalid_address": 2}, {"role_address": 1}),
        findings=Findings(
            encoding=Encoding.WINDOWS_1252,
            compression=Compression.ZIP,
            delimiter=";",
            header=True,
            address_column="E-Mail",
            columns={"E-Mail": "email", "Größe": "groesse"},
        ),
        progress=Progress(10, 4_000, NOON, NOON + timedelta(seconds=5)),
        parts=2,
        reason="none",
        attempts=3,
        ignored_uploads=1,
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


def test_a_removed_recipient_file_is_gone_and_cannot_be_saved(files: RecipientFileRepository) -> None:
    files.add(recipient_file())
    for _ in range(2):
        files.remove("rcf_1")
    assert files.get("rcf_1") is None
    assert files.list(ALL_FILES, limit=5, cursor=None).items == []
    with pytest.raises(StaleRevisionError):
        files.save(replace(recipient_file(), revision=1))


def test_recipient_files_are_listed_newest_first(files: RecipientFileRepository) -> None:
    for number in (2, 3, 1):
        files.add(recipient_file(number))
    first = files.list(ALL_FILES, limit=2, cursor=None)
    rest = files.list(ALL_FILES, limit=2, cursor=first.next_cursor)
    assert [one.file_id for one in [*first.items, *rest.items]] == ["rcf_3", "rcf_2", "rcf_1"]
    assert rest.next_cursor is None


READY = RecipientFileFilter(RecipientFileStatus.READY, name="LIS")


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_recipient_files_of_one_status_are_listed_without_gap_or_repetition(
    files: RecipientFileRepository, limit: int
) -> None:
    for number in range(1, 10):
        status = RecipientFileStatus.READY if number % 2 else RecipientFileStatus.FAILED
        files.add(replace(recipient_file(number), status=status))
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = files.list(READY, limit=limit, cursor=cursor)
        assert len(page.items) <= limit
        seen += [one.file_id for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == ["rcf_9", "rcf_7", "rcf_5", "rcf_3", "rcf_1"]
