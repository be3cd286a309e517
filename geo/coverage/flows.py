"""What moved between two dates: who joined, who left, who moved, and whether that is more than chance.

Both dates are told on one geography: the caller gives each presence its territory of today at both, or the
territories where it acts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from geo.coverage.errors import ImpossibleValueError
from geo.coverage.laws import bound_share, weigh_binomial

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class TerritoryFlow:
    """
    One territory: `after` = `before` + `joined` - `left` + `moved_in` - `moved_out`, always.

    By zone of action, `moved_in` are those that act here and did not, `moved_out` those that no longer do.
    """

    code: str
    before: int
    joined: int
    left: int
    moved_in: int
    moved_out: int
    after: int

    @property
    def change(self) -> int:
        """What the territory gained, negative when it lost."""
        return self.after - self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow(Generic[Key]):
    """
    Stock and flow between two dates.

    `stayed` are there at both dates in the same territory (or the same ones, by zone of action), `moved` in
    another one; `joined` are new, `left` are gone. Keys keep the order of the registers; territories are in
    the order of their codes.
    """

    stayed: tuple[Key, ...]
    moved: tuple[Key, ...]
    joined: tuple[Key, ...]
    left: tuple[Key, ...]
    territories: tuple[TerritoryFlow, ...]

    @property
    def kept(self) -> int:
        """How many are there at both dates."""
        return len(self.stayed) + len(self.moved)


@dataclass(frozen=True, slots=True, kw_only=True)
class NetChange:
    """
    How many joined against how many left.

    `share_joined` is that of those who joined among those who joined or left, with its exact interval; None
    when nobody did. `p_value` is that of as uneven a split if joining and leaving were equally likely.
    """

    joined: int
    left: int
    share_joined: float | None
    share_low: float | None
    share_high: float | None
    p_value: float

    @property
    def net(self) -> int:
        """How many more there are."""
        return self.joined - self.left


def measure_flow(before: Mapping[Key, str], after: Mapping[Key, str]) -> Flow[Key]:
    """
    Cut the change between two dates into who joined, who left and who moved.

    Parameters
    ----------
    before, after
        The territory of each presence, by what identifies it, at each date; codes of one geography. One that
        is nowhere yet has an empty code, and moves when it gets a place.

    Examples
    --------
    >>> flow = measure_flow({"a": "lens", "b": "lens"}, {"b": "lille", "c": "lens"})
    >>> flow.joined, flow.left, flow.moved
    (('c',), ('a',), ('b',))
    >>> [(t.code, t.before, t.joined, t.left, t.moved_in, t.moved_out, t.after) for t in flow.territories]
    [('lens', 2, 1, 1, 0, 1, 1), ('lille', 0, 0, 0, 1, 0, 1)]
    """
    return measure_zone_flow(
        {key: frozenset({code}) for key, code in before.items()},
        {key: frozenset({code}) for key, code in after.items()},
    )


def measure_zone_flow(before: Mapping[Key, frozenset[str]], after: Mapping[Key, frozenset[str]]) -> Flow[Key]:
    """
    Cut a change like `measure_flow`, where each presence counts once in every territory where it acts.

    Parameters
    ----------
    before, after
        The territories of each presence at each date, codes of one geography; none is a territory too, under
        the empty code.

    Examples
    --------
    One stays in Lens and now acts in Lille too: it has moved, and has left nowhere.

    >>> flow = measure_zone_flow({"a": frozenset({"lens"})}, {"a": frozenset({"lens", "lille"})})
    >>> flow.moved, [(t.code, t.before, t.moved_in, t.moved_out, t.after) for t in flow.territories]
    (('a',), [('lens', 1, 0, 0, 1), ('lille', 0, 1, 0, 1)])
    """
    nowhere = frozenset({""})
    was, becomes = ({key: codes or nowhere for key, codes in places.items()} for places in (before, after))
    stayed = tuple(key for key, codes in was.items() if becomes.get(key) == codes)
    moved = tuple(key for key, codes in was.items() if key in becomes and becomes[key] != codes)
    joined = tuple(key for key in becomes if key not in was)
    left = tuple(key for key in was if key not in becomes)
    counts = {
        "before": Counter(code for codes in was.values() for code in codes),
        "after": Counter(code for codes in becomes.values() for code in codes),
        "joined": Counter(code for key in joined for code in becomes[key]),
        "left": Counter(code for key in left for code in was[key]),
        "moved_in": Counter(code for key in moved for code in becomes[key] - was[key]),
        "moved_out": Counter(code for key in moved for code in was[key] - becomes[key]),
    }
    return Flow(
        stayed=stayed,
        moved=moved,
        joined=joined,
        left=left,
        territories=tuple(
            TerritoryFlow(code=code, **{name: count[code] for name, count in counts.items()})
            for code in sorted({*counts["before"], *counts["after"]})
        ),
    )


def measure_net_change(*, joined: int, left: int, confidence: float = 0.95) -> NetChange:
    """
    Test whether more joined than left, or fewer (exact sign test; McNemar, Psychometrika 12, 1947).

    This is the test of a stock at two dates. The two counts share most of their presences, so a test of two
    separate Poisson counts (`geo.coverage.trend.compare_rates`) would miss nearly every real change.

    Parameters
    ----------
    joined, left
        Presences, whole numbers, at least 0.
    confidence
        Probability held by the interval (Clopper & Pearson 1934).

    Raises
    ------
    ImpossibleValueError
        If a count is negative.

    Examples
    --------
    >>> change = measure_net_change(joined=22, left=18)
    >>> change.net, round(change.p_value, 2)
    (4, 0.64)
    """
    for name, count in (("arrivées", joined), ("départs", left)):
        if count < 0:
            raise ImpossibleValueError(name=name, expected="un nombre entier positif ou nul", received=count)
    if joined + left == 0:
        return NetChange(joined=0, left=0, share_joined=None, share_low=None, share_high=None, p_value=1.0)
    low, high = bound_share(joined, joined + left, confidence)
    return NetChange(
        joined=joined,
        left=left,
        share_joined=joined / (joined + left),
        share_low=low,
        share_high=high,
        p_value=weigh_binomial(joined, joined + left),
    )
