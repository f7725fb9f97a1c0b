"""What -w writes after a transfer."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tipsite.errors import did_you_mean

from .deliveries import Delivery
from .journeys import Journey
from .problems import UsageProblem


@dataclass(frozen=True)
class Report:
    """What is known of a transfer when it is over."""

    journey: Journey
    delivery: Delivery
    url: str
    url_number: int
    file_name: str
    referer: str

    @property
    def status(self) -> int:
        """The status of the last answer, 0 if there was none."""
        return self.journey.last.head.status if self.journey.last else 0

    @property
    def header_count(self) -> int:
        """How many headers the last answer has."""
        return len(self.journey.last.head.headers) if self.journey.last else 0

    def header(self, name: str) -> str:
        """Give a header of the last answer, or nothing."""
        return self.journey.last.head.get(name) if self.journey.last else ""


VARIABLES: dict[str, Callable[[Report], object]] = {
    "http_code": lambda report: f"{report.status:03}",
    "response_code": lambda report: f"{report.status:03}",
    "content_type": lambda report: report.header("Content-Type"),
    "size_download": lambda report: report.delivery.size,
    "redirect_url": lambda report: report.journey.redirect_url,
    "url_effective": lambda report: report.journey.url,
    "url": lambda report: report.url,
    "urlnum": lambda report: report.url_number,
    "num_redirects": lambda report: report.journey.redirects,
    "num_headers": lambda report: report.header_count,
    "http_version": lambda report: "1.1" if report.journey.last else "0",
    "method": lambda report: report.journey.method,
    "referer": lambda report: report.referer,
    "filename_effective": lambda report: report.file_name,
    "exitcode": lambda report: report.delivery.failure.status if report.delivery.failure else 0,
    "errormsg": lambda report: report.delivery.failure.reason if report.delivery.failure else "",
}
VARYING = re.compile(
    r"time_|speed_|local_|remote_|num_connects|size_|json|header_json|certs|num_certs|scheme|stderr|stdout"
)
ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
TOKEN = re.compile(
    r"%header\{(?P<header>[^}]*)\}|%\{(?P<variable>[^}]*)\}|%(?P<other>.)|\\(?P<escape>[nrt])", re.DOTALL
)


def check_format(text: str) -> None:
    """Raise UsageProblem for a variable that cannot be replayed."""
    for token in TOKEN.finditer(text):
        variable = token["variable"]
        if variable is not None and variable not in VARIABLES:
            raise UsageProblem(_unknown(variable))


def _unknown(variable: str) -> str:
    if VARYING.match(variable):
        return (
            f"curl -w “%{{{variable}}}” cannot be used in a tip, since it differs from run to run, "
            "or between versions of curl: leave it out"
        )
    return f"curl -w has no variable “%{{{variable}}}” in a tip: {did_you_mean(variable, VARIABLES)}"


def write_out(text: str, report: Report) -> str:
    """Fill in the variables of a -w format."""
    return TOKEN.sub(lambda token: _fill(token, report), text)


def _fill(token: re.Match[str], report: Report) -> str:
    if token["header"] is not None:
        return report.header(token["header"])
    if token["variable"] is not None:
        return str(VARIABLES[token["variable"]](report))
    if token["escape"] is not None:
        return ESCAPES[token["escape"]]
    return "%" if token["other"] == "%" else token[0]
