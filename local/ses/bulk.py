"""SendBulkEmail: each entry of a request as the SendEmail request that it stands for.

The limits are those of the API reference (SendBulkEmail, BulkEmailEntry, Template, EmailTemplateData) and of the
developer guide's page "Using templates to send personalized email".
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from local.ses.errors import bad_request
from local.ses.rules import list_in, object_of, text_in

MAX_ENTRIES = 50
_MAX_DATA = 262_144
_MAX_REQUEST = 1_000_000
_PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z0-9_-]+)\s*\}\}")


def entries(document: Any, size: int) -> list[dict[str, Any]]:
    """Return the SendEmail requests that a SendBulkEmail request stands for, in the order of its entries.

    Args:
        document: the body of the request.
        size: its length in bytes.

    Raises:
        ServiceError: BadRequestException, saying which rule was broken.
    """
    request = object_of(document, "The request")
    template = object_of(object_of(request.get("DefaultContent"), "DefaultContent").get("Template"), "Template")
    if "TemplateContent" not in template:
        raise bad_request("The local SES takes bulk mail with TemplateContent only.")
    if size > _MAX_REQUEST:
        raise bad_request(f"A request with an inline template is at most {_MAX_REQUEST} bytes long.")
    items = list_in(request, "BulkEmailEntries")
    if not 0 < len(items) <= MAX_ENTRIES:
        raise bad_request(f"BulkEmailEntries holds 1 to {MAX_ENTRIES} entries.")
    return [_mail(request, template, object_of(item, "An entry")) for item in items]


def _mail(request: Mapping[str, Any], template: Mapping[str, Any], entry: Mapping[str, Any]) -> dict[str, Any]:
    content = object_of(template["TemplateContent"], "TemplateContent")
    replacement = object_of(entry.get("ReplacementEmailContent", {}), "ReplacementEmailContent")
    own = object_of(replacement.get("ReplacementTemplate", {}), "ReplacementTemplate")
    data = {**_data(template, "TemplateData"), **_data(own, "ReplacementTemplateData")}
    parts = {name: {"Data": _filled(text_in(content, name), data)} for name in ("Html", "Text") if name in content}
    headers = {header.get("Name"): header for header in list_in(template, "Headers")}
    headers |= {header.get("Name"): header for header in list_in(entry, "ReplacementHeaders")}
    shared = ("FromEmailAddress", "ReplyToAddresses", "ConfigurationSetName", "ConfigurationOverrides")
    return {
        **{name: request[name] for name in shared if name in request},
        "Destination": object_of(entry.get("Destination"), "Destination"),
        "EmailTags": [*list_in(request, "DefaultEmailTags"), *list_in(entry, "ReplacementTags")],
        "Content": {
            "Simple": {
                "Subject": {"Data": _filled(text_in(content, "Subject"), data)},
                "Body": parts,
                "Headers": list(headers.values()),
            }
        },
    }


def _data(holder: Mapping[str, Any], key: str) -> dict[str, Any]:
    text = text_in(holder, key) if key in holder else "{}"
    if len(text) > _MAX_DATA:
        raise bad_request(f"{key} is at most {_MAX_DATA} characters long.")
    try:
        return dict(object_of(json.loads(text), key))
    except ValueError as error:
        raise bad_request(f"{key} is no JSON object.") from error


def _filled(text: str, data: Mapping[str, Any]) -> str:
    """Put values in place of their names, as they are: SES escapes nothing and reads nothing into them."""
    missing = {name for name in _PLACEHOLDER.findall(text) if name not in data}
    if missing:
        raise bad_request(f"Attribute {', '.join(sorted(missing))} is not present in the rendering data.")
    return _PLACEHOLDER.sub(lambda found: str(data[found[1]]), text)
