"""Answers as bytes: JSON written once by orjson, and « nothing changed » to who already has the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
from fastapi import Request, Response
from starlette.background import BackgroundTask
from starlette.responses import FileResponse

JSON = "application/json"
GEOJSON = "application/geo+json"

Headers = Mapping[str, str]


def is_known_to_caller(request: Request, etag: str) -> bool:
    """Tell whether the caller's `If-None-Match` names this version (weakly, as RFC 9110 asks for it)."""
    known = request.headers.get("if-none-match")
    if not known:
        return False
    tags = {tag.strip().removeprefix("W/") for tag in known.split(",")}
    return "*" in tags or etag.removeprefix("W/") in tags


def write_json(payload: Any) -> bytes:  # noqa: ANN401 (JSON is any)
    """
    Write JSON; what is not finite becomes null, since JSON has no word for it.

    Examples
    --------
    >>> write_json({"share": float("nan")})
    b'{"share":null}'
    """
    return orjson.dumps(payload, option=orjson.OPT_NON_STR_KEYS)


def answer_json(
    request: Request,
    etag: str,
    produce: Callable[[], Any],
    *,
    media_type: str = JSON,
    headers: Headers | None = None,
) -> Response:
    """Answer JSON, or 304 without asking anything when the caller already has this version of the data."""
    return answer_bytes(request, etag, lambda: write_json(produce()), media_type=media_type, headers=headers)


def answer_bytes(
    request: Request,
    etag: str,
    produce: Callable[[], bytes],
    *,
    media_type: str,
    headers: Headers | None = None,
) -> Response:
    """Answer bytes under an ETag; `produce` is called only when the caller does not have them yet."""
    all_headers = {"etag": etag, "cache-control": "no-cache", **(headers or {})}
    if is_known_to_caller(request, etag):
        return Response(status_code=304, headers=all_headers)
    return Response(produce(), media_type=media_type, headers=all_headers)


def answer_file(
    request: Request,
    etag: str,
    write: Callable[[Path], Path],
    *,
    media_type: str,
    headers: Headers | None = None,
) -> Response:
    """
    Answer a file of any size under an ETag: written aside, then sent piece by piece, never whole in memory.

    `write` writes it in the folder that it is given, which goes when all is sent.
    """
    all_headers = {"etag": etag, "cache-control": "no-cache", **(headers or {})}
    if is_known_to_caller(request, etag):
        return Response(status_code=304, headers=all_headers)
    folder = TemporaryDirectory(prefix="maillage-")
    try:
        path = write(Path(folder.name))
        answer = FileResponse(
            path,
            media_type=media_type,
            headers=all_headers,
            stat_result=path.stat(),
            background=BackgroundTask(folder.cleanup),
        )
    except BaseException:
        folder.cleanup()
        raise
    # The file is as old as the question: the tag says what it holds, its date says nothing.
    del answer.headers["last-modified"]
    return answer
