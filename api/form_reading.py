"""Reading what forms send: never more than is allowed, and nothing from who was too quick to be a person."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator

from fastapi import Request
from starlette.datastructures import FormData
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser

from api.problems import Fault
from api.refusals import InvalidParameterError
from data.intake.text import replace_unwanted
from data.people.signing import is_signed, read_key, sign
from data.session import Register

MOST_TEXT_BYTES = 100_000
"""How many bytes a form of texts may hold."""

TRAP_FIELD = "adresse_du_site"
"""A field that no person sees: who fills it is a program."""

LEAST_FILLING_S = 3
"""How many seconds a person takes at least to fill a form."""

_MOST_FILLING_S = 86_400
_MOST_FIELDS = 300


async def read_form(request: Request, *, most_bytes: int = MOST_TEXT_BYTES) -> FormData:
    """
    Read a form, files to disk.

    Raises
    ------
    InvalidParameterError
        If it is too large, or no form.
    """
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > most_bytes:
        raise _refuse(most_bytes)

    async def limited() -> AsyncGenerator[bytes, None]:
        count = 0
        async for chunk in request.stream():
            count += len(chunk)
            if count > most_bytes:
                raise _refuse(most_bytes)
            yield chunk

    kind = request.headers.get("content-type", "")
    try:
        if kind.startswith("multipart/form-data"):
            parser = MultiPartParser(request.headers, limited(), max_files=1, max_fields=_MOST_FIELDS)
            return await parser.parse()
        return await FormParser(request.headers, limited()).parse()
    except MultiPartException as error:
        fault = Fault(parameter="formulaire", expected="un formulaire complet", received="illisible")
        raise InvalidParameterError([fault]) from error


def _refuse(most_bytes: int) -> InvalidParameterError:
    expected = f"{most_bytes // 1_000_000} Mo au plus" if most_bytes >= 1_000_000 else "un texte plus court"
    return InvalidParameterError([Fault(parameter="formulaire", expected=expected, received="davantage")])


def read_texts(form: FormData) -> dict[str, str]:
    """
    Give the text fields of a form; several boxes of one name are joined by commas.

    What was pasted with an invisible control character has « � » there, as a list has: nobody sees what to
    correct, and nothing else of the text is lost.
    """
    texts: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            texts.setdefault(name, []).append(replace_unwanted(value))
    return {name: ",".join(values) if len(values) > 1 else values[0] for name, values in texts.items()}


def write_stamp(register: Register) -> str:
    """Write when a form was shown, signed, for `is_from_a_person`."""
    shown = str(int(time.time()))
    return f"{shown}.{sign(read_key(register), f'form {shown}')}"


def is_from_a_person(register: Register, stamp: str) -> bool:
    """Say whether a form was shown by us, long enough ago for a person to fill it, and today."""
    shown, _, signature = stamp.partition(".")
    if not (shown.isascii() and shown.isdecimal() and len(shown) < 15):
        return False
    if not is_signed(read_key(register), f"form {shown}", signature):
        return False
    return LEAST_FILLING_S <= time.time() - int(shown) <= _MOST_FILLING_S
