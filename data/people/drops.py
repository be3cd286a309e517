"""Files that staff dropped and has not confirmed yet: kept for a day, readable by this account only."""

from __future__ import annotations

import re
import secrets
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import orjson

FOLDER = "depots"
KEPT_S = 86_400
"""How long a dropped file waits for its confirmation, in seconds."""

_NAMED = re.compile(r"[0-9a-f]{32}")
_FACTS = "faits.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """A dropped file, and how it is to be read: `facts` are texts, as the form gave them."""

    id: str
    path: Path
    facts: Mapping[str, str]


def keep_drop(home: Path, *, file: IO[bytes], name: str, facts: Mapping[str, str]) -> Drop:
    """
    Keep a file.

    Parameters
    ----------
    home
        The service's folder.
    file, name
        What was dropped. Only the last part of the name is kept, without what a file name may not hold.
    facts
        How it is to be read.
    """
    forget_old(home)
    drop_id = secrets.token_hex(16)
    folder = home / FOLDER / drop_id
    folder.mkdir(parents=True, mode=0o700)
    last = name.replace("\\", "/").split("/")[-1]
    path = folder / (re.sub(r"[^\w.()' -]+", "_", last).strip(" .")[-120:] or "liste")
    with path.open("xb") as kept:
        path.chmod(0o600)
        shutil.copyfileobj(file, kept)
    drop = Drop(id=drop_id, path=path, facts=dict(facts))
    note_facts(home, drop_id, facts, name=path.name)
    return drop


def note_facts(home: Path, drop_id: str, facts: Mapping[str, str], *, name: str) -> None:
    """Note how a dropped file is to be read from now on."""
    target = home / FOLDER / drop_id / _FACTS
    target.write_bytes(orjson.dumps({"name": name, "facts": dict(facts)}))
    target.chmod(0o600)


def find_drop(home: Path, drop_id: str) -> Drop | None:
    """Find a dropped file, None when there is none any more."""
    if not _NAMED.fullmatch(drop_id):
        return None
    folder = home / FOLDER / drop_id
    try:
        noted = orjson.loads((folder / _FACTS).read_bytes())
    except FileNotFoundError:
        return None
    return Drop(id=drop_id, path=folder / noted["name"], facts=noted["facts"])


def forget_drop(home: Path, drop_id: str) -> None:
    """Delete a dropped file; one that is gone is no error."""
    if _NAMED.fullmatch(drop_id):
        shutil.rmtree(home / FOLDER / drop_id, ignore_errors=True)


def forget_old(home: Path) -> None:
    """Delete what nobody confirmed in a day."""
    folder = home / FOLDER
    if not folder.is_dir():
        return
    for entry in folder.iterdir():
        if _NAMED.fullmatch(entry.name) and entry.stat().st_mtime < time.time() - KEPT_S:
            forget_drop(home, entry.name)
