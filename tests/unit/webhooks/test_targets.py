"""Requests go to public addresses by https, and nowhere else unless the operator allows a network."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.kernel.errors import ConfigurationError
from chalicelib.webhooks.targets import (
    Target,
    TargetRefusedError,
    check_addresses,
    is_public,
    read_networks,
    read_target,
)

CLOSED = [
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
    "240.0.0.0/4", "255.255.255.255/32",
]  # fmt: skip
"""IANA's special-purpose IPv4 addresses and multicast."""

CLOSED_6 = [
    "::/128", "::1/128", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8", "2001:db8::/32", "2001::/32", "100::/64",
    "fd00:ec2::254/128",
]  # fmt: skip
closed = st.one_of([st.ip_addresses(network=network) for network in CLOSED])
SECURE = Target(secure=True, host="crm.example.com", port=443, path="/")
PLAIN = Target(secure=False, host="crm.example.com", port=80, path="/")


@given(closed)
def test_no_special_ipv4_address_is_public_however_it_is_wrapped(address: IPv4Address) -> None:
    number = int(address)
    wrapped = [
        IPv6Address(0xFFFF << 32 | number),  # mapped
        IPv6Address(number),  # compatible
        IPv6Address(0x64_FF9B << 96 | number),  # NAT64
        IPv6Address(0x64_FF9B_0001 << 80 | number),  # NAT64 of a network's own
        IPv6Address(0x2002 << 112 | number << 80),  # 6to4
    ]
    assert not is_public(address)
    assert not any(is_public(one) for one in wrapped)


@given(st.one_of([st.ip_addresses(network=network) for network in CLOSED_6]))
def test_no_special_ipv6_address_is_public(address: IPv6Address) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::808:808", "::ffff:8.8.8.8"]
)
def test_public_addresses_are(address: str) -> None:
    assert is_public(ip_address(address))
    check_addresses(SECURE, [address], ())


@pytest.mark.parametrize("others", [["169.254.169.254"], ["::1"], ["fe80::1%eth0"], []])
def test_one_address_that_is_not_public_is_enough_to_refuse(others: list[str]) -> None:
    with pytest.raises(TargetRefusedError):
        check_addresses(SECURE, ["8.8.8.8", *others] if others else [], ())


def test_plain_http_is_taken_in_the_operators_networks_only() -> None:
    with pytest.raises(TargetRefusedError, match="https"):
        check_addresses(PLAIN, ["8.8.8.8"], ())
    allowed = read_networks('["127.0.0.0/8", "fd00::/8"]')
    check_addresses(PLAIN, ["127.0.0.1", "fd00::1"], allowed)
    for mixed in (["127.0.0.1", "8.8.8.8"], ["127.0.0.1", "10.0.0.1"]):
        with pytest.raises(TargetRefusedError):
            check_addresses(PLAIN, mixed, allowed)


@pytest.mark.parametrize("text", ["[1]x", '{"a": 1}x', '["10.1.0.5/16"]', '["everything"]', "null"])
def test_networks_that_cannot_be_read_are_a_fault_of_the_deployment(text: str) -> None:
    with pytest.raises(ConfigurationError, match="WEBHOOK_NETWORKS"):
        read_networks(text)
    assert read_networks('["10.1.0.0/16"]') == (ip_network("10.1.0.0/16"),)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://a.example", Target(secure=True, host="a.example", port=443, path="/")),
        ("https://A.example:8443/x/y?z=1&z=2", Target(secure=True, host="a.example", port=8443, path="/x/y?z=1&z=2")),
        ("http://127.0.0.1:9000/", Target(secure=False, host="127.0.0.1", port=9000, path="/")),
        ("https://[2606:2800::1]/x", Target(secure=True, host="2606:2800::1", port=443, path="/x")),
    ],
)
def test_an_address_is_read(url: str, target: Target) -> None:
    assert read_target(url) == target


@pytest.mark.parametrize(
    "url",
    [
        "", "a.example", "//a.example", "ftp://a.example", "file:///etc/passwd", "https://", "https:///x", "https://:443/",
        "https://user@a.example", "https://user:pass@a.example", "https://a.example/#x", "https://a.example/#",
        "https://a.example:22/", "https://a.example:80/", "https://a.example:0/", "https://a.example:99999/",
        "https://a.example:x/", "https://a.example/a b", "https://a.example/\r\nx: y", "https://münchen.example/",
        "https://a.example/" + "x" * 2_000, "https://[::1", "https://a.example\\@b.example/", "https://a.example/<x>",
        "javascript:alert(1)",
    ],
)  # fmt: skip
def test_what_no_request_may_go_to_is_refused(url: str) -> None:
    with pytest.raises(TargetRefusedError):
        read_target(url)


@given(st.text(max_size=60) | st.text(max_size=60).map(lambda text: f"https://{text}"))
def test_any_text_is_read_or_refused(url: str) -> None:
    try:
        target = read_target(url)
    except TargetRefusedError:
        return
    assert target.host
    assert target.path.startswith("/")
    assert "\n" not in target.path
