"""What tells rows apart: their key, and the digest of all they hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from hashlib import blake2b

from data.intake.text import fold
from data.long_keys import shorten_key


class KeyKind(StrEnum):
    """What a row was identified by, best first."""

    ID = "id"
    SIRET = "siret"
    RNA = "rna"
    NAME_ADDRESS = "name_address"


def make_key(
    *, mapped_id: str, siret: str | None, rna: str | None, name: str, address: str
) -> tuple[str, KeyKind]:
    """
    Make the key of a row: the mapped id, else SIRET or RNA, else name and address, compared as people do.

    Examples
    --------
    >>> make_key(mapped_id="", siret=None, rna=None, name="L'Étoile", address="1, rue de Lens 62300")
    ('l etoile|1 rue de lens 62300', <KeyKind.NAME_ADDRESS: 'name_address'>)
    """
    if mapped_id:
        return shorten_key(mapped_id), KeyKind.ID
    if siret:
        return siret, KeyKind.SIRET
    if rna:
        return rna, KeyKind.RNA
    return shorten_key(f"{fold(name)}|{fold(address)}"), KeyKind.NAME_ADDRESS


def digest_row(row: Mapping[str, str], names: Iterable[str] | None = None) -> str:
    """
    Digest a row: equal digests are equal rows. Empty cells and the order of columns do not count.

    Parameters
    ----------
    row
        Its cells by column.
    names
        The names of its columns, sorted: given by who digests many rows of one list.

    Examples
    --------
    >>> digest_row({"nom": "A", "ville": ""}) == digest_row({"nom": "A"})
    True
    """
    ordered = sorted(row) if names is None else names
    written = "\x1e".join([f"{name}\x1f{cell}" for name in ordered if (cell := row[name])])
    return blake2b(written.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
