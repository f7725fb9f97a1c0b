"""What of a transfer reaches the reader: headers if they are asked for, the body unless curl drops it."""

from __future__ import annotations

from dataclasses import dataclass

from .journeys import Journey
from .options import Arguments
from .problems import TransferError
from .responses import Response, decompress


@dataclass(frozen=True)
class Delivery:
    """The raw headers of every answer, what goes to the output, the body's size, and the final failure."""

    headers: bytes
    output: bytes
    size: int
    failure: TransferError | None


def deliver(journey: Journey, arguments: Arguments) -> Delivery:
    """Pick what is written of a journey. Raises UsageProblem for an encoding that cannot be undone."""
    headers = b"".join(hop.response.interim + hop.response.head.raw for hop in journey.hops)
    failure = journey.failure or _refusal(journey.arrived, arguments)
    response = journey.arrived
    if response is None or (response.head.status >= 400 and arguments.has("fail")):
        body, size = b"", 0
    else:
        body, size = _body(response, arguments), len(response.body)
    shown = headers if arguments.has("include", "head") else b""
    return Delivery(headers, shown + body, size, failure)


def _refusal(response: Response | None, arguments: Arguments) -> TransferError | None:
    """Make a failure of an error status, as -f and --fail-with-body ask."""
    if response and response.head.status >= 400 and arguments.has("fail", "fail-with-body"):
        return TransferError(22, f"The requested URL returned error: {response.head.status}")
    return None


def _body(response: Response, arguments: Arguments) -> bytes:
    return decompress(response) if response.body and arguments.has("compressed") else response.body
