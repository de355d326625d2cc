"""Making templates and versions of them, copies, names, the archive."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.kernel.errors import ConflictError, InvalidInputError, StaleRevisionError
from chalicelib.templates.catalog import NewVersion, TemplateCatalog
from chalicelib.templates.inputs import Sources
from chalicelib.templates.model import (
    Template,
    TemplateArchivedError,
    TemplateFilter,
    TemplateNotFoundError,
    TemplateNotReadyError,
    TemplateStatus,
    TemplateVersion,
)
from chalicelib.templates.service import TemplateService
from tests.fakes.templates import FakeTemplateObjects, FakeTemplates, NoStyles
from tests.unit.templates.test_service import HTML, NOW, At


class Stage:
    def __init__(self) -> None:
        self.templates = FakeTemplates()
        self.objects = FakeTemplateObjects()
        self.service = TemplateService(templates=self.templates, objects=self.objects)
        self.catalog = TemplateCatalog(templates=self.templates, objects=self.objects, clock=At())

    def template(self, name: str = "Welcome") -> str:
        """Make a template whose first version is ready; return its id."""
        made = self.catalog.create(name, Sources("Hi {{ first_name }}"))
        self.upload(made)
        return made.template.template_id

    def upload(self, made: NewVersion, body: bytes = HTML) -> TemplateVersion:
        self.objects.upload(made.version.object_key, body)
        return self.service.validate(made.version.object_key, "v1", len(body), NoStyles())


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_a_new_version_is_current_when_it_is_ready_and_not_before(stage: Stage) -> None:
    template_id = stage.template()
    made = stage.catalog.add_version(template_id, Sources("Hello {{ first_name }}"))
    assert (made.version.version, made.template.latest, made.template.current) == (2, 2, 1)
    assert stage.service.get(template_id).version == 1
    stage.upload(made)
    assert stage.service.get(template_id).version == 2
    assert stage.service.preview(template_id, None, {"first_name": "Ana"}).subject == "Hello Ana"
    assert stage.service.preview(template_id, 1, {"first_name": "Ana"}).subject == "Hi Ana"


def test_an_invalid_version_does_not_become_current(stage: Stage) -> None:
    template_id = stage.template()
    assert stage.upload(stage.catalog.add_version(template_id, Sources("s")), b"{{").status is TemplateStatus.INVALID
    assert stage.service.get(template_id).version == 1


def test_an_older_version_that_is_ready_late_does_not_become_current(stage: Stage) -> None:
    template_id = stage.template()
    second, third = (stage.catalog.add_version(template_id, Sources("s")) for _ in range(2))
    stage.upload(third)
    stage.upload(second)
    assert stage.service.get(template_id).version == 3


def test_the_event_again_makes_good_what_a_crash_left_undone(stage: Stage) -> None:
    template_id = stage.template()
    made = stage.catalog.add_version(template_id, Sources("s"))
    stage.upload(made)
    head = stage.templates.heads[template_id]
    stage.templates.heads[template_id] = replace(head, current=1)  # as if the function had died before the last write
    stage.upload(made)
    assert stage.service.get(template_id).version == 2


def test_a_request_that_broke_off_finds_its_version(stage: Stage) -> None:
    template_id = stage.template()
    first = stage.catalog.add_version(template_id, Sources("s"), made_by="ver_1", revision=1)
    again = stage.catalog.add_version(template_id, Sources("s"), made_by="ver_1", revision=1)
    assert again.version == first.version
    other = stage.catalog.add_version(template_id, Sources("s"), made_by="ver_2")
    assert other.version.version == first.version.version + 1


def test_a_request_that_broke_off_between_its_writes_finds_its_template(stage: Stage) -> None:
    stage.catalog.create("Welcome", Sources("s"), template_id="tpl_1")
    stage.templates.heads.clear()
    again = stage.catalog.create("Welcome", Sources("s"), template_id="tpl_1")
    assert (again.template.name, again.version.version) == ("Welcome", 1)
    assert len(stage.templates.items) == 1


@pytest.mark.parametrize("change", ["rename", "archive", "unarchive", "add_version"])
def test_a_change_heeds_the_revision(stage: Stage, change: str) -> None:
    template_id = stage.template()
    stage.catalog.rename(template_id, "Other")
    changes: dict[str, Callable[[], object]] = {
        "rename": lambda: stage.catalog.rename(template_id, "x", revision=1),
        "archive": lambda: stage.catalog.archive(template_id, revision=1),
        "unarchive": lambda: stage.catalog.unarchive(template_id, revision=1),
        "add_version": lambda: stage.catalog.add_version(template_id, Sources("s"), revision=1),
    }
    before = stage.templates.heads[template_id]
    with pytest.raises(StaleRevisionError, match="at revision 2, not 1"):
        changes[change]()
    assert stage.templates.heads[template_id] == before


def test_a_template_is_renamed_once(stage: Stage) -> None:
    template_id = stage.template()
    assert stage.catalog.rename(template_id, " Other ").name == "Other"
    assert stage.catalog.rename(template_id, "Other").revision == 2
    with pytest.raises(InvalidInputError):
        stage.catalog.rename(template_id, " ")


def test_of_an_archived_template_nothing_new_is_made_and_what_uses_it_goes_on(stage: Stage) -> None:
    template_id = stage.template()
    archived = stage.catalog.archive(template_id)
    assert archived.archived_at == NOW
    assert stage.catalog.archive(template_id) == archived
    with pytest.raises(TemplateArchivedError):
        stage.catalog.add_version(template_id, Sources("s"))
    with pytest.raises(TemplateArchivedError):
        stage.service.choose(template_id)
    assert stage.service.content(template_id, 1).subject == "Hi {{ first_name }}"
    assert stage.catalog.list(TemplateFilter()).items == []
    assert stage.catalog.unarchive(template_id).archived_at is None
    assert stage.service.choose(template_id, 1).version == 1
    assert [one.template.template_id for one in stage.catalog.list(TemplateFilter()).items] == [template_id]


def test_a_copy_is_checked_like_an_upload(stage: Stage) -> None:
    template_id = stage.template()
    copy = stage.catalog.duplicate(template_id, name=None, version=None)
    assert (copy.template.name, copy.version.version, copy.version.text) == ("Welcome", 1, None)
    assert copy.template.template_id != template_id
    key = copy.version.object_key
    assert stage.objects.items[key, None] == HTML
    assert stage.service.validate(key, None, len(HTML), NoStyles()).status is TemplateStatus.READY
    assert stage.catalog.duplicate(template_id, name="Other", version=1).template.name == "Other"


def test_a_copy_keeps_a_text_that_was_given(stage: Stage) -> None:
    made = stage.catalog.create("n", Sources("s", "Hello", "p", {"X-A": "1"}))
    stage.upload(made)
    copy = stage.catalog.duplicate(made.template.template_id, name=None, version=None).version
    assert (copy.subject, copy.text, copy.preheader, copy.headers) == ("s", "Hello", "p", (("X-A", "1"),))


def test_what_was_never_uploaded_cannot_be_copied_or_downloaded(stage: Stage) -> None:
    template_id = stage.catalog.create("n", Sources("s")).template.template_id
    with pytest.raises(TemplateNotReadyError):
        stage.catalog.duplicate(template_id, name=None, version=None)
    with pytest.raises(TemplateNotReadyError):
        stage.catalog.source(template_id, 1)
    assert stage.catalog.upload(template_id, 1).fields["key"] == f"uploads/{template_id}/1/template.html"


def test_what_was_uploaded_is_downloaded_as_it_was_and_not_uploaded_again(stage: Stage) -> None:
    template_id = stage.template()
    source = stage.catalog.source(template_id, 1)
    assert f"uploads/{template_id}/1/template.html?version=v1" in source.url
    assert source.text is None, "it is made from the HTML"
    with pytest.raises(ConflictError):
        stage.catalog.upload(template_id, 1)


def test_a_preview_shows_stand_ins_for_what_is_missing(stage: Stage) -> None:
    shown = stage.service.preview(stage.template(), None, {"city": "Rome"}, stand_ins=True)
    assert shown.subject == "Hi [first_name]"
    assert "Rome" in shown.html


@pytest.mark.parametrize("version", [0, 2])
def test_what_is_not_there_is_not_found(stage: Stage, version: int) -> None:
    template_id = stage.template()
    for missing in (
        lambda: stage.catalog.source(template_id, version),
        lambda: stage.catalog.upload(template_id, version),
        lambda: stage.catalog.duplicate(template_id, name=None, version=version),
        lambda: stage.catalog.get("tpl_x"),
        lambda: stage.catalog.versions("tpl_x"),
        lambda: stage.catalog.rename("tpl_x", "n"),
        lambda: stage.service.get("tpl_x"),
    ):
        with pytest.raises(TemplateNotFoundError):
            missing()


def test_lists_come_in_pages_each_with_its_current_version(stage: Stage) -> None:
    for name in "abc":
        stage.templates.add_template(Template(f"tpl_{name}", name, NOW))
        stage.templates.add(
            TemplateVersion(f"tpl_{name}", 1, TemplateStatus.AWAITING_UPLOAD, "s", f"uploads/tpl_{name}", NOW)
        )
    first = stage.catalog.list(TemplateFilter(), limit=2)
    assert [(one.template.name, one.version.template_id) for one in first.items] == [("c", "tpl_c"), ("b", "tpl_b")]
    rest = stage.catalog.list(TemplateFilter(), limit=2, cursor=first.next_cursor)
    assert ([one.template.name for one in rest.items], rest.next_cursor) == (["a"], None)
