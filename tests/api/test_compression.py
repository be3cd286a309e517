"""An answer is the same whichever way it travels, and travels as its reader says it may."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import AsyncIterator, Callable

import brotli
import pytest
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from api.compression import CompressedAnswers, choose_encoding

WORDS = b"une maison pour toutes et tous, "
PIECES = [WORDS * number for number in range(1, 300)]
WHOLE = b"".join(PIECES)
DEFLATED = zlib.compress(WHOLE)

UNPACK: dict[str | None, Callable[[bytes], bytes]] = {
    "br": brotli.decompress,
    "gzip": gzip.decompress,
    None: bytes,
}


async def give_pieces() -> AsyncIterator[bytes]:
    for piece in PIECES:
        yield piece


APP = Starlette(
    routes=[
        Route("/court", lambda _: Response(WORDS)),
        Route("/long", lambda _: Response(WORDS * 100)),
        Route("/entier", lambda _: Response(WHOLE)),
        Route("/morceaux", lambda _: StreamingResponse(give_pieces())),
        Route(
            "/compresse", lambda _: Response(zlib.compress(WHOLE), headers={"content-encoding": "deflate"})
        ),
    ]
)


def read(path: str, accepted: str, *, offered: tuple[str, ...] = ("br", "gzip")) -> tuple[str | None, bytes]:
    """Give the encoding and the bytes of an answer as they travelled."""
    with (
        TestClient(CompressedAnswers(APP, offered=offered)) as client,
        client.stream("GET", path, headers={"accept-encoding": accepted}) as answer,
    ):
        assert answer.status_code == 200
        body = b"".join(answer.iter_raw())
        assert int(answer.headers.get("content-length", len(body))) == len(body)
        assert path in {"/court", "/compresse"} or "Accept-Encoding" in answer.headers["vary"]
        return answer.headers.get("content-encoding"), body


@pytest.mark.parametrize("path", ["/long", "/entier", "/morceaux"])
@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("br", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0.4, gzip;q=0.8", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("*", "br"),
        ("gzip;q=0, identity", None),
        ("gzip;q=beaucoup", None),
        ("deflate", None),
        ("", None),
    ],
)
def test_the_reader_says_how_an_answer_travels(path: str, accepted: str, encoding: str | None) -> None:
    found, body = read(path, accepted)
    assert found == encoding
    assert UNPACK[found](body) == (WORDS * 100 if path == "/long" else WHOLE)
    assert found is None or len(body) < len(WHOLE) / 10


def test_what_is_short_or_compressed_already_is_left_alone() -> None:
    assert read("/court", "br, gzip") == (None, WORDS)
    assert read("/compresse", "br, gzip") == ("deflate", DEFLATED)


def test_without_brotli_everything_goes_by_gzip() -> None:
    found, body = read("/morceaux", "gzip, br", offered=("gzip",))
    assert (found, gzip.decompress(body)) == ("gzip", WHOLE)
    assert choose_encoding("br", ("gzip",)) is None


def test_the_site_compresses_its_answers(client: TestClient) -> None:
    bodies = set()
    for accepted, encoding in (("gzip, deflate, br", "br"), ("gzip", "gzip"), ("identity", None)):
        with client.stream("GET", "/api/v1/sectors", headers={"accept-encoding": accepted}) as answer:
            assert answer.headers.get("content-encoding") == encoding
            bodies.add(UNPACK[encoding](b"".join(answer.iter_raw())))
    assert len(bodies) == 1
