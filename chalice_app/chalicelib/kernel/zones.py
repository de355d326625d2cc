"""Time zones that callers name."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chalicelib.kernel.errors import FieldError, InvalidInputError


def zone_of(name: str, pointer: str) -> ZoneInfo:
    """Return an IANA time zone.

    Args:
        name: such as ``Europe/Berlin``.
        pointer: JSON pointer to where the caller named it.

    Raises:
        InvalidInputError: there is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidInputError(
            f"There is no time zone {name!r}.",
            errors=(FieldError(pointer, "Give an IANA name such as Europe/Berlin or UTC."),),
        ) from None
