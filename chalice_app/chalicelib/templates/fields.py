"""The fields that a template version is rendered with outside of a campaign."""

from collections.abc import Mapping

from chalicelib.kernel.errors import FieldError, InvalidInputError
from chalicelib.templates.model import PROVIDED_FIELDS, TemplateVersion


def completed(template: TemplateVersion, fields: Mapping[str, str], *, stand_ins: bool) -> Mapping[str, str]:
    """Return the fields with what stands in for those that are missing.

    Args:
        template: a version that is ready.
        fields: values by name.
        stand_ins: whether missing fields are shown as their names in brackets.

    Raises:
        InvalidInputError: without stand-ins, fields are missing that the version reads without a default.
    """
    if stand_ins:
        fields = {**{name: f"[{name}]" for name in template.variables if name not in PROVIDED_FIELDS}, **fields}
    missing = [name for name in template.required if name not in fields]
    if missing:
        raise InvalidInputError(
            f"The template needs {len(missing)} more field(s): {', '.join(missing)}.",
            errors=tuple(FieldError(f"/fields/{name}", "The template reads it without a default.") for name in missing),
        )
    return fields
