"""``python -m message_centre.wrapper_api`` writes the description of the API anew."""

from message_centre.wrapper_api.app import APIS
from message_centre.wrapper_api.centre.entrypoints.centre import DESCRIPTION_FILE
from message_centre.wrapper_api.centre.entrypoints.openapi import written

DESCRIPTION_FILE.write_text(written(APIS), encoding="utf-8")
