"""Template versions in DynamoDB."""

from dataclasses import replace

from chalicelib.kernel.clock import from_rfc3339, rfc3339
from chalicelib.kernel.pages import Page
from chalicelib.store.mapping import listed_page, mapped_errors, save_revision
from chalicelib.store.tables import TemplateItem
from chalicelib.templates.model import TemplateStatus, TemplateVersion

_LISTED = "template"


class DynamoTemplates:
    """Implements `templates.ports.TemplateRepository`."""

    def add(self, template: TemplateVersion) -> TemplateVersion:
        """Store a new version."""
        added = replace(template, revision=1)
        save_revision(_item(added), 0)
        return added

    def get(self, template_id: str, version: int | None = None) -> TemplateVersion | None:
        """Return a version, the latest when none is named, or None."""
        with mapped_errors():
            if version is not None:
                try:
                    return _template(TemplateItem.get(template_id, version, consistent_read=True))
                except TemplateItem.DoesNotExist:
                    return None
            latest = TemplateItem.query(template_id, scan_index_forward=False, limit=1, consistent_read=True)
            return next((_template(item) for item in latest), None)

    def save(self, template: TemplateVersion) -> TemplateVersion:
        """Replace the version at this revision; return it with the next one."""
        saved = replace(template, revision=template.revision + 1)
        save_revision(_item(saved), template.revision)
        return saved

    def list(self, *, limit: int, cursor: str | None) -> Page[TemplateVersion]:
        """Return the latest version of each template, newest template first."""
        items, following = listed_page(TemplateItem, _LISTED, limit=limit, cursor=cursor)
        return Page([self.get(item.template_id) or _template(item) for item in items], following)


def _item(template: TemplateVersion) -> TemplateItem:
    # The first version stands for its template in the list: it always exists, so no change of another unlists it.
    listed = template.version == 1
    return TemplateItem(
        template.template_id,
        template.version,
        listed=_LISTED if listed else None,
        listed_at=template.template_id if listed else None,
        name=template.name,
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
        created_at=rfc3339(template.created_at),
        revision=template.revision,
    )


def _template(item: TemplateItem) -> TemplateVersion:
    return TemplateVersion(
        template_id=item.template_id,
        version=int(item.version),
        name=item.name,
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
        created_at=from_rfc3339(item.created_at),
        revision=int(item.revision),
    )
