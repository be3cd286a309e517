"""From address files to the index: every street of every commune, every number of every street, sorted.

Streets are sorted by commune, then by the length of their canonical name, so that a search for near names
looks at one short stretch; numbers by street, then by value. Exact names are found by the hash of commune and
name.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.geocoding.addressbase.layout import MICRODEGREES
from geo.geocoding.addressbase.packing import (
    Ints,
    hash_names,
    index_cells,
    pack_texts,
    shorten_points,
    sign_names,
)
from geo.geocoding.addressbase.reading import COLUMNS, find_address_files, read_address_file
from geo.geocoding.addressbase.storage import write_arrays
from geo.geocoding.elsewhere import pack_elsewhere
from geo.geocoding.streets import find_core
from geo.geocoding.text import BOUNDARY, join_words, split_words
from geo.territories import Referential

MOST_NUMBER = 20_000
"""Numbers above are no house numbers: the format writes 99999 for « none »."""

LONGEST_SUFFIX = 4
"""Letters of a suffix: « bis », « ter », « A1 »."""

Progress = Callable[[float, str], None]
"""Told the share done, 0 to 1, and what is being done, in French."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What an index was built from, and how many streets, numbers and unusable rows there were."""

    files: tuple[str, ...]
    communes: int
    streets: int
    numbers: int
    skipped: int
    elapsed_s: float


def build_index(
    folder: Path,
    out: Path,
    *,
    progress: Progress | None = None,
    referential: Referential | None = None,
) -> BuildReport:
    """
    Build the index of every address file of a folder.

    Parameters
    ----------
    folder
        Where the `adresses-XX.csv` or `.csv.gz` files are.
    out
        The index to write; an index already there is replaced at the very end, at once.
    progress
        Told how far the work is.
    referential
        Leads codes of former communes to those of today, and gives the names of elsewhere that the index
        carries.

    Raises
    ------
    NoAddressFilesError
        If the folder holds no address file.
    UnreadableAddressFileError
        If one is damaged or in another format.
    """
    started = time.perf_counter()
    tell = progress or (lambda _share, _what: None)
    paths = find_address_files(folder)
    tables = []
    for done, path in enumerate(paths):
        tell(0.5 * done / len(paths), f"Lecture de {path.name}")
        tables.append(read_address_file(path))
    tell(0.5, "Tri des voies")
    rows, skipped = _read_rows(pa.concat_tables(tables), referential.successor if referential else None)
    del tables
    streets = _sort_streets(rows)
    tell(0.75, "Tri des numéros")
    numbers = _sort_numbers(rows, streets)
    tell(0.9, "Écriture de l'index")
    arrays = streets.arrays | numbers | (pack_elsewhere(referential.elsewhere) if referential else {})
    newest = max(path.stat().st_mtime for path in paths)
    facts: dict[str, Any] = {
        "files": [{"name": path.name, "bytes": path.stat().st_size} for path in paths],
        "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "newest_file": datetime.fromtimestamp(newest, UTC).date().isoformat(),
        "communes": len(streets.communes),
        "streets": len(arrays["street_lon"]),
        "numbers": len(arrays["number_value"]),
        "skipped": skipped,
        "commune_codes": streets.communes,
        "postcodes": rows.postcodes,
        "suffixes": rows.suffixes,
        "old_communes": rows.old_communes,
        "numbers_by_departement": _count_by_departement(streets.communes, arrays),
    }
    write_arrays(out, arrays, facts)
    tell(1.0, "Index prêt")
    return BuildReport(
        files=tuple(path.name for path in paths),
        communes=len(streets.communes),
        streets=facts["streets"],
        numbers=facts["numbers"],
        skipped=skipped,
        elapsed_s=time.perf_counter() - started,
    )


@dataclass(slots=True)
class _Rows:
    """The rows of the files as numbers: each text column as indexes into its distinct values."""

    commune: Ints
    old: Ints
    name: Ints
    number: Ints
    suffix: Ints
    postcode: Ints
    lon: Ints
    lat: Ints
    communes: list[str]
    old_communes: list[str]
    names: list[str]
    suffixes: list[str]
    postcodes: list[str]


@dataclass(slots=True)
class _Streets:
    """The streets in their order: `of_row` gives each row its street."""

    of_row: Ints
    communes: list[str]
    arrays: dict[str, NDArray[Any]]


def _read_rows(table: pa.Table, successor: Callable[[str], str | None] | None) -> tuple[_Rows, int]:
    """Turn the columns into numbers, and leave out the rows that name no street or no place."""
    usable = pc.and_(
        pc.and_(pc.is_valid(table["lon"]), pc.is_valid(table["lat"])),
        pc.and_(
            pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(table["nom_voie"])), 0),
            pc.equal(pc.utf8_length(table["code_insee"]), 5),
        ),
    )
    skipped = len(table)
    table = table.filter(usable)
    skipped -= len(table)
    coded = {name: _encode(table[name]) for name in COLUMNS if name not in ("lon", "lat", "numero")}
    commune, codes = coded["code_insee"]
    commune, codes = _renumber(commune, [(successor(code) if successor else None) or code for code in codes])
    suffix, suffixes = _renumber(coded["rep"][0], [_read_suffix(rep) for rep in coded["rep"][1]])
    lon, lat = (np.rint(table[name].to_numpy() * MICRODEGREES).astype(np.int64) for name in ("lon", "lat"))
    old, old_codes = coded["code_insee_ancienne_commune"]
    rows = _Rows(
        commune=commune, communes=codes, old=old, old_communes=old_codes,
        name=coded["nom_voie"][0], names=coded["nom_voie"][1], suffix=suffix, suffixes=suffixes,
        postcode=coded["code_postal"][0], postcodes=coded["code_postal"][1],
        number=_read_numbers(table["numero"]), lon=lon, lat=lat,
    )  # fmt: skip
    return rows, skipped


def _read_suffix(text: str) -> str:
    """Bring a suffix to its canonical form; what is no suffix (the format has none so long) is none."""
    suffix = join_words(split_words(text))
    return suffix if len(suffix) <= LONGEST_SUFFIX else ""


def _encode(column: pa.ChunkedArray) -> tuple[Ints, list[str]]:
    """Give each value its index among the distinct values, the empty text standing for none."""
    encoded = pc.fill_null(column, "").combine_chunks().dictionary_encode()
    return encoded.indices.to_numpy().astype(np.int64), encoded.dictionary.to_pylist()


def _renumber(indexes: Ints, values: Sequence[str]) -> tuple[Ints, list[str]]:
    """Number values again after a change that made some of them equal, in their own order."""
    distinct = sorted(set(values))
    at = {value: index for index, value in enumerate(distinct)}
    return np.array([at[value] for value in values], dtype=np.int64)[indexes], distinct


def _read_numbers(column: pa.ChunkedArray) -> Ints:
    """Read house numbers; 0 where there is none."""
    distinct_at, distinct = _encode(column)
    values = [int(text) if text.isdecimal() and len(text) <= 5 else 0 for text in distinct]
    numbers = np.array([value if value <= MOST_NUMBER else 0 for value in values], dtype=np.int64)
    return numbers[distinct_at]


def _sort_streets(rows: _Rows) -> _Streets:
    """
    Group rows into streets and sort them.

    A street has one canonical spelling in one old or new commune: « Rue de la Barre » is not « Rue Labarre ».
    """
    words = [_before_boundary(split_words(name)) for name in rows.names]
    spelling_of_name, spellings = _renumber(np.arange(len(words)), [" ".join(each) or "?" for each in words])
    keys = [spelling.replace(" ", "") for spelling in spellings]
    cores = np.array([len(k) - len(find_core(s.split())) for k, s in zip(keys, spellings, strict=True)])
    lengths = np.array([len(key) for key in keys], dtype=np.int64)
    spelling = spelling_of_name[rows.name]
    group = (rows.commune * len(rows.old_communes) + rows.old) * len(spellings) + spelling
    _, first, of_row = np.unique(group, return_index=True, return_inverse=True)
    order = np.lexsort((rows.old[first], spelling[first], lengths[spelling[first]], rows.commune[first]))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    first = first[order]
    commune, street_spelling = rows.commune[first], spelling[first]
    ordered_keys = [keys[index] for index in street_spelling]
    ordered_cores = cores[street_spelling]
    arrays: dict[str, NDArray[Any]] = {
        "commune_streets": np.searchsorted(commune, np.arange(len(rows.communes) + 1)).astype(np.uint32),
        "street_core": ordered_cores.astype(np.uint8),
        "street_old": rows.old[first].astype(np.uint16),
        "street_letters": sign_names(keys, street_spelling),
        **pack_texts("street_key", ordered_keys),
        **pack_texts("street_name", [rows.names[index] for index in rows.name[first]]),
        **hash_names("key", commune, ordered_keys),
        **hash_names("core", commune, [k[c:] for k, c in zip(ordered_keys, ordered_cores, strict=True)]),
    }
    return _Streets(rank[of_row], rows.communes, arrays)


def _before_boundary(words: list[str]) -> list[str]:
    """Leave out what a name says after a comma or in brackets: an address has a boundary there too."""
    return words[: words.index(BOUNDARY)] if BOUNDARY in words[1:] else words


def _sort_numbers(rows: _Rows, streets: _Streets) -> dict[str, NDArray[Any]]:
    """Sort the numbers by street and value, one row each, and index them by cell."""
    count = len(streets.arrays["street_core"])
    order = np.lexsort((rows.suffix, rows.number, streets.of_row))
    street, number, suffix = streets.of_row[order], rows.number[order], rows.suffix[order]
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = (np.diff(street) != 0) | (np.diff(number) != 0) | (np.diff(suffix) != 0)
    order, street = order[fresh], street[fresh]
    lon, lat, postcode = rows.lon[order], rows.lat[order], rows.postcode[order]
    starts = np.searchsorted(street, np.arange(count + 1))
    # The middle of a street is where its middle number stands: a point that is on it.
    middle = (starts[:-1] + starts[1:]) // 2
    has_number = rows.number[order] > 0
    other = np.flatnonzero(postcode != postcode[middle][street])
    arrays: dict[str, NDArray[Any]] = {
        "street_numbers": starts.astype(np.uint32),
        "street_lon": lon[middle].astype(np.int32),
        "street_lat": lat[middle].astype(np.int32),
        "street_postcode": postcode[middle].astype(np.uint16),
        "street_is_locality": (~np.maximum.reduceat(has_number, starts[:-1])).astype(np.uint8),
        "number_value": rows.number[order].astype(np.uint16),
        "number_suffix": rows.suffix[order].astype(np.uint8 if len(rows.suffixes) <= 256 else np.uint16),
        "other_postcode_number": other.astype(np.uint32),
        "other_postcode": postcode[other].astype(np.uint16),
    }
    return arrays | shorten_points(lon, lat, middle, street, starts) | index_cells(lon, lat)


def _count_by_departement(communes: Sequence[str], arrays: dict[str, NDArray[Any]]) -> dict[str, int]:
    numbers = arrays["street_numbers"][arrays["commune_streets"]]
    counts: dict[str, int] = {}
    for code, count in zip(communes, np.diff(numbers.astype(np.int64)).tolist(), strict=True):
        counts[code[:2]] = counts.get(code[:2], 0) + count
    return counts
