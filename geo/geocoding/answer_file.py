"""What remote providers answered, kept in a file: nothing is asked twice, with or without a database.

One line a answer, added at the end: a line cut short by a kill is left out when the file is read again, and
programs that write at the same time at worst ask the same question twice.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from geo.errors import MaillageError
from geo.geocoding.answer import Candidate, GeocodedAddress, Reason
from geo.position import Position
from geo.records import PlacementStatus, Precision


class AnswerFileError(MaillageError, OSError):
    """The file of answers cannot be read or written."""

    def __init__(self, *, path: Path, cause: str) -> None:
        self.path = path
        self.cause = cause
        super().__init__(
            f"Impossible d'utiliser {path}, où sont gardées les réponses du service national : {cause}. "
            "Vérifiez les droits du dossier, ou supprimez ce fichier : les réponses seront redemandées."
        )


class AnswerFile:
    """
    A cache of answers in one file (`geo.geocoding.provider.AnswerCache`).

    Parameters
    ----------
    path
        The file; made, with its folder, when the first answer is kept.

    Raises
    ------
    AnswerFileError
        If it is there and cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lines: dict[tuple[str, str, str], bytes] = {}
        self._is_cut = False
        try:
            content = path.read_bytes() if path.exists() else b""
        except OSError as error:
            raise AnswerFileError(path=path, cause=error.strerror or str(error)) from error
        self._is_cut = bool(content) and not content.endswith(b"\n")
        for line in content.splitlines():
            stored = _read_line(line)
            if stored is not None:
                self._lines[stored["provider"], stored["version"], stored["address"]] = line

    def find_answer(self, address: str, *, provider: str, version: str) -> GeocodedAddress | None:
        """Give what a provider answered, or None if it was never asked."""
        line = self._lines.get((provider, version, address))
        stored = _read_line(line) if line is not None else None
        return read_answer(stored["answer"]) if stored is not None else None

    def find_answers(
        self, addresses: Iterable[str], *, provider: str, version: str
    ) -> dict[str, GeocodedAddress]:
        """Give what a provider answered of many addresses, those that it was asked."""
        found = {
            address: self.find_answer(address, provider=provider, version=version) for address in addresses
        }
        return {address: answer for address, answer in found.items() if answer is not None}

    def keep_answers(self, answers: Mapping[str, GeocodedAddress], *, provider: str, version: str) -> None:
        """
        Keep what a provider answered, its steps left out, in one write.

        Raises
        ------
        AnswerFileError
            If the file cannot be written.
        """
        lines = {
            (provider, version, address): orjson.dumps(
                {
                    "provider": provider,
                    "version": version,
                    "address": address,
                    "answer": store_answer(answer),
                }
            )
            for address, answer in answers.items()
        }
        self._lines |= lines
        content = b"".join(line + b"\n" for line in lines.values())
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:  # one write: lines of two programs never mix
                os.write(handle, (b"\n" if self._is_cut else b"") + content)
            finally:
                os.close(handle)
        except OSError as error:
            raise AnswerFileError(path=self.path, cause=error.strerror or str(error)) from error
        self._is_cut = False


def store_answer(answer: GeocodedAddress) -> dict[str, Any]:
    """Give an answer as JSON holds it; its steps tell how one question was answered, and are left out."""
    stored: dict[str, Any] = orjson.loads(orjson.dumps({**asdict(answer), "steps": ()}))
    return stored


def _read_line(line: bytes) -> dict[str, Any] | None:
    """Read a line, None where it was cut or is of another form."""
    try:
        stored = orjson.loads(line)
        read_answer(stored["answer"])
        return {name: stored[name] for name in ("provider", "version", "address", "answer")}
    except (ValueError, TypeError, KeyError):
        return None


def read_answer(stored: Mapping[str, Any]) -> GeocodedAddress:
    """
    Read an answer that was stored as JSON.

    Raises
    ------
    KeyError, TypeError, ValueError
        If it is of another form.
    """
    precision = stored["precision"]
    return GeocodedAddress(
        **{
            **stored,
            "status": PlacementStatus(stored["status"]),
            "position": _read_position(stored["position"]),
            "precision": Precision(precision) if precision else None,
            "reasons": tuple(Reason(reason) for reason in stored["reasons"]),
            "candidates": tuple(
                Candidate(**{**each, "position": _read_position(each["position"])})
                for each in stored["candidates"]
            ),
            "steps": (),
        }
    )


def _read_position(stored: dict[str, float] | None) -> Position | None:
    return Position(**stored) if stored else None
