"""A file of addresses in, the same file out with where each one is. No database is needed.

A CSV goes through by slices, so that its length does not matter. The input's columns and the order of its
rows are kept as they are; the columns of the answer come after them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from data.intake.addresses import AddressReader
from data.intake.errors import NoAddressColumnError
from data.intake.fields import Field
from data.intake.mapping import MappingValue, plan_columns
from data.intake.placing import PlacedRow, tell_placements
from data.intake.preparing import ManyGeocoder
from data.intake.reading import open_table
from data.intake.table import Row, Table
from data.reference import load_referential
from data.result_files import open_output
from geo.geocoding.answer import GeocodedAddress
from geo.records import MEL_CODE, Level, Problem, StatusCounts
from geo.territories import Referential

RESULT_COLUMNS = (
    "result_label",
    "result_score",
    "result_confidence",
    "result_precision",
    "result_type",
    "result_housenumber",
    "result_street",
    "result_postcode",
    "result_city",
    "result_citycode",
    "result_epci",
    "result_epci_name",
    "result_in_mel",
    "result_reasons",
    "result_status",
)
"""The columns of an answer, named as the national service's where it has them; coordinates follow."""

_ADDRESS_FIELDS = frozenset(
    {
        Field.FULL_ADDRESS,
        Field.STREET,
        Field.POSTCODE,
        Field.CITY,
        Field.CODE_INSEE,
        Field.LATITUDE,
        Field.LONGITUDE,
        Field.COORDINATES,
        Field.X,
        Field.Y,
    }
)
_ROWS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkReport:
    """
    What geocoding a file gave: every row received is in `counts`.

    `mapping` gives, per column of the input, the field it was used for or None.
    """

    file: str
    counts: StatusCounts
    problems: tuple[Problem, ...]
    mapping: Mapping[str, str | None]


def geocode_file(
    path: Path,
    out: Path,
    *,
    geocoder: ManyGeocoder,
    progress: Callable[[int], None] | None = None,
    mapping: Mapping[str, MappingValue] | None = None,
    referential: Referential | None = None,
) -> BulkReport:
    """
    Place every row of a file.

    Parameters
    ----------
    path
        A CSV, .xlsx, .ods, JSON or GeoJSON with addresses or coordinates, in any of the usual columns.
    out
        Where to write the result: an .xlsx, or a CSV for any other extension. It appears whole or not at all.
    geocoder
        Who places the rows.
    progress
        Told how many rows are done so far.
    mapping
        Per column, the field that it fills or None: see `data.intake.mapping`.
    referential
        The territories, for the EPCI of each commune; by default, those that ship with the service.

    Returns
    -------
    BulkReport
        Counts that sum to the rows received, and what was met.

    Raises
    ------
    UnusableFileError, MappingError
        If the file or the mapping cannot be used.
    OutputNotWrittenError
        If the result cannot be written.
    """
    path, out = Path(path), Path(out)
    table = open_table(path, known_names=tuple(mapping or ()))
    log = table.problems
    plan = plan_columns(table, mapping=mapping, log=log)
    if not _ADDRESS_FIELDS & plan.recipes.keys():
        raise NoAddressColumnError(path, table.columns)
    addresses = AddressReader(plan, log)
    epcis = _EpciNames(referential or load_referential())
    columns = [*table.columns, *_name_overflow(table)]
    counted: Counter[str] = Counter()
    done = 0
    rows = table.rows(log)
    with open_output(path, out, table, log) as writer:
        writer.write([*columns, *name_result_columns(columns)])
        while slice_ := list(islice(rows, _ROWS_AT_ONCE)):
            queries = [addresses.read(row.line, row.cells).query for row in slice_]
            answers = geocoder.geocode_many(queries)
            for row, query, answer in zip(slice_, queries, answers, strict=True):
                tell_placements([PlacedRow(row.line, query, answer)], plan, log)
                counted[answer.status.value] += 1
                writer.write([*_fill(row, len(columns)), *epcis.write_answer(answer)])
            done += len(slice_)
            if progress is not None:
                progress(done)
    return BulkReport(
        file=path.name,
        counts=StatusCounts(**counted),
        problems=log.problems(),
        mapping={name: use.value if use else None for name, use in plan.uses.items()},
    )


def name_result_columns(columns: Sequence[str]) -> list[str]:
    """
    Name the columns of the answer; coordinates that the input already has keep their own columns.

    Examples
    --------
    >>> name_result_columns(["adresse"])[-2:], name_result_columns(["latitude", "longitude"])[-2:]
    (['latitude', 'longitude'], ['result_latitude', 'result_longitude'])
    """
    taken = {column.casefold() for column in columns}
    has_coordinates = bool(taken & {"latitude", "longitude"})
    coordinates = ("result_latitude", "result_longitude") if has_coordinates else ("latitude", "longitude")
    names = []
    for wanted in (*RESULT_COLUMNS, *coordinates):
        name, rank = wanted, 2
        while name.casefold() in taken:
            name = f"{wanted}_{rank}"
            rank += 1
        names.append(name)
    return names


class _EpciNames:
    """Writes answers as cells, with the EPCI of their commune."""

    def __init__(self, referential: Referential) -> None:
        names = {epci.code: epci.name for epci in referential.territories(Level.EPCI)}
        self._epci = {
            commune.code: (code, names.get(code, ""))
            for commune in referential.territories(Level.COMMUNE)
            if (code := commune.part_of.get(Level.EPCI.value, ""))
        }

    def write_answer(self, answer: GeocodedAddress) -> list[str]:
        """Write the cells of one answer, in the order of their columns."""
        epci, epci_name = self._epci.get(answer.citycode or "", ("", ""))
        lat, lon = answer.position.lat_lon() if answer.position else (None, None)
        return [
            answer.label,
            f"{answer.score:.4f}",
            f"{answer.confidence:.4f}",
            answer.precision.value if answer.precision else "",
            answer.result_type,
            answer.housenumber,
            answer.street,
            answer.postcode,
            answer.city,
            answer.citycode or "",
            epci,
            epci_name,
            _write_boolean(epci),
            "|".join(reason.value for reason in answer.reasons),
            answer.status.value,
            "" if lat is None else f"{lat:.6f}",
            "" if lon is None else f"{lon:.6f}",
        ]


def _write_boolean(epci: str) -> str:
    if not epci:
        return ""
    return "true" if epci == MEL_CODE else "false"


def _name_overflow(table: Table) -> list[str]:
    """Name the columns that the longest row needs beyond the header, before any row is written."""
    widest = max((len(row.overflow) for row in table.rows()), default=0)
    return [table.overflow_name(index) for index in range(widest)]


def _fill(row: Row, width: int) -> list[str]:
    cells = [*row.cells, *row.overflow]
    return cells + [""] * (width - len(cells))
