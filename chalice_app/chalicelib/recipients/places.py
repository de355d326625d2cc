"""Where in the bucket what belongs to a recipient file is: keys of objects and their common prefixes."""

import re

_UPLOAD_KEY = re.compile(r"uploads/(?P<file_id>[a-z0-9_]+)/recipients")


def upload_key(file_id: str) -> str:
    """Key under which a file's upload lies; its event carries it back."""
    return f"uploads/{file_id}/recipients"


def file_id_of(key: str) -> str:
    """Read the file's id out of its upload key.

    Raises:
        ValueError: the key is not one that `upload_key` makes.
    """
    match = _UPLOAD_KEY.fullmatch(key)
    if not match:
        raise ValueError(f"{key!r} is no upload of a recipient file")
    return match["file_id"]


def upload_folder(file_id: str) -> str:
    """Prefix of everything that was uploaded for a file."""
    return f"uploads/{file_id}/"


def output_folder(file_id: str) -> str:
    """Prefix of everything that an import wrote for a file."""
    return f"files/{file_id}/"


def part_key(file_id: str, part: int) -> str:
    """Key of a part file (`parts` describes it)."""
    return f"{output_folder(file_id)}parts/{part:05d}.jsonl.gz"


def part_list_key(file_id: str) -> str:
    """Key of the list of parts that the Distributed Maps read: JSON Lines of ``{part, recipients}``."""
    return f"{output_folder(file_id)}parts.jsonl"


def manifest_key(file_id: str) -> str:
    """Key of the manifest: the exact account of the file."""
    return f"{output_folder(file_id)}manifest.json"


def profile_key(file_id: str) -> str:
    """Key of the profile: columns, fill rates, domains."""
    return f"{output_folder(file_id)}profile.json"


def rejected_key(file_id: str) -> str:
    """Key of the report of rows that were not accepted (CSV)."""
    return f"{output_folder(file_id)}rejected.csv"


def flagged_key(file_id: str) -> str:
    """Key of the report of accepted rows that are worth a look (CSV)."""
    return f"{output_folder(file_id)}flagged.csv"
