"""Jobs on the list of suppressions: files in and out, SES's own list, and what is left when one dies in between."""

import csv
import gzip
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.kernel.ids import new_id
from chalicelib.suppression_jobs.copying import SesListCopy
from chalicelib.suppression_jobs.exporting import SuppressionExport
from chalicelib.suppression_jobs.importing import SuppressionImport
from chalicelib.suppression_jobs.model import (
    ID_PREFIX,
    MAX_REPORTED,
    JobKind,
    JobNotFoundError,
    JobState,
    Position,
    SuppressionJob,
    job_of,
)
from chalicelib.suppression_jobs.ports import SesSuppression
from chalicelib.suppression_jobs.records import JobRecords
from chalicelib.suppression_jobs.rows import UnreadableFileError, rows_of
from chalicelib.suppression_jobs.service import Order, SuppressionJobService
from chalicelib.suppressions.model import Suppression, SuppressionFilter, SuppressionReason, SuppressionScope
from chalicelib.suppressions.service import SuppressionService
from tests.fakes.exports import FakeExportUploads
from tests.fakes.suppression_jobs import FakeFiles, FakeJobs, FakeJobWorkflows, FakeSesList
from tests.fakes.suppressions import FakeSuppressions
from tests.fakes.tracking import FixedClock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
OFFERS = SuppressionScope("topic:offers")


class Stage:
    """A list of suppressions and its jobs."""

    def __init__(self, *of_ses: SesSuppression, seconds_left: float = 900) -> None:
        self.clock = FixedClock(NOON)
        self.jobs, self.files, self.workflows = FakeJobs(), FakeFiles(), FakeJobWorkflows()
        self.list, self.uploads, self.ses = FakeSuppressions(), FakeExportUploads(), FakeSesList(*of_ses)
        self.seconds_left = seconds_left
        self.records = JobRecords(self.jobs, self.clock)
        self.service = SuppressionJobService(
            jobs=self.jobs, files=self.files, workflows=self.workflows, clock=self.clock
        )
        suppressing = SuppressionService(suppressions=self.list, clock=self.clock)
        self.importing = SuppressionImport(
            records=self.records, files=self.files, suppressing=suppressing, deadline=self, chunk=2
        )
        self.exporting = SuppressionExport(
            records=self.records, suppressions=self.list, uploads=self.uploads, deadline=self, piece_bytes=1, page=2
        )
        self.copying = SesListCopy(records=self.records, ses=self.ses, suppressing=suppressing, deadline=self)

    def remaining_seconds(self) -> float:
        return self.seconds_left

    def order(self, kind: JobKind, **wishes: object) -> SuppressionJob:
        order = Order(new_id(ID_PREFIX, NOON), kind, "ci")
        return self.service.order(replace(order, **wishes)).job  # type: ignore[arg-type]  # names are the order's own

    def take(self, text: str, **wishes: object) -> SuppressionJob:
        """Import a file in as many invocations as it needs."""
        job = self.order(JobKind.IMPORT, **wishes)
        self.files.objects[job.upload_key] = text.encode()
        position: Position | None = Position()
        while position is not None:
            position = self.importing.work(job.job_id, "v1", position)
        return self.jobs.items[job.job_id]

    def written(self) -> str:
        [body] = self.uploads.objects.values()
        return body.decode("utf-8-sig")

    def listed(self) -> list[tuple[str, str, str, datetime]]:
        return sorted((one.address, one.scope, one.reason, one.since) for one in self.list.items.values())


def test_a_file_is_awaited_and_its_rows_are_suppressed_as_they_say_or_as_the_order_says() -> None:
    stage = Stage()
    shown = stage.service.order(
        Order(new_id(ID_PREFIX, NOON), JobKind.IMPORT, "ci", scope=OFFERS, reason=SuppressionReason.UNSUBSCRIBE)
    )
    assert shown.job.state is JobState.AWAITING_UPLOAD
    assert shown.upload
    assert shown.upload.fields["key"] == shown.job.upload_key
    assert job_of(shown.job.upload_key) == shown.job.job_id
    assert stage.workflows.started == []
    stage = Stage()
    job = stage.take(
        "E-Mail;Scope;reason;since\nAnna@Example.org;;;\nbob@example.org;all;bounce;2026-01-01T10:00:00+01:00\n\n",
        scope=OFFERS,
        reason=SuppressionReason.UNSUBSCRIBE,
    )
    assert (job.state, job.rows, job.suppressed, job.refused) == (JobState.DONE, 2, 2, 0)
    assert stage.listed() == [
        ("anna@example.org", "topic:offers", "unsubscribe", NOON),
        ("bob@example.org", "all", "bounce", datetime(2026, 1, 1, 9, tzinfo=UTC)),
    ]
    assert stage.service.get(job.job_id).url is None


def test_every_row_that_is_refused_stands_in_the_report_with_its_line_and_reason() -> None:
    stage = Stage(seconds_left=0)
    job = stage.take(
        "address,scope,reason,since\n"
        "nobody,,,\n"
        "anna@example.org,everything,,\n"
        "bob@example.org,,boredom,\n"
        "cleo@example.org,,,yesterday\n"
        "dora@example.org,,,2027-01-01T00:00:00Z\n"
        "good@example.org,,,\n"
        "=cmd@example.org x,,,\n"
    )
    assert (job.state, job.rows, job.suppressed, job.refused) == (JobState.DONE, 7, 1, 6)
    report = list(csv.DictReader(io.StringIO(stage.files.objects[job.key].decode("utf-8-sig"))))
    assert [(row["line"], row["value"]) for row in report] == [
        ("2", "nobody"),
        ("3", "anna@example.org"),
        ("4", "bob@example.org"),
        ("5", "cleo@example.org"),
        ("6", "dora@example.org"),
        ("8", "'=cmd@example.org x"),
    ]
    assert "boredom" not in report[2]["reason"]
    assert "complaint, bounce, unsubscribe, manual" in report[2]["reason"]
    assert stage.service.get(job.job_id).url


def test_addresses_alone_are_a_file_too() -> None:
    stage = Stage()
    stage.take("anna@example.org\nbob@example.org\n")
    assert [address for address, *_ in stage.listed()] == ["anna@example.org", "bob@example.org"]


@pytest.mark.parametrize("body", [b"name,age\nAnna,7\n", b"", b"address\n\xff@example.org\n"])
def test_a_file_that_cannot_be_read_fails_its_job(body: bytes) -> None:
    stage = Stage()
    job = stage.order(JobKind.IMPORT)
    stage.files.objects[job.upload_key] = body
    assert stage.importing.work(job.job_id, "v1", Position()) is None
    failed = stage.jobs.items[job.job_id]
    assert failed.state is JobState.FAILED
    assert failed.failure
    assert stage.listed() == []


def test_only_the_first_upload_is_taken_and_an_invocation_that_died_is_made_up_for() -> None:
    stage = Stage(seconds_left=0)
    job = stage.order(JobKind.IMPORT)
    stage.files.objects[job.upload_key] = b"address\n" + b"".join(b"u%d@example.org\n" % n for n in range(5)) + b"x\n"
    position = stage.importing.work(job.job_id, "v1", Position())
    assert position == Position(rows=2, suppressed=2)
    assert stage.importing.work(job.job_id, "v2", Position()) is None
    for _ in range(2):  # the second one died before it could say how far it came
        following = stage.importing.work(job.job_id, "v1", position)
        assert following == Position(rows=4, suppressed=4)
    stage.seconds_left = 900
    assert stage.importing.work(job.job_id, "v1", Position(rows=4, suppressed=4)) is None
    done = stage.jobs.items[job.job_id]
    assert (done.rows, done.suppressed, done.refused) == (6, 5, 1)
    assert len(stage.listed()) == 5
    assert stage.importing.work(job.job_id, "v1", Position()) is None
    assert stage.jobs.items[job.job_id] == done


def test_the_report_names_no_more_than_it_may() -> None:
    stage = Stage()
    job = stage.take("address\n" + "nobody\n" * (MAX_REPORTED + 5))
    assert job.refused == MAX_REPORTED + 5
    assert stage.files.objects[job.key].count(b"\n") == 1 + MAX_REPORTED


@given(st.binary(max_size=300))
def test_whatever_the_file_holds_each_row_is_taken_or_refused(body: bytes) -> None:
    try:
        rows = list(rows_of(body, SuppressionScope.ALL, SuppressionReason.MANUAL))
    except UnreadableFileError:
        return
    assert all((row.wanted is None) != (row.fault is None) for row in rows)


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("seconds_left", [0, 900])
def test_the_list_is_written_in_pieces_and_what_is_written_can_be_read_again(
    *, compressed: bool, seconds_left: float
) -> None:
    stage = Stage(seconds_left=seconds_left)
    for number in range(7):
        reason = SuppressionReason.BOUNCE if number % 2 else SuppressionReason.MANUAL
        stage.list.put(Suppression(f"u{number}@example.org", SuppressionScope.ALL, reason, "test", NOON))
    job = stage.order(JobKind.EXPORT, gzip=compressed)
    assert stage.workflows.started == [(job.job_id, JobKind.EXPORT)]
    position: Position | None = Position()
    while position is not None:
        position = stage.exporting.work(job.job_id, position)
    done = stage.jobs.items[job.job_id]
    assert (done.state, done.rows) == (JobState.DONE, 7)
    assert stage.service.get(job.job_id).url
    [body] = stage.uploads.objects.values()
    again = Stage()
    again.take((gzip.decompress(body) if compressed else body).decode("utf-8-sig"))
    assert again.listed() == stage.listed()


def test_an_export_holds_what_is_wanted_and_is_there_also_when_its_maker_died() -> None:
    stage = Stage()
    for number, scope in enumerate((SuppressionScope.ALL, OFFERS, OFFERS)):
        stage.list.put(Suppression(f"u{number}@example.org", scope, SuppressionReason.MANUAL, "test", NOON))
    job = stage.order(JobKind.EXPORT, wanted=SuppressionFilter(OFFERS))
    assert stage.exporting.work(job.job_id, Position()) is None
    assert stage.written().count("topic:offers") == 2
    # As if it had ended before it could say that it is done.
    [upload_id] = {f"{job.key}#text/csv; charset=utf-8#0"}
    stage.jobs.put(replace(stage.jobs.items[job.job_id], state=JobState.RUNNING, finished_at=None))
    assert stage.exporting.work(job.job_id, Position(upload_id=upload_id)) is None
    assert (stage.jobs.items[job.job_id].state, stage.jobs.items[job.job_id].rows) == (JobState.DONE, 2)


@pytest.mark.parametrize("seconds_left", [0, 900])
def test_sess_own_list_is_copied_page_by_page(seconds_left: float) -> None:
    found = [
        SesSuppression("anna@example.org", SuppressionReason.BOUNCE, NOON - timedelta(days=9)),
        SesSuppression("bob@example.org", SuppressionReason.COMPLAINT, NOON - timedelta(days=8)),
        SesSuppression("cleo@example.org", SuppressionReason.BOUNCE, NOON - timedelta(days=7)),
    ]
    stage = Stage(*found, seconds_left=seconds_left)
    stage.list.put(Suppression("anna@example.org", SuppressionScope.ALL, SuppressionReason.BOUNCE, "message", NOON))
    job = stage.order(JobKind.FROM_SES)
    position: Position | None = Position()
    while position is not None:
        position = stage.copying.work(job.job_id, position)
    done = stage.jobs.items[job.job_id]
    assert (done.state, done.rows, done.suppressed, done.refused) == (JobState.DONE, 3, 3, 0)
    assert stage.listed() == [(one.address, "all", one.reason, one.since) for one in found]


def test_an_order_made_again_is_one_job_and_a_job_that_expired_is_gone() -> None:
    stage = Stage()
    order = Order(new_id(ID_PREFIX, NOON), JobKind.FROM_SES, "ci")
    assert stage.service.order(order) == stage.service.order(order)
    stage.clock.time += timedelta(days=8)
    for unknown in (order.job_id, "x", new_id(ID_PREFIX, NOON)):
        with pytest.raises(JobNotFoundError):
            stage.service.get(unknown)
    with pytest.raises(JobNotFoundError):
        job_of("uploads/x/suppressions.csv")
    with pytest.raises(JobNotFoundError):
        stage.records.fail("gone", "why")


def test_a_failure_is_kept_unless_the_job_is_over() -> None:
    stage = Stage()
    waiting = stage.order(JobKind.IMPORT)
    stage.records.fail(waiting.job_id, "broken")
    assert stage.jobs.items[waiting.job_id].failure == "broken"
    done = stage.take("address\nanna@example.org\n")
    stage.records.fail(done.job_id, "broken")
    assert stage.jobs.items[done.job_id] == done


def test_an_address_is_put_on_sess_list_and_taken_off_when_asked() -> None:
    stage = Stage()
    service = SuppressionService(suppressions=stage.list, clock=stage.clock)
    everywhere = SuppressionScope.ALL
    service.put("Anna@example.org", everywhere, source="key", reason=SuppressionReason.MANUAL, account=stage.ses)
    assert stage.ses.put_here == [("anna@example.org", SuppressionReason.MANUAL)]
    service.delete("anna@example.org", everywhere, None)
    assert len(stage.ses.put_here) == 1
    service.delete("anna@example.org", everywhere, None, account=stage.ses)  # it was on SES's list alone
    assert stage.ses.put_here == []
