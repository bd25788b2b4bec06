"""Where a request comes from, coarsely: the network that a rate is kept for. Nothing of it is stored or logged."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from footfall.errors import ConfigError
from footfall.ingest.agent import country_code

V4_BITS: Final = 24
V6_BITS: Final = 48
_MAX_HOPS: Final = 16
"""Entries of a proxy's header that are looked at, from its end."""
_EMBEDDED: Final = IPv6Network("64:ff9b::/96")
"""IPv4 addresses behind a translator (RFC 6052): each is a network of its own kind, not all of them one."""

_Address = IPv4Address | IPv6Address


@lru_cache(maxsize=8_192)
def network_of(address: str) -> str:
    """Return the /24 or /48 that an address lies in, as text; "" for what is no address."""
    parsed = _parse(address)
    if parsed is None:
        return ""
    bits = V4_BITS if parsed.version == 4 else V6_BITS
    return str(ip_network((parsed.packed, bits), strict=False))


class Proxies:
    """The reverse proxies whose word on a visitor's address is taken."""

    def __init__(
        self, networks: Sequence[str] = (), header: str = "", country_header: str = ""
    ) -> None:
        """Trust the headers from senders in `networks` (CIDR or single addresses). Raises ConfigError."""
        try:
            self._networks = [ip_network(network, strict=False) for network in networks]
        except ValueError as error:
            raise ConfigError(
                f"{error}: write the proxies as addresses or networks, as in 10.0.0.0/8."
            ) from error
        self._header = header
        self._country_header = country_header
        self._is_trusted = lru_cache(maxsize=1_024)(self._looks_trusted)

    def network(self, peer: str | None, headers: Mapping[str, str]) -> str:
        """Return the visitor's network, "" when it is not known: the peer is a proxy that does not say.

        In a list, as of X-Forwarded-For, the last entry counts that is no proxy of ours: those before it are
        whatever the visitor wrote.
        """
        if peer is None:
            return ""
        if not self._is_trusted(peer):
            return network_of(peer)
        written = headers.get(self._header) if self._header else None
        for entry in reversed((written or "").split(",")[-_MAX_HOPS:]):
            address = entry.strip()[:64]
            if not address or self._is_trusted(address):
                continue
            return network_of(address)
        return ""

    def country(self, peer: str | None, headers: Mapping[str, str]) -> str:
        """Return the visitor's country ("DE") as a proxy of ours says it, "" when none does."""
        if not self._country_header or peer is None or not self._is_trusted(peer):
            return ""
        return country_code(headers.get(self._country_header, ""))

    def _looks_trusted(self, address: str) -> bool:
        parsed = _parse(address)
        return parsed is not None and (
            parsed.is_loopback or any(parsed in network for network in self._networks)
        )


def _parse(address: str) -> _Address | None:
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if parsed.version == 6:
        if parsed.ipv4_mapped is not None:
            return parsed.ipv4_mapped
        if parsed in _EMBEDDED:
            return IPv4Address(parsed.packed[-4:])
    return parsed
