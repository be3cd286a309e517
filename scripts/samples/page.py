"""The page that goes with the fictional register: what it is, what mess it holds, the totals it must give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from data.samples import SAMPLE_AS_OF
from geo.french import KIND_NAMES, STATUS_NAMES, write_date, write_number, write_share
from geo.records import COUNTED_STATUSES, MEL_CODE, Kind, Level, PlacementStatus
from geo.territories import Referential
from scripts.samples.rows import COLUMNS, Row

_FILE = Path(__file__).with_name("page.md")


def write_page(rows: Sequence[Row], referential: Referential, empty_epci: Sequence[str]) -> str:
    """Write the page, figures counted on the rows themselves."""
    mel = referential.get(Level.EPCI, MEL_CODE)
    region = referential.territories(Level.REGION)[0]
    counted = [row for row in rows if row.kind is Kind.ACTOR and row.expects in COUNTED_STATUSES]
    in_mel = sum(1 for row in counted if row.commune in mel.commune_codes)
    names = sorted(referential.get(Level.EPCI, code).name for code in empty_epci)
    zone_only = sum(1 for row in rows if row.kind is Kind.PROJECT and row.expects is PlacementStatus.UNPLACED)
    return _FILE.read_text(encoding="utf-8").format(
        total=write_number(len(rows)),
        as_of=write_date(SAMPLE_AS_OF),
        totals=_write_totals(rows),
        zone_only=zone_only,
        in_mel=in_mel,
        counted=len(counted),
        share=write_share(in_mel / len(counted)),
        population_share=write_share(mel.population / region.population),
        empty=", ".join(names),
        messes=_write_messes(rows),
        columns=", ".join(f"`{column}`" for column in COLUMNS),
    )


def _write_messes(rows: Sequence[Row]) -> str:
    count_by_mess = Counter(row.mess for row in rows if row.mess)
    lines = [f"| {mess} | {count} |" for mess, count in sorted(count_by_mess.items())]
    return "\n".join(["| ce qui cloche | lignes |", "|---|--:|", *lines])


def _write_totals(rows: Sequence[Row]) -> str:
    statuses = list(PlacementStatus)
    lines = [
        "| | " + " | ".join(STATUS_NAMES[status] for status in statuses) + " | reçu |",
        "|---|" + "--:|" * (len(statuses) + 1),
    ]
    for kind in Kind:
        count_by_status = Counter(row.expects for row in rows if row.kind is kind)
        lines.append(_write_line(KIND_NAMES[kind][1], [count_by_status[status] for status in statuses]))
    total = Counter(row.expects for row in rows)
    lines.append(_write_line("**ensemble**", [total[status] for status in statuses]))
    return "\n".join(lines)


def _write_line(title: str, counts: Sequence[int]) -> str:
    return f"| {title} | " + " | ".join(str(count) for count in [*counts, sum(counts)]) + " |"
