"""The whole register, or what filters keep of it, as one file of any length: written as it is read.

Neither the register nor the file is ever whole in memory: a page of presences is read, written and let go.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.responses import StreamingResponse

from api.data_version import make_etag
from api.dependencies import get_register
from api.parameters import PresenceFileQuery, refuse_repeated
from api.places import check_territory
from api.readers import ReaderDep
from api.responses import GEOJSON, is_known_to_caller
from data.exports import StreamFormat, stream_presences
from data.questions import iterate_presences

# In the description of the API, the list of presences names these addresses.
router = APIRouter(prefix="/api/v1", include_in_schema=False, dependencies=[Depends(refuse_repeated)])

_MEDIA_TYPES = {
    StreamFormat.GEOJSON: GEOJSON,
    StreamFormat.NDJSON: "application/x-ndjson",
    StreamFormat.CSV: "text/csv; charset=utf-8",
}

# Smaller pieces each cost a turn of the event loop and a packet.
_PIECE_BYTES = 65_536


@router.get("/presences.{stream_format}")
def read_presence_file(
    request: Request,
    stream_format: StreamFormat,
    query: Annotated[PresenceFileQuery, Query()],
    reader: ReaderDep,
) -> Response:
    """Write what the filters keep: GeoJSON, the same one feature a line, or CSV."""
    register = get_register(request)
    # What is wrong is said now: once the first piece has gone, nothing can be.
    check_territory(register, "territory", query.territory)
    check_territory(register, "outside", query.outside)
    if query.sector is not None:
        register.sectors.id_of(query.sector)
    etag = make_etag(request, register)
    headers = {
        "etag": etag,
        "cache-control": "no-cache",
        "content-disposition": f'attachment; filename="presences.{stream_format.value}"',
    }
    if is_known_to_caller(request, etag):
        return Response(status_code=304, headers=headers)
    presences = iterate_presences(
        register,
        kind=query.kind,
        sector=query.sector,
        territory=query.territory,
        outside=query.outside,
        text=query.text,
        reader=reader,
    )
    pieces = stream_presences(presences, stream_format, sectors=register.sectors.sectors)
    return StreamingResponse(_gather(pieces), media_type=_MEDIA_TYPES[stream_format], headers=headers)


def _gather(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Put small pieces together."""
    held = bytearray()
    for piece in pieces:
        held += piece
        if len(held) >= _PIECE_BYTES:
            yield bytes(held)
            held.clear()
    yield bytes(held)
