"""What is kept beside an address file: which version of the file it is, and what checking it counted."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import httpx2
import orjson


@dataclass(frozen=True, slots=True, kw_only=True)
class FileVersion:
    """Which file this is, as the site says: `length` in bytes, None if not told."""

    url: str
    etag: str = ""
    last_modified: str = ""
    length: int | None = None

    @property
    def proof(self) -> str:
        """Give what tells this file from a later one: a strong ETag, else its date, else nothing."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.last_modified


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What is known of the file in place."""

    version: FileVersion
    size_bytes: int
    addresses: int
    sha256: str


def read_version(response: httpx2.Response, url: str) -> FileVersion:
    """Read which version of the file the site gives."""
    length = response.headers.get("content-length", "")
    return FileVersion(
        url=url,
        etag=response.headers.get("etag", ""),
        last_modified=response.headers.get("last-modified", ""),
        length=int(length) if length.isdecimal() else None,
    )


def write_conditions(version: FileVersion) -> dict[str, str]:
    """Write the conditions under which an unchanged file is not sent."""
    conditions = {"If-None-Match": version.etag, "If-Modified-Since": version.last_modified}
    return {name: value for name, value in conditions.items() if value}


def write_json(path: Path, content: FileVersion | FileFacts) -> None:
    """Write to a file, whole or not at all."""
    partial = path.with_name(f"{path.name}.new")
    partial.write_bytes(orjson.dumps(asdict(content), option=orjson.OPT_INDENT_2))
    partial.replace(path)
