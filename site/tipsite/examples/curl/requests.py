"""Requests as curl writes them on the wire, header by header in curl's order."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .bodies import DATA, FORM, Body, Inputs, encode, make_data, make_form, make_upload
from .options import Arguments
from .problems import UsageProblem
from .urls import Url

VERSION = "7.88.1"
EXPECT_ABOVE = 1024 * 1024  # bytes
ENCODINGS = "deflate, gzip, br, zstd"
URLENCODED = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Custom:
    """A header given with -H; `value` is None where it only takes curl's own away."""

    name: str
    value: str | None


@dataclass(frozen=True)
class Plan:
    """What a command asks of every URL: all of a request but its URL and the cookies of the jar."""

    method: str
    forced_method: str | None
    body: Body | None
    customs: tuple[Custom, ...]
    authorization: str
    user_agent: str
    referer: str
    range: str
    compressed: bool
    cookie: str

    @property
    def sent_method(self) -> str:
        """The method on the request line."""
        return self.forced_method or self.method

    def overrides(self, name: str) -> bool:
        """Tell whether a header of curl's own gives way to one of -H."""
        return any(custom.name.lower() == name.lower() for custom in self.customs)

    def elsewhere(self) -> Plan:
        """Drop what must not follow a redirect to another host."""
        kept = tuple(custom for custom in self.customs if custom.name.lower() not in ("authorization", "cookie"))
        dropped = self.overrides("Cookie")
        return replace(self, customs=kept, authorization="", cookie="" if dropped else self.cookie)

    def redirected(self, status: int) -> Plan:
        """Change the method as a redirect of this status asks: -X is kept, the body is not."""
        becomes_get = self.method == "POST" if status in (301, 302) else status == 303
        if not becomes_get or self.method == "HEAD":
            return self
        return replace(self, method="GET", body=None)


def make_plan(arguments: Arguments, inputs: Inputs, upload: str | None) -> Plan:
    """Work out what to send. Raises UsageProblem, or TransferError for a file that is not there."""
    body = _make_body(arguments, inputs, upload)
    customs = _read_customs(arguments, inputs, body)
    if body and any(c.name.lower() == "transfer-encoding" and c.value == "chunked" for c in customs):
        body = replace(body, chunked=True)
        customs = tuple(custom for custom in customs if custom.name.lower() != "transfer-encoding")
    return Plan(
        method=_method(arguments, body, upload),
        forced_method=arguments.last("request"),
        body=body,
        customs=customs,
        authorization=_authorization(arguments),
        user_agent=f"curl/{VERSION}" if (agent := arguments.last("user-agent")) is None else agent,
        referer=_referer(arguments),
        range=_range(arguments, body),
        compressed=arguments.has("compressed"),
        cookie=";".join(value for value in arguments.values("cookie") if "=" in value),
    )


def _make_body(arguments: Arguments, inputs: Inputs, upload: str | None) -> Body | None:
    _check_one_purpose(arguments, upload)
    if upload is not None:
        return make_upload(upload, inputs)
    if arguments.has(*FORM):
        return make_form(arguments, inputs)
    if arguments.has(*DATA) and not arguments.has("get"):
        return Body(make_data(arguments, inputs), URLENCODED)
    return None


def _check_one_purpose(arguments: Arguments, upload: str | None) -> None:
    purposes = {
        "-d": arguments.has(*DATA) and not arguments.has("get"),
        "-F": arguments.has(*FORM),
        "-I": arguments.has("head"),
        "-T": upload is not None,
    }
    asked = [option for option, given in purposes.items() if given]
    if len(asked) > 1:
        raise UsageProblem(f"curl {' and '.join(asked)} ask for different methods: write only one of them")


def _method(arguments: Arguments, body: Body | None, upload: str | None) -> str:
    if arguments.has("head"):
        return "HEAD"
    if upload is not None:
        return "PUT"
    return "POST" if body else "GET"


def _read_customs(arguments: Arguments, inputs: Inputs, body: Body | None) -> tuple[Custom, ...]:
    written = [line for value in arguments.values("header") for line in _header_lines(value, inputs)]
    customs = [_read_custom(line) for line in written]
    names = {custom.name.lower() for custom in customs}
    if arguments.has("json"):
        by_json = (name for name in ("Content-Type", "Accept") if name.lower() not in names)
        customs += (Custom(name, "application/json") for name in by_json)
    if arguments.has(*FORM) and body and "content-type" in names:
        raise UsageProblem("curl -F makes its own Content-Type, which names the boundary: leave the -H out")
    return tuple(customs)


def _header_lines(value: str, inputs: Inputs) -> list[str]:
    if not value.startswith("@"):
        return [value]
    lines = inputs.read_for("-H", value[1:]).decode(errors="surrogateescape").splitlines()
    return [line for line in lines if line]


def _read_custom(line: str) -> Custom:
    """Read `Name: value`, `Name:` (take away) or `Name;` (send it empty)."""
    name, colon, value = line.partition(":")
    if colon:
        return Custom(name, value.lstrip() or None)
    if line.endswith(";"):
        return Custom(line[:-1], "")
    raise UsageProblem(
        f"curl -H “{line}” is not a header: write -H 'Name: value', -H 'Name:' to send none, "
        "or -H 'Name;' to send an empty one"
    )


def _authorization(arguments: Arguments) -> str:
    user, bearer = arguments.last("user"), arguments.last("oauth2-bearer")
    if user is not None and ":" not in user:
        raise UsageProblem(f"curl -u {user} would ask for the password: write -u {user}:password")
    if user is not None:
        return f"Basic {base64.b64encode(encode(user)).decode()}"
    return f"Bearer {bearer}" if bearer is not None else ""


def _referer(arguments: Arguments) -> str:
    referer = arguments.last("referer") or ""
    if referer.endswith(";auto"):
        raise UsageProblem(f"curl -e “{referer}” is not replayed: write the referrer out, without “;auto”")
    return referer


def _range(arguments: Arguments, body: Body | None) -> str:
    wanted = arguments.last("range") or ""
    if wanted and body:
        raise UsageProblem("curl -r asks for a part of an answer and does not go with data: leave one of them out")
    return wanted


def compose(plan: Plan, url: Url, jar_cookies: str) -> bytes:
    """Write the request for one URL."""
    lines = [f"{plan.sent_method} {url.target} HTTP/1.1"]
    lines += _own_headers(plan, url, jar_cookies)
    lines += _custom_headers(plan)
    lines += _body_headers(plan)
    return encode("\r\n".join(lines)) + b"\r\n\r\n" + _body(plan)


def _own_headers(plan: Plan, url: Url, jar_cookies: str) -> Iterator[str]:
    host = next((custom.value for custom in plan.customs if custom.name.lower() == "host"), url.authority)
    if host is not None:
        yield f"Host: {host}"
    given_cookies = "" if plan.overrides("Cookie") else plan.cookie
    own = {
        "Authorization": _authorization_for(plan, url),
        "Range": plan.range and f"bytes={plan.range}",
        "User-Agent": plan.user_agent,
        "Accept": "*/*",
        "Accept-Encoding": ENCODINGS if plan.compressed else "",
        "Referer": plan.referer,
    }
    yield from (f"{name}: {value}" for name, value in own.items() if value and not plan.overrides(name))
    if cookies := "; ".join(filter(None, (jar_cookies, given_cookies))):
        yield f"Cookie: {cookies}"


def _authorization_for(plan: Plan, url: Url) -> str:
    credentials = url.credentials
    if plan.authorization or credentials is None:
        return plan.authorization
    return f"Basic {credentials.decode()}"


def _custom_headers(plan: Plan) -> Iterator[str]:
    for custom in plan.customs:
        if custom.value is not None and custom.name.lower() != "host":
            yield f"{custom.name}: {custom.value}" if custom.value else f"{custom.name}:"


def _body_headers(plan: Plan) -> Iterator[str]:
    if plan.body is None:
        return
    size = len(plan.body.content)
    own = {
        "Transfer-Encoding": "chunked" if plan.body.chunked else "",
        "Content-Length": "" if plan.body.chunked else str(size),
        "Content-Type": plan.body.content_type,
        "Expect": "100-continue" if plan.body.expect or size > EXPECT_ABOVE else "",
    }
    yield from (f"{name}: {value}" for name, value in own.items() if value and not plan.overrides(name))


def _body(plan: Plan) -> bytes:
    if plan.body is None:
        return b""
    content = plan.body.content
    if not plan.body.chunked:
        return content
    chunk = f"{len(content):x}\r\n".encode() + content + b"\r\n" if content else b""
    return chunk + b"0\r\n\r\n"
