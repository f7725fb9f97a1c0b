"""One transfer: the URL that was asked for, those it redirects to, and what each of them answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from .cookies import Jar
from .problems import TransferError
from .requests import Plan, compose
from .responses import CUT_SHORT, Response, read_response
from .server import ask_app, ask_machine, refused
from .urls import Url, follow

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

TOO_MANY = 47


@dataclass(frozen=True)
class Hop:
    """A request that was answered."""

    url: Url
    plan: Plan
    response: Response


@dataclass(frozen=True)
class Journey:
    """The answered requests in their order, what was asked last, and why it ended there if it failed."""

    hops: tuple[Hop, ...]
    url: str
    method: str
    failure: TransferError | None
    redirects: int = 0

    @property
    def last(self) -> Response | None:
        """The last answer, None if there was none."""
        return self.hops[-1].response if self.hops else None

    @property
    def arrived(self) -> Response | None:
        """The answer of the last URL, even if cut short; None where it never answered."""
        return self.last if self.failure is None or self.failure.status == CUT_SHORT else None

    @property
    def redirect_url(self) -> str:
        """Where the last answer would have redirected to, or nothing."""
        stopped = self.failure is not None and self.failure.status == TOO_MANY
        response = self.last if stopped else self.arrived
        location = response.location if response else ""
        return str(follow(self.hops[-1].url, location)) if location else ""


@dataclass(frozen=True)
class Traveller:
    """How transfers are made: with which app and cookies, and how many redirects are followed.

    `most_redirects` is None where none is followed, and -1 where there is no limit.
    """

    app: WSGIApplication | None
    jar: Jar | None
    most_redirects: int | None

    def travel(self, url: Url, plan: Plan) -> Journey:
        """Ask a URL, and those that it redirects to."""
        hops: list[Hop] = []
        origin, redirects = url.origin, 0
        try:
            while True:
                sent = plan if url.origin == origin else plan.elsewhere()
                response = self._ask(url, sent)
                hops.append(Hop(url, sent, response))
                if not self._is_followed(response, len(hops)):
                    return Journey(tuple(hops), str(url), sent.sent_method, response.failure, redirects)
                plan, url = plan.redirected(response.head.status), follow(url, response.location)
                redirects += 1
        except TransferError as failure:
            return Journey(tuple(hops), str(url), plan.sent_method, failure, redirects)

    def _is_followed(self, response: Response, hops: int) -> bool:
        """Tell whether to go on. Raises TransferError (47) if that would be a redirect too many."""
        if self.most_redirects is None or not response.location:
            return False
        if 0 <= self.most_redirects < hops:
            raise TransferError(TOO_MANY, f"Maximum ({self.most_redirects}) redirects followed")
        return True

    def _ask(self, url: Url, plan: Plan) -> Response:
        request = compose(plan, url, self.jar.header_for(url) if self.jar else "")
        try:
            with self._open(url, request) as stream:
                response = read_response(stream, without_body=plan.method == "HEAD")
        except ConnectionError as error:
            raise TransferError(56, f"Recv failure: {error.strerror}") from error
        if self.jar:
            self.jar.take(url, response.head.all("Set-Cookie"))
        return response

    def _open(self, url: Url, request: bytes) -> BinaryIO:
        if not url.is_app:
            return ask_machine(url, request)
        if self.app is None:
            raise refused(url)
        return ask_app(self.app, request)
