"""What moved between two dates: the record that the page, the command and the sheets read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from geo.coverage.flows import Flow, NetChange
from geo.coverage.shift_share import ShiftShare
from geo.coverage.trend import BeforeAfter, RateComparison, RatioPoint
from geo.records import Basis, CoverageAnswer, Kind, Level, Territory

NO_SECTOR = "sans filière"
"""What stands for the sector of a presence that has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedPresence:
    """One presence that joined, left, moved or changed its address; places are EPCI names, or addresses."""

    id: int
    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorShift:
    """
    The shift-share of a change: rows are `sectors`, columns `territories` (départements).

    A presence counts in the first of its sectors only, so that the parts sum to the change in presences.
    """

    sectors: tuple[str, ...]
    territories: tuple[Territory, ...]
    parts: ShiftShare


@dataclass(frozen=True, slots=True, kw_only=True)
class AntenneStory:
    """How presence moved in the EPCI of an antenne and in those like it: description, never proof."""

    epci: Territory
    comparable: tuple[Territory, ...]
    count_before: int
    count_after: int
    comparable_before: int
    comparable_after: int
    change: BeforeAfter


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageChange:
    """
    What moved between `since` and `at`, on today's geography, populations being those of each date.

    By seat, or by zone of action: a presence then counts once in each territory where it acts, and outside
    if it acts anywhere outside.

    `flow` is of every presence in force, the empty code standing for those that count nowhere; what only was
    placed in between (`placed_since`) has not moved, and no test counts it. `net_outside` and `net_inside`
    count those that crossed the limit as joined on one side and left on the other. `address_changed` counts
    the presences whose street or number changed, `complement_changed` those whose complement alone did.
    `joining` compares the rates of arrival outside (second) and inside (first). `first_day` is the first day
    that a list speaks of: before it, only what has a known start is counted. The lists of moved presences
    hold those that the reader may read, the first of each.
    """

    since: date
    at: date
    level: Level
    kind: Kind
    sector: str | None
    basis: Basis
    before: CoverageAnswer
    after: CoverageAnswer
    flow: Flow[int]
    names: Mapping[str, str]
    net: NetChange
    net_outside: NetChange
    net_inside: NetChange
    net_by_territory: Mapping[str, NetChange]
    joining: RateComparison | None
    shift: SectorShift
    line: tuple[RatioPoint, ...]
    antennes: tuple[AntenneStory, ...]
    address_changed: int
    complement_changed: int
    placed_since: int
    joined: tuple[MovedPresence, ...]
    left: tuple[MovedPresence, ...]
    moved: tuple[MovedPresence, ...]
    readdressed: tuple[MovedPresence, ...]
    first_day: date | None

    @property
    def moved_count(self) -> int:
        """How many are counted at both dates, in two territories."""
        return len(self.flow.moved) - self.placed_since

    @property
    def reaches_back(self) -> bool:
        """Whether a list speaks of the first date: else, what is missing then may only be unknown."""
        return self.first_day is not None and self.first_day <= self.since


def change_as_json(change: CoverageChange) -> dict[str, Any]:
    """
    Give a change as JSON: keys that others rely on, never renamed.

    No p-value stands where nothing was tested: before the first list all is unknown, and presences without a
    place make no territory.
    """
    is_known = change.reaches_back
    outside = {
        name: {
            "count_outside": answer.outside.count_outside,
            "count_inside": answer.outside.count_inside,
            "share_outside": answer.outside.share_outside,
            "share_low": answer.outside.share_low,
            "share_high": answer.outside.share_high,
            "population_share_outside": answer.outside.population_share_outside,
            "ratio": answer.outside.ratio,
            "gap": answer.outside.gap,
        }
        for name, answer in (("before", change.before), ("after", change.after))
    }
    return {
        "since": change.since.isoformat(),
        "at": change.at.isoformat(),
        "level": change.level.value,
        "kind": change.kind.value,
        "sector": change.sector,
        "basis": change.basis,
        "first_day": change.first_day.isoformat() if change.first_day else None,
        "reaches_back": is_known,
        "kept": change.flow.kept,
        "joined": len(change.flow.joined),
        "left": len(change.flow.left),
        "moved": change.moved_count,
        "placed_since": change.placed_since,
        "address_changed": change.address_changed,
        "complement_changed": change.complement_changed,
        "net": _net(change.net, is_known=is_known),
        "net_outside": _net(change.net_outside, is_known=is_known),
        "net_inside": _net(change.net_inside, is_known=is_known),
        "outside": {"code": change.after.outside.code, "name": change.after.outside.name, **outside},
        "rows": [
            {
                "code": row.code or None,
                "name": change.names[row.code],
                "before": row.before,
                "joined": row.joined,
                "left": row.left,
                "moved_in": row.moved_in,
                "moved_out": row.moved_out,
                "after": row.after,
                "p_value": change.net_by_territory[row.code].p_value if is_known and row.code else None,
            }
            for row in change.flow.territories
        ],
        "shift_share": [
            {
                "code": territory.code,
                "name": territory.name,
                "change": int(change.shift.parts.change[:, rank].sum()),
                "regional": float(change.shift.parts.regional[:, rank].sum()),
                "sectoral": float(change.shift.parts.sectoral[:, rank].sum()),
                "local": float(change.shift.parts.local[:, rank].sum()),
                "local_low": float(change.shift.parts.local_low[rank]),
                "local_high": float(change.shift.parts.local_high[rank]),
            }
            for rank, territory in enumerate(change.shift.territories)
        ],
        "ratio_line": [
            {
                "day": point.day.isoformat(),
                "total": point.total,
                "ratio": point.ratio,
                "ratio_low": point.ratio_low,
                "ratio_high": point.ratio_high,
            }
            for point in change.line
        ],
        "antennes": [
            {
                "code": story.epci.code,
                "name": story.epci.name,
                "count_before": story.count_before,
                "count_after": story.count_after,
                "comparable": [each.code for each in story.comparable],
                "here_change_per_10k": story.change.here_change,
                "elsewhere_change_per_10k": story.change.elsewhere_change,
                "difference_per_10k": story.change.difference,
                "low": story.change.low,
                "high": story.change.high,
            }
            for story in change.antennes
        ],
    }


def _net(net: NetChange, *, is_known: bool) -> dict[str, Any]:
    p_value = net.p_value if is_known else None
    return {"joined": net.joined, "left": net.left, "net": net.net, "p_value": p_value}
