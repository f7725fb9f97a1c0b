"""The options of curl that a tip can use, and the reading of a command line by curl's rules."""

from __future__ import annotations

import difflib
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .problems import CommandError, UsageProblem


@dataclass(frozen=True)
class Option:
    """An option: its long name, its letter, whether a value follows, and why a tip cannot use it."""

    name: str
    letter: str = ""
    value: bool = False
    refusal: str = ""


def _flag(name: str, letter: str = "") -> Option:
    return Option(name, letter)


def _valued(name: str, letter: str = "") -> Option:
    return Option(name, letter, value=True)


def _refused(name: str, letter: str, refusal: str) -> Option:
    return Option(name, letter, refusal=refusal)


PROXIES = "a tip's requests go straight to its app: leave the proxy out"
TIMES = "how long a request takes differs from run to run: leave it out"
RESOLVING = "a tip can only reach this machine: write localhost:5000, and -H 'Host: …' for another name"

OPTIONS = (
    _flag("include", "i"),
    _flag("head", "I"),
    _valued("request", "X"),
    _valued("data", "d"),
    _valued("data-ascii"),
    _valued("data-raw"),
    _valued("data-binary"),
    _valued("data-urlencode"),
    _valued("json"),
    _flag("get", "G"),
    _valued("form", "F"),
    _valued("form-string"),
    _valued("header", "H"),
    _valued("cookie", "b"),
    _valued("cookie-jar", "c"),
    _flag("junk-session-cookies", "j"),
    _flag("location", "L"),
    _valued("max-redirs"),
    _flag("silent", "s"),
    _flag("show-error", "S"),
    _flag("no-progress-meter"),
    _flag("fail", "f"),
    _flag("fail-with-body"),
    _valued("output", "o"),
    _flag("remote-name", "O"),
    _valued("dump-header", "D"),
    _valued("write-out", "w"),
    _valued("user", "u"),
    _valued("oauth2-bearer"),
    _valued("user-agent", "A"),
    _valued("referer", "e"),
    _valued("range", "r"),
    _valued("upload-file", "T"),
    _flag("path-as-is"),
    _flag("globoff", "g"),
    _flag("compressed"),
    _flag("insecure", "k"),
    _flag("no-buffer", "N"),
    _valued("url"),
    _flag("http1.1"),
    _flag("disable", "q"),
    _refused("verbose", "v", "what it adds differs from machine to machine: write -i to see the answer's headers"),
    _refused("trace", "", "what it writes differs from run to run: write -i to see the answer's headers"),
    _refused("trace-ascii", "", "what it writes differs from run to run: write -i to see the answer's headers"),
    _refused("next", ":", "write a curl command of its own for the next request"),
    _refused("parallel", "Z", "the order of the answers differs from run to run: leave it out"),
    _refused("config", "K", "write its options out, so that the reader sees them"),
    _refused("proxy", "x", PROXIES),
    _refused("preproxy", "", PROXIES),
    _refused("socks5", "", PROXIES),
    _refused("socks5-hostname", "", PROXIES),
    _refused("proxytunnel", "p", PROXIES),
    _refused("proxy-user", "U", PROXIES),
    _refused("resolve", "", RESOLVING),
    _refused("connect-to", "", RESOLVING),
    _refused("unix-socket", "", "a tip's app listens at localhost:5000: write that as the URL"),
    _refused("ipv4", "4", "a tip can only reach this machine: leave it out"),
    _refused("ipv6", "6", "a tip can only reach this machine: leave it out"),
    _refused("interface", "", "a tip can only reach this machine: leave it out"),
    _refused("max-time", "m", TIMES),
    _refused("connect-timeout", "", TIMES),
    _refused("limit-rate", "", TIMES),
    _refused("retry", "", TIMES),
    _refused("progress-bar", "#", TIMES),
    _refused("http2", "", "Flask's development server speaks HTTP/1.1: leave it out"),
    _refused("http3", "", "Flask's development server speaks HTTP/1.1: leave it out"),
    _refused("http1.0", "0", "curl speaks HTTP/1.1 in tips: leave it out"),
    _refused("digest", "", "only basic authentication is replayed: leave it out, and write -u name:password"),
    _refused("anyauth", "", "only basic authentication is replayed: leave it out, and write -u name:password"),
    _refused("netrc", "n", "write -u name:password instead"),
    _refused("time-cond", "z", "write -H 'If-Modified-Since: …' instead"),
    _refused("etag-compare", "", "write -H 'If-None-Match: …' instead"),
    _refused("etag-save", "", "write -i to see the ETag"),
    _refused("continue-at", "C", "write -r with the range of bytes instead"),
    _refused("remote-header-name", "J", "write -o with the name of the file instead"),
    _refused("output-dir", "", "write the folder into -o instead"),
    _refused("stderr", "", "write 2> behind the command instead"),
    _refused("help", "h", "what it prints differs between versions of curl: leave it out"),
    _refused("manual", "M", "what it prints differs between versions of curl: leave it out"),
    _refused("version", "V", "what it prints differs between versions of curl: leave it out"),
)
BY_NAME = {option.name: option for option in OPTIONS}
BY_LETTER = {option.letter: option for option in OPTIONS if option.letter}


@dataclass(frozen=True)
class Given:
    """An option as it was given; `value` is empty for one that takes none."""

    name: str
    value: str = ""


@dataclass(frozen=True)
class Arguments:
    """A command line, read: its options in their order, its URLs among them as `url`."""

    given: tuple[Given, ...]

    def has(self, *names: str) -> bool:
        """Tell whether any of these options is given."""
        return any(given.name in names for given in self.given)

    def all(self, *names: str) -> tuple[Given, ...]:
        """Pick these options, in the order in which they are given."""
        return tuple(given for given in self.given if given.name in names)

    def values(self, name: str) -> tuple[str, ...]:
        """Collect every value of an option."""
        return tuple(given.value for given in self.all(name))

    def last(self, name: str) -> str | None:
        """Give the value that counts where an option is repeated, or None."""
        values = self.values(name)
        return values[-1] if values else None


def read_arguments(arguments: Sequence[str]) -> Arguments:
    """Read a command line, without the word `curl` before it.

    Raises UsageProblem for an option that is not replayed, CommandError where curl itself would refuse.
    """
    remaining = deque(arguments)
    given: list[Given] = []
    while remaining:
        argument = remaining.popleft()
        if argument == "--":
            given += (Given("url", url) for url in remaining)
            break
        given += _read_one(argument, remaining)
    return Arguments(tuple(given))


def _read_one(argument: str, remaining: deque[str]) -> list[Given]:
    if argument.startswith("--"):
        return [_read_long(argument, remaining)]
    if argument == "-":
        raise UsageProblem("“-” stands alone where curl expects an option or a URL: leave it out")
    if argument.startswith("-"):
        return _read_letters(argument, remaining)
    return [Given("url", argument)]


def _read_long(argument: str, remaining: deque[str]) -> Given:
    name = argument.removeprefix("--")
    option = BY_NAME.get(name)
    if option is None:
        raise UsageProblem(_unknown_long(name))
    _check_replayed(option, argument)
    return Given(name, _following(argument, remaining) if option.value else "")


def _read_letters(argument: str, remaining: deque[str]) -> list[Given]:
    """Read `-sSd x`: flags in a row, the last of which may take the rest, or what follows, as its value."""
    given: list[Given] = []
    for index, letter in enumerate(argument[1:], start=1):
        option = BY_LETTER.get(letter)
        if option is None:
            raise UsageProblem(_unknown_letter(letter, argument))
        _check_replayed(option, f"-{letter}")
        if option.value:
            rest = argument[index + 1 :]
            return [*given, Given(option.name, rest or _following(f"-{letter}", remaining))]
        given.append(Given(option.name))
    return given


def _following(option: str, remaining: deque[str]) -> str:
    if not remaining:
        raise CommandError(f"option {option}: requires parameter")
    return remaining.popleft()


def _check_replayed(option: Option, written: str) -> None:
    if option.refusal:
        raise UsageProblem(f"curl {written} cannot be used in a tip: {option.refusal}")


def _unknown_long(name: str) -> str:
    before, equals, value = name.partition("=")
    if equals and before in BY_NAME:
        option = BY_NAME[before]
        instead = f"--{before} {value}" if option.value else f"--{before}"
        return f"curl takes no “=” between an option and its value: write “{instead}” instead of “--{name}”"
    near = _nearest(before, (option.name for option in OPTIONS if not option.refusal))
    return f"curl --{name} cannot be used in a tip, which knows no such option: did you mean “--{near}”?"


def _unknown_letter(letter: str, argument: str) -> str:
    named = f"-{letter}" if argument == f"-{letter}" else f"-{letter} (in “{argument}”)"
    other = BY_LETTER.get(letter.swapcase())
    if other and not other.refusal:
        advice = f"did you mean “-{other.letter}” (--{other.name})?"
    else:
        word = argument.removeprefix("-")
        near = _nearest(word, (option.name for option in OPTIONS if not option.refusal))
        advice = f"did you mean “--{near}”?"
    return f"curl {named} cannot be used in a tip, which knows no such option: {advice}"


def _nearest(word: str, known: Iterable[str]) -> str:
    return difflib.get_close_matches(word, sorted(known), n=1, cutoff=0)[0]
