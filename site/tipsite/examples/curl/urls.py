"""URLs as curl reads them, and as it follows them."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from ipaddress import IPv4Address, ip_address
from urllib.parse import quote, unquote_to_bytes, urljoin

from .problems import TransferError, UsageProblem

MALFORMED = "URL using bad/illegal format or missing URL"
URL = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):///?)?(?P<authority>[^/?#]*)"
    r"(?P<path>/[^?#]*)?(?:\?(?P<query>[^#]*))?(?:\#(?P<fragment>.*))?",
    re.DOTALL,
)
AUTHORITY = re.compile(
    r"(?:(?P<userinfo>.*)@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[^:\[\]@]+)(?::(?P<port>[0-9]*))?", re.DOTALL
)
APP_PORT = 5000


@dataclass(frozen=True)
class Url:
    """A URL of scheme http; `port` is as written, without its colon, or empty."""

    userinfo: str | None
    host: str
    port: str
    path: str
    query: str | None
    fragment: str | None

    def __str__(self) -> str:
        userinfo = "" if self.userinfo is None else f"{self.userinfo}@"
        fragment = "" if self.fragment is None else f"#{self.fragment}"
        return f"http://{userinfo}{self.authority}{self.target}{fragment}"

    @property
    def authority(self) -> str:
        """The host and port, as the Host header has them."""
        port = "" if self.port in ("", "80") else f":{self.port}"
        return f"{self.host}{port}"

    @property
    def target(self) -> str:
        """The path and query, as the request line has them."""
        return self.path if self.query is None else f"{self.path}?{self.query}"

    @property
    def port_number(self) -> int:
        """The port to connect to."""
        return int(self.port or 80)

    @property
    def is_app(self) -> bool:
        """Tell whether the tip's app is meant, rather than another server on this machine."""
        return self.port_number == APP_PORT

    @property
    def origin(self) -> tuple[str, int]:
        """What two URLs share when credentials for one may be sent to the other."""
        return self.host.lower(), self.port_number

    @property
    def address(self) -> str:
        """The host to connect to: a name below localhost is this machine."""
        host = self.host.strip("[]").lower()
        return "localhost" if host.rstrip(".").endswith(".localhost") else host

    @property
    def credentials(self) -> bytes | None:
        """The name and password in the URL, as basic authentication sends them."""
        if self.userinfo is None:
            return None
        name, _, password = self.userinfo.partition(":")
        return base64.b64encode(unquote_to_bytes(name) + b":" + unquote_to_bytes(password))


def read_url(text: str, *, path_as_is: bool = False) -> Url:
    """Read a URL as curl does, its scheme optional.

    Raises TransferError (3) where curl finds it malformed, UsageProblem where a tip cannot reach it.
    """
    parts, place = _split(text)
    _check_scheme(parts)
    url = Url(
        userinfo=place["userinfo"],
        host=place["host"],
        port=place["port"] or "",
        path=_read_path(parts["path"] or "/", path_as_is),
        query=parts["query"] or None,
        fragment=parts["fragment"],
    )
    _check_reachable(url)
    return url


def _split(text: str) -> tuple[re.Match[str], re.Match[str]]:
    parts = URL.fullmatch(text)
    place = AUTHORITY.fullmatch(parts["authority"]) if parts else None
    malformed = re.search(r"[\x00-\x20\x7f]", text) or (place and int(place["port"] or 0) > 65535)
    if parts is None or place is None or malformed:
        raise TransferError(3, MALFORMED)
    return parts, place


def _check_scheme(parts: re.Match[str]) -> None:
    scheme = parts["scheme"]
    if scheme is not None and scheme.lower() != "http":
        instead = f"http://localhost:{APP_PORT}{parts['path'] or '/'}"
        raise UsageProblem(f"a tip's curl speaks http only, not {scheme}: write “{instead}” instead")


def _read_path(path: str, as_is: bool) -> str:
    path = "".join(character if character.isascii() else _percent_lower(character) for character in path)
    return path if as_is else remove_dot_segments(path)


def _percent_lower(character: str) -> str:
    return "".join(f"%{byte:02x}" for byte in character.encode(errors="surrogateescape"))


def remove_dot_segments(path: str) -> str:
    """Squash `.` and `..` in an absolute path, as RFC 3986 says."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    ending = "/" if segments[-1] in (".", "..") and kept else ""
    return "/" + "/".join(kept) + ending


def _check_reachable(url: Url) -> None:
    if not (_is_loopback_name(url.host) or _is_loopback_address(url.host)):
        raise UsageProblem(_unreachable(url.host))


def _is_loopback_name(host: str) -> bool:
    name = host.lower().rstrip(".")
    return name == "localhost" or name.endswith(".localhost")


def _is_loopback_address(host: str) -> bool:
    return is_address(host) and ip_address(host.strip("[]")).is_loopback


def is_address(host: str) -> bool:
    """Tell whether a host is an IP address, in brackets if it is one of IPv6."""
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return False
    return isinstance(address, IPv4Address) != host.startswith("[")


def _unreachable(host: str) -> str:
    return (
        f"curl cannot reach “{host}” from a tip, only this machine: write localhost:{APP_PORT}, "
        "and -H 'Host: …' if the app has to see another name"
    )


def follow(base: Url, location: str) -> Url:
    """Resolve a Location header against the URL that answered with it, escaping what needs it.

    Raises like read_url.
    """
    path, question, query = location.strip().partition("?")
    escaped = quote(path, safe="%!#$&'()*+,/:;=?@[]~") + question
    escaped += quote(query, safe="%!#$&'()*+,/:;=?@[]~{}|\\^`\"<> ").replace(" ", "+")
    return read_url(urljoin(str(base), escaped))


def check_no_pattern(text: str) -> None:
    """Raise UsageProblem for a URL that curl reads as a pattern for several."""
    found = re.search(r"[{}\[\]]", re.sub(r"//\[[0-9A-Fa-f:.]+\]|^\[[0-9A-Fa-f:.]+\]", "", text))
    if found:
        raise UsageProblem(
            f"curl reads “{found[0]}” in “{text}” as a pattern for several URLs: "
            "write -g where it is meant as it stands, or write each URL out"
        )
