"""Where requests may go: public addresses by https, and networks that the operator allows besides.

An API key must not be able to make the platform talk to what only the platform can reach: its own machine, a private
network, the metadata of the cloud. What a name stands for is looked up when an endpoint is registered and again before
each request, and the connection goes to the very address that was checked.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from chalicelib.kernel.errors import ConfigurationError

LONGEST_URL = 2_000
URL_CHARACTERS = r"[!#-;=?-\[\]_a-z~]"
"""What a URL is made of (RFC 3986); all else is percent-encoded."""

_URL = re.compile(f"{URL_CHARACTERS}*")
HTTPS_PORT = 443
_HTTP_PORT = 80
_FIRST_FREE_PORT = 1_024
_LONGEST_HOST = 253

Address = IPv4Address | IPv6Address
Networks = Sequence[IPv4Network | IPv6Network]

_TRANSLATED = IPv6Network("64:ff9b::/96")
"""NAT64 (RFC 6052): the last 32 bits are an IPv4 address."""

_SPECIAL: Sequence[IPv4Network | IPv6Network] = (
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv6Network("64:ff9b:1::/48"),
    IPv6Network("2001::/23"),
    IPv6Network("3fff::/20"),
    IPv6Network("5f00::/16"),
)
"""Entries of IANA's special-purpose registries that not every Python of those in use knows."""


class TargetRefusedError(Exception):
    """Requests must not go there; the message says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes.

    Attributes:
        path: with the query.
    """

    secure: bool
    host: str
    port: int
    path: str


def read_networks(text: str) -> Networks:
    """Read the operator's networks, a JSON list such as ``["10.1.0.0/16"]``.

    Raises:
        ConfigurationError: it is no such list.
    """
    try:
        return tuple(ip_network(network) for network in json.loads(text))
    except (ValueError, TypeError) as error:
        raise ConfigurationError(f"WEBHOOK_NETWORKS must be a JSON list of networks: {error}.") from None


def read_target(url: str) -> Target:
    """Read the address of an endpoint.

    Raises:
        TargetRefusedError: no request could go there.
    """
    if len(url) > LONGEST_URL or not _URL.fullmatch(url):
        raise TargetRefusedError(f"must be a URL of at most {LONGEST_URL} characters, percent-encoded where needed")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise TargetRefusedError("cannot be read as a URL") from None
    if parts.scheme not in {"https", "http"}:
        raise TargetRefusedError("must begin with https://")
    host = parts.hostname or ""
    if not host or len(host) > _LONGEST_HOST:
        raise TargetRefusedError("must name a host")
    if parts.username is not None or parts.password is not None:
        raise TargetRefusedError("must hold no user name or password; requests are signed instead")
    if parts.fragment or url.endswith("#"):
        raise TargetRefusedError("must have no fragment")
    secure = parts.scheme == "https"
    usual = HTTPS_PORT if secure else _HTTP_PORT
    chosen = usual if port is None else port
    if chosen != usual and chosen < _FIRST_FREE_PORT:
        raise TargetRefusedError(f"must use port {usual} or one from {_FIRST_FREE_PORT} on")
    path = parts.path or "/"
    return Target(secure, host, chosen, f"{path}?{parts.query}" if parts.query else path)


def check_addresses(target: Target, addresses: Sequence[str], allowed: Networks) -> None:
    """Pass if requests may go to every address that a name stands for.

    Args:
        target: where the request goes.
        addresses: what its host stands for, as text.
        allowed: networks of the operator; they may be private, and plain http may be used there.

    Raises:
        TargetRefusedError: one of them is refused, or there is none.
    """
    if not addresses:
        raise TargetRefusedError("must name a host that exists")
    for text in addresses:
        address = ip_address(text.partition("%")[0])
        if any(address.version == network.version and address in network for network in allowed):
            continue
        if not is_public(address):
            raise TargetRefusedError("must stand for public addresses only")
        if not target.secure:
            raise TargetRefusedError("must begin with https://")


def is_public(address: Address) -> bool:
    """Tell whether an address is one of the public Internet, whatever it is wrapped in."""
    if isinstance(address, IPv6Address):
        inner = _embedded(address)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local:
            return False
    if any(address in network for network in _SPECIAL if network.version == address.version):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that a packet to this one would reach."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address in _TRANSLATED or int(address) >> 32 == 0:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return None
