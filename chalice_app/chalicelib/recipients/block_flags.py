"""What is worth a look in a block of rows; most blocks have nothing, which takes three looks at whole columns."""

from collections.abc import Iterator

from chalicelib.recipients import flags
from chalicelib.recipients.model import RowFlag
from chalicelib.recipients.plain_rows import PlainRows

BlockFlag = tuple[int, RowFlag, str, str]
"""Position in the block, flag, detail and the value that it is about."""


def flags_of(rows: PlainRows) -> Iterator[BlockFlag]:
    """Give the flags that follow from addresses and time zones."""
    yield from _roles(rows)
    yield from _domains(rows)
    yield from _time_zones(rows)


def _roles(rows: PlainRows) -> Iterator[BlockFlag]:
    same = rows.canonical is rows.written
    local_parts = rows.locals if same else "\n".join(rows.locals).lower().split("\n")
    if flags.ROLE_LOCAL_PARTS.isdisjoint(local_parts):
        return
    for position, local in enumerate(local_parts):
        if local in flags.ROLE_LOCAL_PARTS:
            yield position, RowFlag.ROLE_ADDRESS, flags.ROLE_DETAIL, rows.written[position]


def _domains(rows: PlainRows) -> Iterator[BlockFlag]:
    flagged = {domain: found for domain in set(rows.domains) if (found := flags.flag_of_domain(domain))}
    if not flagged:
        return
    for position, domain in enumerate(rows.domains):
        if domain in flagged:
            yield position, *flagged[domain], rows.written[position]


def _time_zones(rows: PlainRows) -> Iterator[BlockFlag]:
    unknown = {cell for cell in set(rows.time_zones) if flags.is_unknown_time_zone(cell.strip('"'))}
    if not unknown:
        return
    for position, cell in enumerate(rows.time_zones):
        if cell in unknown:
            yield position, RowFlag.UNKNOWN_TIME_ZONE, flags.TIME_ZONE_DETAIL, cell.strip('"')
