"""What day and what instant it is: days are those of the calendar in France, instants are UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_FRANCE = ZoneInfo("Europe/Paris")


def today() -> date:
    """Give the day it is in France."""
    return datetime.now(_FRANCE).date()


def now_utc() -> datetime:
    """Give the instant, in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)
