"""Which digest it is: the day or week that it belongs to, and from when on papers are new to it.

In: a period and a time. Out: `Edition`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from recsys.storage.state.subscribers import Period

_DAYS = {"daily": 1, "weekly": 7}
_MOST_PERIODS = 4  # after a long silence what is older is no news


@dataclass(frozen=True)
class Edition:
    """One round of digests.

    Attributes
    ----------
    as_of : datetime
        UTC; what is published later is in none of them.
    """

    period: Period
    as_of: datetime

    @property
    def name(self) -> str:
        """`daily/2026-11-21` or `weekly/2026-W47`: nobody gets two of the same name."""
        if self.period == "daily":
            return f"daily/{self.as_of:%Y-%m-%d}"
        year, week, _ = self.as_of.isocalendar()
        return f"weekly/{year}-W{week:02}"

    def since(self, last: datetime | None) -> datetime:
        """From when on papers are new to somebody whose last digest was as of `last`.

        The start of that day, since papers are dated by the day; what was told is not told again
        anyhow. A first digest goes one period back, and none goes further back than four.
        """
        period = timedelta(days=_DAYS[self.period])
        if last is None:
            return self.as_of - period
        day = datetime.combine(last.date(), time(), tzinfo=last.tzinfo)
        return max(day, self.as_of - _MOST_PERIODS * period)
