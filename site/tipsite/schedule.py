"""The day that the site is shown for: days begin at midnight UTC, everywhere."""

from __future__ import annotations

import datetime
import os

from .errors import TipsiteError

VARIABLE = "SOURCE_DATE_EPOCH"  # https://reproducible-builds.org/specs/source-date-epoch/


def today() -> datetime.date:
    """Give today's day in UTC, or that of SOURCE_DATE_EPOCH (seconds since 1970), if it is set.

    Raises TipsiteError where SOURCE_DATE_EPOCH is no number of seconds.
    """
    written = os.environ.get(VARIABLE)
    if not written:
        return datetime.datetime.now(datetime.UTC).date()
    try:
        return datetime.datetime.fromtimestamp(int(written), datetime.UTC).date()
    except (ValueError, OverflowError, OSError) as error:
        raise TipsiteError(
            f"{VARIABLE} is “{written}”: write the seconds since 1970, as git log -1 --format=%ct does"
        ) from error
