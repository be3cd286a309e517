"""What the answers of an engine depend on, as a text: when it changes, nothing kept from before is reused."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from importlib.resources.abc import Traversable

from data.geocoder_recipe import GeocoderRecipe

_ROOMS = ("geo", "data.intake", "data.bulk", "data.reference")
_SUFFIXES = (".py", ".toml", ".parquet")


def write_engine_version(recipe: GeocoderRecipe) -> str:
    """
    Write the version of the programs, of the territories and of the address index.

    Parameters
    ----------
    recipe
        What the geocoder is made of.
    """
    digest = hashlib.sha256()
    for room in _ROOMS:
        _digest_folder(files(room), digest)
    index = ""
    if recipe.index is not None and recipe.index.exists():
        state = recipe.index.stat()
        index = f"{recipe.index.resolve()} {state.st_size} {state.st_mtime_ns}"
    return f"{digest.hexdigest()} {recipe!r} {index}"


def _digest_folder(folder: Traversable, digest: hashlib._Hash) -> None:
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.is_dir():
            _digest_folder(entry, digest)
        elif entry.name.endswith(_SUFFIXES):
            digest.update(entry.name.encode())
            digest.update(entry.read_bytes())
