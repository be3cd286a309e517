"""The answers of `access` and `siting` as tables that a spreadsheet opens: CSV for France's Excel."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from data.exports.atomic import write_atomically
from geo.coverage.answers import AccessAnswer, SitingAnswer
from geo.coverage.travel_times import AccessState
from geo.records import Level
from geo.territories import Referential

_STATES = {
    AccessState.COVERED: "couverte",
    AccessState.UNCERTAIN: "incertaine",
    AccessState.NOT_COVERED: "non couverte",
}
_BYTE_ORDER_MARK = "\ufeff"


def table_access(answer: AccessAnswer, referential: Referential) -> str:
    """Write one line per commune: its minutes, its state against the limit, and where the times come from."""
    titles = ("Code", "Commune", "Intercommunalité", "Habitants", "Minutes", "État", "Origine des temps")
    rows = []
    for commune in referential.territories(Level.COMMUNE):
        if commune.code not in answer.states:
            continue
        time = answer.minutes_by_commune.get(commune.code)
        rows.append(
            (
                commune.code,
                commune.name,
                commune.part_of.get("epci", ""),
                commune.population,
                time,
                _STATES[answer.states[commune.code]],
                answer.caption,
            )
        )
    return _write_table(titles, rows)


def table_siting(answer: SitingAnswer) -> str:
    """Write one line per candidate, in the order of the answer, and where the times come from."""
    titles = (
        "SIREN", "Intercommunalité", "Code commune", "Commune", "Habitants rapprochés", "au moins", "au plus",
        "Réglages gagnés sur 9", "Regret", "Limite (minutes)", "Origine des temps",
    )  # fmt: skip
    rows = [
        (
            each.code, each.name, each.commune, each.commune_name, each.gain, each.gain_low, each.gain_high,
            each.wins, each.regret, answer.minutes, answer.caption,
        )
        for each in answer.candidates
    ]  # fmt: skip
    return _write_table(titles, rows)


def write_access_csv(answer: AccessAnswer, referential: Referential, path: Path) -> None:
    """
    Write the table of access to a file.

    Raises
    ------
    FileNotWrittenError
        If it cannot be written; what was there stays.
    """
    text = table_access(answer, referential)
    write_atomically(path, lambda target: _save(target, text))


def write_siting_csv(answer: SitingAnswer, path: Path) -> None:
    """Write the table of candidates to a file; raises as `write_access_csv`."""
    text = table_siting(answer)
    write_atomically(path, lambda target: _save(target, text))


def _save(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="")


def _write_table(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    buffer = io.StringIO(newline="")
    # Excel reads accents only after this mark.
    buffer.write(_BYTE_ORDER_MARK)
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow(titles)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return buffer.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".").replace(".", ",")
    return str(value)
