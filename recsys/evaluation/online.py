"""What became of what was shown: rates of clicks and saves, and how sure they are.

In: events that name the line of the answer they came of. Out: rates by model, strategy, position,
arm and method. A line counts once as shown, however often it was told, and so do what was
opened and what was kept of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from scipy import stats

from recsys.data.attribution import Attribution
from recsys.data.events import IMPRESSION, UNDO, Event
from recsys.evaluation.bootstrap import Estimate

CLICKS, SAVES = ("open", "read"), ("save", "follow")
BY = ("method", "model", "arm", "strategy", "position")
_LINE = ["user_id", "answer_id", "position"]
_EXPECTED = {"position": "first"}
_PLACES = (1, 2, 3, 4, 5, 10, 20, 50)  # the last of each group of positions; more behind
_Z = float(stats.norm.ppf(0.975))


@dataclass(frozen=True)
class Rates:
    """What became of the lines that have something in common.

    Attributes
    ----------
    by, value : str
        What they have in common: "position" and "6-10".
    shown, people : int
        Lines that were shown, and to how many.
    click_rate, save_rate : Estimate
        Share of the lines that were opened or read, and saved (or followed, of people).
    click_lift : Estimate
        Clicks over those to expect of lines at the same positions of such lists; by position,
        over those to expect were every place as good as the first. NaN where that is none.
    """

    by: str
    value: str
    shown: int
    people: int
    click_rate: Estimate
    save_rate: Estimate
    click_lift: Estimate


def lines_shown(events: Iterable[Event]) -> pd.DataFrame:
    """One row for each line that an impression tells of, with what was done with it.

    Returns
    -------
    DataFrame
        `user_id`, the columns of `Attribution`, `clicked` and `saved` (bool). Undone events never
        were. What was clicked without having been told as shown is left out: nothing is known of
        its like that were not clicked.
    """
    told, undone = [], set()
    for event in events:
        if event.kind == UNDO:
            undone.add(event.undone_id)
        elif event.attribution is not None:
            row = {"event_id": event.event_id, "user_id": event.user_id, "kind": event.kind}
            told.append({**row, **vars(event.attribution)})
    columns = ["event_id", "user_id", "kind", *(field.name for field in fields(Attribution))]
    known = pd.DataFrame(told, columns=columns)
    known = known[~known["event_id"].isin(undone)]
    shown = known[known["kind"] == IMPRESSION].drop_duplicates(_LINE)
    lines = pd.MultiIndex.from_frame(shown[_LINE])
    done = {
        name: lines.isin(pd.MultiIndex.from_frame(known.loc[known["kind"].isin(kinds), _LINE]))
        for name, kinds in (("clicked", CLICKS), ("saved", SAVES))
    }
    return shown.drop(columns=["event_id", "kind"]).assign(**done).reset_index(drop=True)


def rates_of(shown: pd.DataFrame) -> tuple[Rates, ...]:
    """The rates of `lines_shown`, grouped by one column after the other of `BY`."""
    if shown.empty:
        return ()
    alike = shown.groupby(["method", "position"])["clicked"]
    first = shown[shown["position"] == 1].groupby("method")["clicked"].mean()
    known = shown.assign(
        usual=alike.transform("mean"),
        first=shown["method"].map(first),
        position=[_place(position) for position in shown["position"]],
    )
    return tuple(
        _rates(by, str(value), group)
        for by in BY
        for value, group in sorted(known.groupby(by), key=_natural)
    )


def _rates(by: str, value: str, group: pd.DataFrame) -> Rates:
    clicks, saves = (rate(group[name], group["user_id"]) for name in ("clicked", "saved"))
    expected = float(group[_EXPECTED.get(by, "usual")].mean())
    people = group["user_id"].nunique()
    return Rates(by, value, len(group), people, clicks, saves, _over(clicks, expected))


def rate(hits: pd.Series, people: pd.Series) -> Estimate:
    """The share of hits among lines, some of which the same people saw.

    The interval is Wilson's, for as many independent lines as would be as uncertain as these:
    what one person does hangs together. With one person alone it is that of a single line.

    References
    ----------
    E. B. Wilson, "Probable inference, the law of succession, and statistical inference" (1927).
    Korn and Graubard, "Confidence intervals for proportions with small expected number of positive
    counts estimated from survey data" (1998), for the number of lines.
    """
    n, share = len(hits), float(hits.mean())
    effective = _independent(hits.to_numpy() - share, people, share * (1 - share) / n)
    middle = share + _Z**2 / (2 * effective)
    spread = _Z * np.sqrt(share * (1 - share) / effective + (_Z / (2 * effective)) ** 2)
    whole = 1 + _Z**2 / effective
    low, high = max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)
    return Estimate(share, float(low), float(high))


def _independent(missed: np.ndarray, people: pd.Series, binomial: float) -> float:
    """How many lines of different people would tell a share as well as these; from 1 on.

    `missed` is hit (1 or 0) less the share, `binomial` the share's variance were all lines
    independent.
    """
    each = np.bincount(pd.factorize(people)[0], weights=missed)
    m = len(each)
    if m < 2:
        return 1.0
    variance = m / (m - 1) * np.sum(each**2) / len(missed) ** 2
    n = len(missed) / max(1.0, variance / binomial if binomial else 1.0)
    # Few people do not even tell how much their doings hang together.
    return max(1.0, float(n * (_Z / stats.t.ppf(0.975, m - 1)) ** 2))


def _over(clicks: Estimate, expected: float) -> Estimate:
    parts = (clicks.value, clicks.low, clicks.high)
    return Estimate(*(part / expected if expected > 0 else np.nan for part in parts))


def _place(position: int) -> str:
    """The group of positions that one belongs to."""
    before = 0
    for last in _PLACES:
        if position <= last:
            return str(last) if last == before + 1 else f"{before + 1}-{last}"
        before = last
    return f"{before + 1}+"


def _natural(named: tuple[object, pd.DataFrame]) -> tuple[int, str]:
    """Positions by number, all else by name."""
    digits = str(named[0]).partition("-")[0].rstrip("+")
    return (int(digits) if digits.isdecimal() else 0), str(named[0])
