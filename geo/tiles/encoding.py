"""Vector tiles as bytes (Mapbox Vector Tile specification 2.1), thousands of features at once.

A tile is a protocol buffer: nearly all of it is whole numbers of variable length. Features of one shape are a
table of such numbers, so they are written column by column instead of feature by feature.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from geo.tiles.grid import EXTENT

Numbers = NDArray[np.int64]

_VERSION = 2
# Tags of the fields of the format: (number << 3) | wire type.
_TILE_LAYER = 0x1A
_LAYER_NAME, _LAYER_FEATURE, _LAYER_KEY, _LAYER_VALUE = 0x0A, 0x12, 0x1A, 0x22
_LAYER_EXTENT, _LAYER_VERSION = 0x28, 0x78
_FEATURE_ID, _FEATURE_TAGS, _FEATURE_TYPE, _FEATURE_GEOMETRY = 0x08, 0x12, 0x18, 0x22
_VALUE_STRING, _VALUE_DOUBLE, _VALUE_UNSIGNED = 0x0A, 0x19, 0x28
_POINT, _POLYGON = 1, 3
_MOVE_TO_ONE, _CLOSE_PATH = 9, 15
_LINE_TO = 2

TagValue = str | int | float


def pack_varints(numbers: Numbers) -> bytes:
    """
    Write whole numbers ≥ 0 one after the other, each in as few bytes as it needs (protocol buffers' varint).

    Examples
    --------
    >>> pack_varints(np.array([1, 300])).hex()
    '01ac02'
    """
    flat = numbers.ravel()
    sizes = measure_varints(flat)
    starts = np.cumsum(sizes) - sizes
    packed = np.empty(int(sizes.sum()), dtype=np.uint8)
    for place in range(int(sizes.max(initial=0))):
        held = sizes > place
        more = np.where(sizes[held] > place + 1, 0x80, 0)
        packed[starts[held] + place] = (flat[held] >> (7 * place) & 0x7F) | more
    return packed.tobytes()


def measure_varints(numbers: Numbers) -> Numbers:
    """Give the bytes that each number takes, of the shape received."""
    sizes = np.ones(numbers.shape, dtype=np.int64)
    limit = 1 << 7
    while (numbers >= limit).any():
        sizes += numbers >= limit
        limit <<= 7
    return sizes


def zigzag(numbers: Numbers) -> Numbers:
    """Fold signed numbers into numbers ≥ 0, small ones staying small: 0, -1, 1, -2 become 0, 1, 2, 3."""
    return (numbers << 1) ^ (numbers >> 63)


def encode_points(x: Numbers, y: Numbers, tags: Numbers, ids: Numbers | None = None) -> bytes:
    """
    Write point features that share their keys.

    Parameters
    ----------
    x, y
        Steps from the tile's north-west corner, shape (n,).
    tags
        Numbers of keys and values in turn, shape (n, 2 × keys).
    ids
        Numbers of the features, shape (n,); None for features without one.

    Returns
    -------
    bytes
        The features as a layer holds them.
    """
    count = len(x)
    if not count:
        return b""
    places = zigzag(np.column_stack([x, y]))
    tag_bytes = measure_varints(tags).sum(axis=1)
    place_bytes = measure_varints(places).sum(axis=1) + 1

    def repeat(number: int) -> Numbers:
        return np.full(count, number, dtype=np.int64)

    body = [
        *([] if ids is None else [repeat(_FEATURE_ID), ids]),
        repeat(_FEATURE_TAGS),
        tag_bytes,
        *tags.T,
        repeat(_FEATURE_TYPE),
        repeat(_POINT),
        repeat(_FEATURE_GEOMETRY),
        place_bytes,
        repeat(_MOVE_TO_ONE),
        *places.T,
    ]
    table = np.column_stack(body)
    whole = np.column_stack([repeat(_LAYER_FEATURE), measure_varints(table).sum(axis=1), table])
    return pack_varints(whole)


def encode_polygon(rings: Sequence[Numbers], tags: Sequence[int], feature_id: int) -> bytes:
    """
    Write one polygon feature.

    Parameters
    ----------
    rings
        Each of shape (corners, 2), in steps of the tile, not closed; outer rings turn clockwise as seen on
        the screen (y down), holes the other way and after the ring that they pierce.
    tags
        Numbers of keys and values in turn.
    feature_id
        The feature's number.
    """
    commands: list[int] = []
    pen = np.zeros((1, 2), dtype=np.int64)
    for ring in rings:
        steps = zigzag(np.diff(ring, axis=0, prepend=pen)).ravel().tolist()
        line_to = (len(ring) - 1) << 3 | _LINE_TO
        commands += [_MOVE_TO_ONE, *steps[:2], line_to, *steps[2:], _CLOSE_PATH]
        pen = ring[-1:]
    body = (
        bytes([_FEATURE_ID])
        + _varint(feature_id)
        + _field(_FEATURE_TAGS, b"".join(map(_varint, tags)))
        + bytes([_FEATURE_TYPE, _POLYGON])
        + _field(_FEATURE_GEOMETRY, b"".join(map(_varint, commands)))
    )
    return _field(_LAYER_FEATURE, body)


def encode_layer(
    name: str, features: Iterable[bytes], keys: Sequence[str], values: Sequence[TagValue]
) -> bytes:
    """
    Write a layer as a tile holds it; tiles of several layers are their bytes one after the other.

    A layer without features is no layer: it gives no bytes, as the specification asks for.
    """
    written = b"".join(features)
    if not written:
        return b""
    body = [_field(_LAYER_NAME, name.encode()), written]
    body += [_field(_LAYER_KEY, key.encode()) for key in keys]
    body += [_field(_LAYER_VALUE, _encode_value(value)) for value in values]
    body += [bytes([_LAYER_EXTENT]) + _varint(EXTENT), bytes([_LAYER_VERSION, _VERSION])]
    return _field(_TILE_LAYER, b"".join(body))


def _encode_value(value: TagValue) -> bytes:
    if isinstance(value, str):
        return _field(_VALUE_STRING, value.encode())
    if isinstance(value, int):
        return bytes([_VALUE_UNSIGNED]) + _varint(value)
    return bytes([_VALUE_DOUBLE]) + struct.pack("<d", value)


def _field(tag: int, content: bytes) -> bytes:
    return bytes([tag]) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    """Write one number: for a few, arrays cost more than they save."""
    packed = bytearray()
    while number >= 1 << 7:
        packed.append(number & 0x7F | 0x80)
        number >>= 7
    packed.append(number)
    return bytes(packed)
