"""Headers: what every answer says besides its content, described once.

`flask run` sends them, and the view `/_headers` writes them down for hosts such as Netlify and Cloudflare Pages,
which read a file of that name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

SPECULATION_RULES = "application/speculationrules+json"

# The same on every machine, whatever its own list says.
MIME_TYPES = {
    ".avif": "image/avif",
    ".css": "text/css",
    ".ico": "image/vnd.microsoft.icon",
    ".js": "text/javascript",
    ".json": "application/json",
    ".md": "text/markdown",
    ".png": "image/png",
    ".speculationrules": SPECULATION_RULES,
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}
UNKNOWN_TO_HOSTS = (".speculationrules",)

# What a page may load: files of its own origin, and nothing that is written into the page itself.
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "media-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
UNUSED_FEATURES = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)
COMMON = {
    "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in POLICY.items()),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES),
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Strict-Transport-Security": f"max-age={2 * 365 * 24 * 60 * 60}",
    "X-Content-Type-Options": "nosniff",
}
REVALIDATED = "public, max-age=0, must-revalidate"
IMMUTABLE = f"public, max-age={365 * 24 * 60 * 60}, immutable"


@dataclass(frozen=True)
class Headers:
    """The headers of a site whose home page is at the path `root`; `noindex` keeps search engines away from it."""

    root: str
    noindex: bool = False

    @property
    def common(self) -> Mapping[str, str]:
        """Give the headers of every answer."""
        rules = {"Speculation-Rules": f'"{self.root}prefetch.speculationrules"'}
        return COMMON | rules | ({"X-Robots-Tag": "noindex"} if self.noindex else {})

    def own(self, path: str) -> Mapping[str, str]:
        """Give the headers that a path does not share with all others; `path` may end in `/*`."""
        fingerprinted = path.startswith(f"{self.root}static/")
        suffix = PurePosixPath(path).suffix
        kind = {"Content-Type": MIME_TYPES[suffix]} if suffix in UNKNOWN_TO_HOSTS else {}
        return {"Cache-Control": IMMUTABLE if fingerprinted else REVALIDATED} | kind

    def of(self, path: str) -> dict[str, str]:
        """Give all headers of a path."""
        return {**self.common, **self.own(path)}

    def write(self, addresses: Iterable[str]) -> str:
        """Write the headers of a site that has these addresses, which begin at its root, as a file `_headers`.

        Of two rules for one path, Netlify lets one win and Cloudflare sends both: so no two say the same header.
        """
        starts = sorted({_start(address.removeprefix(self.root)) for address in addresses})
        rules = [(f"{self.root}*", self.common)]
        rules += [(f"{self.root}{start}", self.own(f"{self.root}{start}")) for start in starts]
        return "\n".join("".join(_lines(pattern, headers)) for pattern, headers in rules)


def _start(address: str) -> str:
    """Give what stands for all addresses with the same first part: `tips/flash/` becomes `tips/*`."""
    first, slash, _ = address.partition("/")
    return f"{first}/*" if slash else first


def _lines(pattern: str, headers: Mapping[str, str]) -> Iterator[str]:
    yield f"{pattern}\n"
    for name, value in headers.items():
        yield f"  {name}: {value}\n"
