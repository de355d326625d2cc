"""Templates and their versions in DynamoDB."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.kernel.clock import from_rfc3339, rfc3339
from chalicelib.kernel.pages import Page
from chalicelib.store.listing import Listing, all_of, folded, read_page
from chalicelib.store.mapping import mapped_errors, read, save_revision, written
from chalicelib.store.tables import TemplateItem, TemplateVersionItem
from chalicelib.templates.model import Template, TemplateFilter, TemplateStatus, TemplateVersion

_LISTED = "template"
_IN_LIST = frozenset({"template_id", "version", "listed", "listed_at"})
_IN_VERSIONS = frozenset({"template_id", "version"})
_HEAD = 0
"""Range key of the template itself, before those of its versions."""


class DynamoTemplates:
    """Implements `templates.ports.TemplateRepository`."""

    def add_template(self, template: Template) -> Template:
        """Store a new template; return it with its revision."""
        added = replace(template, revision=1)
        save_revision(_template_item(added), 0)
        return added

    def template(self, template_id: str) -> Template | None:
        """Return a template, read consistently, or None."""
        with mapped_errors():
            try:
                return _template(TemplateItem.get(template_id, _HEAD, consistent_read=True))
            except TemplateItem.DoesNotExist:
                return None

    def save_template(self, template: Template) -> Template:
        """Replace the template at this revision; return it with the next one."""
        saved = replace(template, revision=template.revision + 1)
        save_revision(_template_item(saved), template.revision)
        return saved

    def list(self, wanted: TemplateFilter, *, limit: int, cursor: str | None) -> Page[Template]:
        """Return templates in the order of their making."""
        listing = Listing(
            TemplateItem.listed_index, _LISTED, _IN_LIST, wanted, only=_only(wanted), forward=not wanted.newest_first
        )
        items, following = read_page(listing, limit=limit, cursor=cursor)
        return Page([_template(TemplateItem.from_raw_data(item)) for item in items], following)

    def add(self, template: TemplateVersion) -> TemplateVersion:
        """Store a new version; return it with its revision."""
        added = replace(template, revision=1)
        save_revision(_item(added), 0)
        return added

    def get(self, template_id: str, version: int) -> TemplateVersion | None:
        """Return a version, read consistently, or None."""
        if version <= _HEAD:
            return None
        with mapped_errors():
            try:
                return _version(TemplateVersionItem.get(template_id, version, consistent_read=True))
            except TemplateVersionItem.DoesNotExist:
                return None

    def several(self, keys: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], TemplateVersion]:
        """Return those of the versions that exist, by template id and number."""
        with mapped_errors():
            found = [_version(item) for item in TemplateVersionItem.batch_get(list(keys))]
        return {(one.template_id, one.version): one for one in found}

    def versions(self, template_id: str, *, limit: int, cursor: str | None) -> Page[TemplateVersion]:
        """Return the versions of a template, the highest number first."""
        listing = Listing(
            TemplateVersionItem,
            template_id,
            _IN_VERSIONS,
            ("versions", template_id),
            between=TemplateVersionItem.version > _HEAD,
        )
        items, following = read_page(listing, limit=limit, cursor=cursor)
        return Page([_version(TemplateVersionItem.from_raw_data(item)) for item in items], following)

    def save(self, template: TemplateVersion) -> TemplateVersion:
        """Replace the version at this revision; return it with the next one."""
        saved = replace(template, revision=template.revision + 1)
        save_revision(_item(saved), template.revision)
        return saved


def _only(wanted: TemplateFilter) -> Any:
    conditions: list[Any] = []
    if wanted.archived is not None:
        archived = TemplateItem.archived_at
        conditions.append(archived.exists() if wanted.archived else archived.does_not_exist())
    if wanted.name is not None:
        conditions.append(TemplateItem.name_folded.contains(folded(wanted.name)))
    return all_of(conditions)


def _template_item(template: Template) -> TemplateItem:
    return TemplateItem(
        template.template_id,
        _HEAD,
        listed=_LISTED,
        listed_at=template.template_id,
        name=template.name,
        name_folded=folded(template.name),
        latest=template.latest,
        current=template.current,
        archived_at=written(template.archived_at),
        created_at=rfc3339(template.created_at),
        revision=template.revision,
    )


def _template(item: TemplateItem) -> Template:
    return Template(
        template_id=item.template_id,
        name=item.name,
        latest=int(item.latest),
        current=int(item.current),
        archived_at=read(item.archived_at),
        created_at=from_rfc3339(item.created_at),
        revision=int(item.revision),
    )


def _item(template: TemplateVersion) -> TemplateVersionItem:
    return TemplateVersionItem(
        template.template_id,
        template.version,
        status=template.status,
        subject=template.subject,
        text=template.text,
        text_generated=template.text_generated,
        preheader=template.preheader,
        headers=[list(header) for header in template.headers],
        variables=list(template.variables),
        required=list(template.required),
        object_key=template.object_key,
        object_version=template.object_version,
        sent_key=template.sent_key,
        html_bytes=template.html_bytes,
        findings=list(template.findings),
        made_by=template.made_by,
        created_at=rfc3339(template.created_at),
        revision=template.revision,
    )


def _version(item: TemplateVersionItem) -> TemplateVersion:
    return TemplateVersion(
        template_id=item.template_id,
        version=int(item.version),
        status=TemplateStatus(item.status),
        subject=item.subject,
        text=item.text,
        text_generated=item.text_generated,
        preheader=item.preheader,
        headers=tuple((name, source) for name, source in item.headers),
        variables=tuple(item.variables),
        required=tuple(item.required),
        object_key=item.object_key,
        object_version=item.object_version,
        sent_key=item.sent_key,
        html_bytes=None if item.html_bytes is None else int(item.html_bytes),
        findings=tuple(item.findings),
        made_by=item.made_by,
        created_at=from_rfc3339(item.created_at),
        revision=int(item.revision),
    )
