"""DNS by dnspython, which comes with email-validator."""

from typing import Final

from dns.exception import DNSException
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.CNAME import CNAME
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.TXT import TXT
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

from chalicelib.kernel.errors import TemporarilyUnavailableError

_SECONDS: Final = 2.0
"""How long an answer is awaited; a sender takes eight look-ups at most, and API Gateway waits 29 s."""


class DnsRecords:
    """Implements `account.ports.Resolver`."""

    def __init__(self, resolver: Resolver | None = None) -> None:
        self._resolver = resolver

    def look_up(self, name: str, kind: str) -> tuple[str, ...]:
        """Return the values of a name's records of a type, none where there are none."""
        try:
            resolver = self._resolver or Resolver()
            # The name as it stands: a resolver's search list is of its own network.
            answer = resolver.resolve(f"{name}.", RdataType[kind], lifetime=_SECONDS, search=False)
        except (NXDOMAIN, NoAnswer):
            return ()
        except DNSException as error:
            raise TemporarilyUnavailableError("DNS did not say; try again.") from error
        return tuple(_text(record) for record in answer)


def _text(record: object) -> str:
    match record:
        case TXT():
            # One value may be cut into pieces of 255 bytes (RFC 7208, 3.3).
            return b"".join(record.strings).decode(errors="replace")
        case MX():
            return f"{record.preference} {record.exchange.to_text(omit_final_dot=True)}"
        case CNAME():
            return record.target.to_text(omit_final_dot=True)
    raise TypeError(f"records of the type {type(record).__name__} are not looked up here")
