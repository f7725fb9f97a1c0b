"""What stops a curl: a mistake of the author's, or a failure that curl itself reports."""

from __future__ import annotations

from tipsite.errors import TipsiteError

TRY_HELP = "curl: try 'curl --help' or 'curl --manual' for more information"


class UsageProblem(TipsiteError):  # noqa: N818  # a problem of the author's, not a failure of ours
    """The command cannot be replayed as written; the message tells the author what to write instead."""


class TransferError(Exception):
    """A transfer that fails as curl's would: an exit status, and what curl says on stderr."""

    def __init__(self, status: int, reason: str) -> None:
        self.status = status
        self.reason = reason
        super().__init__(f"curl: ({status}) {reason}")


class CommandError(Exception):
    """A command line that curl refuses to run, with exit status 2."""

    status = 2

    def __init__(self, reason: str) -> None:
        super().__init__(f"curl: {reason}\n{TRY_HELP}")
