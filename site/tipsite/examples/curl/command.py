"""A curl command, run to its end: its URLs in turn, and what is written where."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from .bodies import DATA, Inputs, encode, make_data, without_line_ends
from .cookies import Jar, read_file
from .deliveries import Delivery, deliver
from .journeys import Journey, Traveller
from .options import Arguments, Given, read_arguments
from .problems import CommandError, TransferError, UsageProblem
from .requests import make_plan
from .urls import Url, check_no_pattern, read_url
from .writing import Report, check_format, write_out

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

MOST_REDIRECTS = 50
TERMINAL = "-"
UNWRITABLE = "Failure writing output to destination"


@dataclass(frozen=True)
class Transfer:
    """What a command came to: its exit status, and what it wrote to the terminal."""

    status: int
    stdout: bytes
    stderr: bytes


@dataclass(frozen=True)
class Target:
    """One URL of a command, where its answer goes, and the file that is uploaded to it."""

    url: str
    output: str
    upload: str | None


def run(arguments: Sequence[str], *, app: WSGIApplication | None, folder: Path, stdin: bytes = b"") -> Transfer:
    """Run `curl` with these arguments in a folder; requests to localhost:5000 are given to the app.

    Raises UsageProblem for what cannot be replayed as curl would do it.
    """
    try:
        read = read_arguments(arguments)
        _check(read)
    except CommandError as problem:
        return Transfer(problem.status, b"", f"{problem}\n".encode())
    return Command(read, app, Inputs(folder, stdin)).run()


def _check(arguments: Arguments) -> None:
    """Refuse what curl refuses, and what cannot be replayed, before anything is sent."""
    if arguments.has("fail") and arguments.has("fail-with-body"):
        raise UsageProblem("curl takes -f or --fail-with-body, not both: leave one of them out")
    if arguments.has("include", "head") and arguments.last("dump-header") == TERMINAL:
        raise UsageProblem("curl -D - and -i or -I would print each header twice: leave one of them out")
    if len(arguments.values("upload-file")) > len(arguments.values("url")):
        raise UsageProblem("curl has more files to upload (-T) than URLs: write a URL for each")
    _redirect_limit(arguments)
    if not arguments.has("url"):
        raise CommandError("no URL specified!")


def _redirect_limit(arguments: Arguments) -> int | None:
    """Give how many redirects are followed: None is none at all, and -1 has no limit."""
    limit = arguments.last("max-redirs") or str(MOST_REDIRECTS)
    if not re.fullmatch(r"-1|\d+", limit):
        raise CommandError("option --max-redirs: expected a proper numerical parameter")
    return int(limit) if arguments.has("location") else None


def _warnings(arguments: Arguments) -> Iterator[str]:
    """Warn as curl does of what it finds odd, in lines as it breaks them."""
    if len(arguments.all("output", "remote-name")) > len(arguments.values("url")):
        yield "Got more output options than URLs"
    if arguments.last("request") == "HEAD" and not arguments.has("head"):
        yield "Setting custom HTTP method to HEAD with -X/--request may not work the "
        yield "way you want. Consider using -I/--head instead."


def _read_targets(arguments: Arguments) -> Iterator[Target]:
    """Pair the URLs with the outputs and uploads, in the order in which each kind is given."""
    urls, uploads = arguments.values("url"), arguments.values("upload-file")
    outputs = arguments.all("output", "remote-name")[: len(urls)]
    for url, output, upload in zip_longest(urls, outputs, uploads):
        if not arguments.has("globoff"):
            check_no_pattern(url)
        yield Target(url, _output(output, url), upload)


def _output(given: Given | None, url: str) -> str:
    """Give the file that -o or -O writes, or `-`."""
    if given is None:
        return TERMINAL
    if given.name == "remote-name":
        return _remote_name(url)
    if not given.value:
        raise UsageProblem("curl -o '' names no file: write -o with a name, or leave it out")
    return given.value


def _remote_name(url: str) -> str:
    """Take the last part of a URL's path."""
    without_scheme = url.partition("://")[2] or url
    name = re.split("[?#]", without_scheme)[0].partition("/")[2].rpartition("/")[2]
    if not name:
        raise UsageProblem(f"curl -O finds no file name in “{url}”: write -o with a name instead")
    return name


@dataclass
class Command:
    """A command that is running, and what it has written so far."""

    arguments: Arguments
    app: WSGIApplication | None
    inputs: Inputs
    stdout: bytearray = field(default_factory=bytearray)
    stderr: bytearray = field(default_factory=bytearray)
    headers: bytearray = field(default_factory=bytearray)

    def run(self) -> Transfer:
        """Make every transfer; the last one's exit status is the command's."""
        jar = self._open_jar()
        traveller = Traveller(self.app, jar, _redirect_limit(self.arguments))
        template = self._template()
        failure: TransferError | None = None
        self._warn(_warnings(self.arguments))
        for number, target in enumerate(_read_targets(self.arguments)):
            report = self._transfer(number, target, traveller)
            self.stdout += encode(write_out(template, report))
            self._save("cookie-jar", encode(jar.to_text()) if jar else b"")
            failure = report.delivery.failure
        self._save("dump-header", bytes(self.headers))
        return Transfer(failure.status if failure else 0, bytes(self.stdout), bytes(self.stderr))

    def _warn(self, lines: Iterator[str]) -> None:
        if not self.arguments.has("silent"):
            self.stderr += "".join(f"Warning: {line}\n" for line in lines).encode()

    def _template(self) -> str:
        """Read the format of -w, from a file where it begins with `@`."""
        template = self.arguments.last("write-out") or ""
        if template.startswith("@"):
            content = without_line_ends(self.inputs.read_for("-w", template[1:]))
            template = content.decode(errors="surrogateescape")
        check_format(template)
        return template

    def _open_jar(self) -> Jar | None:
        """Read the cookie files of -b; None where curl keeps no cookies."""
        files = [value for value in self.arguments.values("cookie") if "=" not in value]
        if not files and not self.arguments.has("cookie-jar"):
            return None
        junk = self.arguments.has("junk-session-cookies")
        texts = map(self._read_cookies, files)
        return Jar(cookie for text in texts for cookie in read_file(text, junk_session=junk))

    def _read_cookies(self, name: str) -> str:
        """Read a cookie file; one that is not there is an empty one to curl."""
        try:
            text = self.inputs.read(name).decode(errors="surrogateescape") if name else ""
        except OSError:
            return ""
        if re.search("(?mi)^set-cookie:", text):
            raise UsageProblem(f"curl -b {name} holds headers: write it with -c {name}, which keeps cookies")
        return text

    def _transfer(self, number: int, target: Target, traveller: Traveller) -> Report:
        journey = self._travel(target, traveller)
        delivery = self._write(deliver(journey, self.arguments), target.output)
        if delivery.failure and (not self.arguments.has("silent") or self.arguments.has("show-error")):
            self.stderr += f"{delivery.failure}\n".encode()
        name = "" if target.output == TERMINAL else target.output
        return Report(journey, delivery, target.url, number, name, self.arguments.last("referer") or "")

    def _travel(self, target: Target, traveller: Traveller) -> Journey:
        try:
            url = self._read_url(target)
            plan = make_plan(self.arguments, self.inputs, target.upload)
        except TransferError as failure:
            return Journey((), target.url, "GET", failure)
        return traveller.travel(url, plan)

    def _read_url(self, target: Target) -> Url:
        """Read a target's URL, with the data of -G in its query and the name of a -T at its end."""
        as_is = self.arguments.has("path-as-is")
        url = read_url(target.url, path_as_is=as_is)
        if self.arguments.has("get") and self.arguments.has(*DATA):
            data = make_data(self.arguments, self.inputs).decode(errors="surrogateescape")
            query = f"{url.query}&{data}" if url.query else data
            return read_url(str(replace(url, query=query, fragment=None)), path_as_is=as_is)
        if target.upload and target.upload != TERMINAL and url.path.endswith("/"):
            return replace(url, path=url.path + PurePosixPath(target.upload).name)
        return url

    def _write(self, delivery: Delivery, output: str) -> Delivery:
        """Write an answer where it goes: a failed transfer leaves no empty file."""
        self.headers += delivery.headers
        if self.arguments.last("dump-header") == TERMINAL:
            self.stdout += delivery.headers
        if output == TERMINAL:
            self.stdout += delivery.output
        elif delivery.output or not delivery.failure:
            try:
                (self.inputs.folder / output).write_bytes(delivery.output)
            except OSError as error:
                self._warn(iter([f"Failed to open the file {output}: {error.strerror}"]))
                return replace(delivery, failure=TransferError(23, UNWRITABLE))
        return delivery

    def _save(self, option: str, content: bytes) -> None:
        """Write what an option keeps in a file of its own, or the cookies on standard output."""
        name = self.arguments.last(option)
        if name == TERMINAL:
            self.stdout += content if option == "cookie-jar" else b""
        elif name:
            try:
                (self.inputs.folder / name).write_bytes(content)
            except OSError as error:
                raise UsageProblem(
                    f"curl --{option} cannot write “{name}” ({error.strerror}): "
                    "write the name of a file in a folder that exists"
                ) from error
