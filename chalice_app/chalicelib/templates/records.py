"""Reading and changing what the versions of a template have in common, whoever else changes it at the same time."""

from collections.abc import Callable

from chalicelib.kernel.revisions import apply_step
from chalicelib.templates.model import Template, TemplateArchivedError, TemplateNotFoundError
from chalicelib.templates.ports import TemplateRepository


def existing(templates: TemplateRepository, template_id: str) -> Template:
    """Return a template.

    Raises:
        TemplateNotFoundError: there is none.
    """
    template = templates.template(template_id)
    if template is None:
        raise TemplateNotFoundError(f"There is no template {template_id!r}.")
    return template


def in_use(template: Template) -> Template:
    """Return a template of which something new may be made.

    Raises:
        TemplateArchivedError: it is archived.
    """
    if template.archived_at is not None:
        raise TemplateArchivedError("The template is archived; take it out of the archive first.")
    return template


def change(
    templates: TemplateRepository,
    template_id: str,
    step: Callable[[Template], Template],
    *,
    revision: int | None = None,
) -> Template:
    """Apply a step to the stored template, again after a conflict unless it must be at one revision.

    Args:
        templates: the store.
        template_id: the template.
        step: returns the template changed, or the same one when there is nothing to change; may refuse by raising.
        revision: change it only if this is its revision (If-Match); None: whatever it is.

    Raises:
        TemplateNotFoundError: there is none.
        StaleRevisionError: it is at another revision, or it kept changing.
    """
    return apply_step(
        lambda: existing(templates, template_id),
        templates.save_template,
        step,
        revision=revision,
        what="template",
        name=template_id,
    )
