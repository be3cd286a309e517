"""What two dates have to say in French, whatever is proved: the page and the command say it alike."""

from __future__ import annotations

from geo.coverage.change import CoverageChange
from geo.french import KIND_NAMES, SEAT_WORDS, write_count, write_date
from geo.records import Basis, Kind

ARRIVALS = ("arrivée", "arrivées")
DEPARTURES = ("départ", "départs")
ADDRESS_CHANGES = ("changement d'adresse", "changements d'adresse")


def name_moves(basis: Basis) -> tuple[str, str]:
    """
    Name what those do that are counted at both dates in other places, one and many.

    Examples
    --------
    >>> name_moves("zone")[0]
    "changement de zone d'action"
    """
    if basis == "zone":
        return "changement de zone d'action", "changements de zone d'action"
    return "changement de territoire", "changements de territoire"


def write_flow_totals(change: CoverageChange) -> str:
    """Write what became of the presences of the first date, whatever the figures mean."""
    one, many = KIND_NAMES[change.kind]
    parts = [
        f"{write_count(change.flow.kept, one, many)} aux deux dates",
        write_count(len(change.flow.joined), *ARRIVALS),
        write_count(len(change.flow.left), *DEPARTURES),
        write_count(change.moved_count, *name_moves(change.basis)),
        write_count(change.address_changed, *ADDRESS_CHANGES),
    ]
    text = f"{', '.join(parts)}."
    if change.complement_changed:
        only = write_count(
            change.complement_changed, "complément d'adresse seul", "compléments d'adresse seuls"
        )
        text += f" S'y ajoutent {only}." if change.complement_changed > 1 else f" S'y ajoute {only}."
    if change.placed_since:
        verb = "n'avaient" if change.placed_since > 1 else "n'avait"
        text += (
            f" {write_count(change.placed_since, one, many)} {verb} de lieu sûr qu'à l'une des deux dates : "
            "ni arrivée, ni départ."
        )
    return text


def write_counting(change: CoverageChange) -> str:
    """Write where presences are counted at both dates: the reader chose, the page says which."""
    feminine = change.kind is Kind.ANTENNE
    many = KIND_NAMES[change.kind][1].capitalize()
    counted = "comptées" if feminine else "comptés"
    if change.basis == "seat":
        return f"{many} {counted} {SEAT_WORDS[change.kind]} aux deux dates."
    who = "celle" if feminine else "celui"
    return (
        f"{many} {counted} dans leur zone d'action aux deux dates, une fois dans chaque territoire : {who} "
        "qui agit à la fois dedans et dehors compte dehors."
    )


def write_horizon(change: CoverageChange) -> str:
    """Say when no list speaks of the first date; empty when one does."""
    if change.reaches_back:
        return ""
    if change.first_day is None:
        return "Le registre est vide : il n'y a rien à comparer."
    return (
        f"Le registre ne dit rien du {write_date(change.since)} : sa première liste est du "
        f"{write_date(change.first_day)}. Ce qui manque alors est inconnu, et non absent."
    )
