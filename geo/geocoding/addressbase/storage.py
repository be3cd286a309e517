"""One file of named arrays, mapped into memory: what an index of addresses is kept in.

A signature, the length of a JSON header, the header, then the arrays, each at a multiple of 64 bytes. Reading
maps the file: processes share its pages, and only what is looked at is in memory. Writing goes to a file
beside and takes the place of the old one at once: a failed build leaves the old index, and a process that has
it open keeps reading it.
"""

from __future__ import annotations

import json
import mmap
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.geocoding.addressbase.errors import UnreadableIndexError

SIGNATURE = b"MAILLAGE-ADRESSES\n"
FORMAT_VERSION = 2
_ALIGNMENT = 64
_LENGTH_BYTES = 8


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]], facts: Mapping[str, Any]) -> None:
    """
    Write arrays and facts (anything JSON holds) as one file, in place of any that was there.

    Raises
    ------
    OSError
        If the disk is full or the folder cannot be written; nothing is left behind.
    """
    placed, at = {}, 0
    for name, array in arrays.items():
        placed[name] = {"dtype": array.dtype.str, "count": int(array.size), "at": at}
        at += -(-array.nbytes // _ALIGNMENT) * _ALIGNMENT
    header = json.dumps(
        {"format": FORMAT_VERSION, "facts": facts, "arrays": placed, "size": at}, ensure_ascii=False
    ).encode()
    start = len(SIGNATURE) + _LENGTH_BYTES + len(header)
    header += b" " * (-start % _ALIGNMENT)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(SIGNATURE + len(header).to_bytes(_LENGTH_BYTES, "little") + header)
            for array in arrays.values():
                file.write(np.ascontiguousarray(array).data)
                file.write(b"\0" * (-array.nbytes % _ALIGNMENT))
            file.flush()
            os.fsync(file.fileno())
        Path(beside).chmod(0o644)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


class MappedArrays:
    """
    The arrays of one file, mapped into memory.

    Parameters
    ----------
    path
        A file that `write_arrays` wrote.

    Raises
    ------
    UnreadableIndexError
        If it is missing, cut short, or of another format.
    """

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except FileNotFoundError as error:
            raise UnreadableIndexError(path=path, why="il n'existe pas") from error
        except (OSError, ValueError) as error:
            raise UnreadableIndexError(path=path, why=f"sa lecture échoue ({error})") from error
        header, self._start = self._read_header(path)
        self.facts: dict[str, Any] = header["facts"]
        self._arrays: dict[str, dict[str, Any]] = header["arrays"]
        if len(self._map) < self._start + header["size"]:
            raise UnreadableIndexError(path=path, why="il est incomplet")

    def _read_header(self, path: Path) -> tuple[dict[str, Any], int]:
        begin = len(SIGNATURE) + _LENGTH_BYTES
        if len(self._map) < begin or self._map[: len(SIGNATURE)] != SIGNATURE:
            raise UnreadableIndexError(path=path, why="ce n'est pas un index d'adresses")
        length = int.from_bytes(self._map[len(SIGNATURE) : begin], "little")
        try:
            header: dict[str, Any] = json.loads(self._map[begin : begin + length])
        except ValueError as error:
            raise UnreadableIndexError(path=path, why="son en-tête est abîmé") from error
        if header.get("format") != FORMAT_VERSION:
            why = f"il est au format {header.get('format')}, celui attendu est le {FORMAT_VERSION}"
            raise UnreadableIndexError(path=path, why=why)
        return header, begin + length

    def holds(self, name: str) -> bool:
        """Tell whether the file holds an array of this name."""
        return name in self._arrays

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.array(name)

    def array(self, name: str) -> NDArray[Any]:
        """Give an array, read-only, without copying it."""
        placed = self._arrays[name]
        return np.frombuffer(self._map, placed["dtype"], placed["count"], self._start + placed["at"])

    def locate(self, name: str) -> tuple[mmap.mmap, int]:
        """Give the mapped file and where in it an array starts: the quickest way to read runs of bytes."""
        return self._map, self._start + int(self._arrays[name]["at"])

    def view(self, name: str) -> memoryview:
        """Give an array as a view whose items are Python numbers: quick to look single items up."""
        return self.array(name).data
