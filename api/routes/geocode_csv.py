"""`POST /api/v1/geocode/csv`: a CSV in, the same with its answers out, as the national service does it.

The same fields, the same refusals word for word (in `message`, beside our own), the same headers: what talks
to the national service talks to this one. The file goes to disk as it comes and back as it is geocoded.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import AsyncGenerator, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from fastapi import APIRouter, Request, Response
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.responses import StreamingResponse

from api.dependencies import get_register
from api.errors import write_problem
from api.problems import BAD_REQUEST, ProblemDetails
from data.address_memory import get_geocoder
from data.bulk.errors import ServiceCsvError
from data.bulk.service_csv import MOST_BYTES, ServiceCsv, ServiceFields
from data.session import Register

router = APIRouter(prefix="/api/v1", tags=["Données"])

# The boundaries and the small fields around the file.
_MOST_FORM_BYTES = MOST_BYTES + 1_000_000
_FILTERS = ("citycode", "postcode", "type")
_OTHER_FILTERS = ("lat", "lon", "category", "depcode")


class _TooLargeError(Exception):
    """More was sent than a form may hold."""


@router.post("/geocode/csv", response_class=Response, include_in_schema=False)
@router.post("/geocode/search/csv", response_class=Response, include_in_schema=False)
async def geocode_csv(request: Request) -> Response:
    """Un CSV en UTF-8 ou non, rendu avec ses réponses : mêmes champs que le service national."""
    form: FormData | None = None
    try:
        form = await _read_form(request)
        received, fields = _find_file(form), _read_fields(form)
        register = await run_in_threadpool(get_register, request)
        return await run_in_threadpool(_answer, register, received, fields)
    except ServiceCsvError as error:
        extra: Mapping[str, Any] = {"code": 400, "message": error.message}
        return write_problem(request, ProblemDetails(kind=BAD_REQUEST, detail=str(error), extra=extra))
    finally:
        if form is not None:
            await form.close()


async def _read_form(request: Request) -> FormData:
    """Read the form, its file to disk, never more of it than is allowed."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > _MOST_FORM_BYTES:
        raise _refuse_size()

    async def limited() -> AsyncGenerator[bytes, None]:
        count = 0
        async for chunk in request.stream():
            count += len(chunk)
            if count > _MOST_FORM_BYTES:
                raise _TooLargeError
            yield chunk

    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise ServiceCsvError(
            "A CSV file must be provided in data field",
            "On attend un formulaire « multipart/form-data » avec un fichier CSV dans le champ « data ».",
        )
    try:
        return await MultiPartParser(request.headers, limited(), max_files=1, max_fields=200).parse()
    except _TooLargeError as error:
        raise _refuse_size() from error
    except MultiPartException as error:
        what = "Le formulaire « multipart/form-data » n'a pas pu être lu."
        raise ServiceCsvError("Failed parsing form", what) from error


def _refuse_size() -> ServiceCsvError:
    return ServiceCsvError("File too large", "On attend un fichier de 50 Mo au plus.")


def _find_file(form: FormData) -> UploadFile:
    received = form.get("data")
    if not isinstance(received, UploadFile):
        what = "On attend un fichier CSV dans le champ « data »."
        raise ServiceCsvError("A CSV file must be provided in data field", what)
    if (received.size or 0) > MOST_BYTES:
        raise _refuse_size()
    return received


def _read_fields(form: FormData) -> ServiceFields:
    def read(name: str) -> tuple[str, ...]:
        return tuple(value for value in form.getlist(name) if isinstance(value, str) and value)

    for index in read("indexes"):
        if index != "address":
            what = f"Seules les adresses sont cherchées ; « {index[:80]} » ne l'est pas."
            raise ServiceCsvError(f"Unsupported index type: {index[:80]}", what)
    filters = {name: next(iter(read(name)), None) for name in _FILTERS}
    others = {name: values[0] for name in _OTHER_FILTERS if (values := read(name))}
    return ServiceFields(
        columns=read("columns"), result_columns=read("result_columns"), others=others, **filters
    )


def _answer(register: Register, received: UploadFile, fields: ServiceFields) -> Response:
    kept = tempfile.NamedTemporaryFile(suffix=".csv")  # noqa: SIM115 (it is closed once all is sent)
    try:
        shutil.copyfileobj(received.file, kept)
        kept.flush()
        table = ServiceCsv(Path(kept.name), fields)
    except BaseException:
        kept.close()
        raise
    name = re.sub(r"[^A-Za-z0-9._-]+", "_", Path(received.filename or "file").stem) or "file"
    return StreamingResponse(
        _write(table, register, kept),
        media_type="text/csv; charset=utf-8",
        headers={
            "content-disposition": f'attachment; filename="{name}-geocoded.csv"',
            "x-rows-count": str(table.rows),
            "cache-control": "no-store",
            "access-control-expose-headers": "content-disposition, x-rows-count",
        },
        background=BackgroundTask(kept.close),
    )


def _write(table: ServiceCsv, register: Register, kept: IO[bytes]) -> Iterator[bytes]:
    """Write the answers; the file goes when all is written, or when nobody listens any more."""
    try:
        yield from table.write(get_geocoder(register), register.referential)
    finally:
        kept.close()
