"""The file of sectors (*filières*): how it is read, how it is checked, how its labels are folded.

Every fault of the file is found before any is told, so that whoever edited it corrects it in one go.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from geo.errors import MaillageError
from geo.records import Sector

_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NAF_CLAIM = re.compile(r"[A-U]|\d{2}(?:\d{1,2}[A-Z]?)?")
_ESSGLOBAL = re.compile(r"A(?:0[1-9]|1\d|2[01])")
_LIST_KEYS = ("synonyms", "transiscope", "essglobal", "naf")
_KEYS = ("code", "label", "parent", *_LIST_KEYS)

_LINKING_WORDS = frozenset({
    "a", "au", "aux", "avec", "d", "dans", "de", "des", "du", "en", "et", "l", "la", "le", "les", "ou", "par",
    "pour", "sur", "un", "une",
})  # fmt: skip
"""Words that never tell two sectors apart: « Éducation et formation » is « Éducation, formation »."""


class SectorFileError(MaillageError, ValueError):
    """The file of sectors cannot be used: whoever edited it has to correct it. `faults` holds all of them."""

    def __init__(self, *, file: Path, faults: Sequence[str]) -> None:
        self.file = file
        self.faults = tuple(faults)
        listed = "\n".join(f"  - {fault}" for fault in faults)
        super().__init__(
            f"La liste des filières « {file} » n'a pas pu être utilisée :\n{listed}\n"
            "Corrigez ce fichier puis relancez ; rien n'a été modifié."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorCrosswalk:
    """What a sector is called elsewhere, closest first: Transiscope labels, ESSGlobal and NAF codes."""

    transiscope: tuple[str, ...] = ()
    essglobal: tuple[str, ...] = ()
    naf: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorEntry:
    """One sector as its file states it."""

    sector: Sector
    synonyms: tuple[str, ...] = ()
    crosswalk: SectorCrosswalk = field(default_factory=SectorCrosswalk)

    @property
    def names(self) -> tuple[str, ...]:
        """List every name that leads to this sector alone: its code, its label, its synonyms."""
        return (self.sector.code, self.sector.label, *self.synonyms)


def fold_label(text: str) -> str:
    """
    Fold a label so that two ways of writing it become one.

    Case, accents, ligatures, punctuation, the plural s or x of words over three letters and linking words
    go away (unless nothing else is there); the order of words stays.

    Examples
    --------
    >>> fold_label("RESSOURCERIES & RÉEMPLOI") == fold_label("ressourcerie et reemploi")
    True
    >>> fold_label("TIERS_LIEUX") == fold_label("Tiers-lieu")
    True
    """
    spelled = text.casefold().replace("œ", "oe").replace("æ", "ae")
    bare = "".join(c for c in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(c))
    words = re.findall(r"[a-z0-9]+", bare)
    singular = [word[:-1] if len(word) > 3 and word[-1] in "sx" else word for word in words]
    return " ".join([word for word in singular if word not in _LINKING_WORDS] or singular)


def fold_naf(code: str) -> str:
    """
    Write a NAF code bare; a leading zero lost by a spreadsheet is given back.

    Examples
    --------
    >>> fold_naf("88.99b"), fold_naf("113Z")
    ('8899B', '0113Z')
    """
    bare = re.sub(r"[\s.\-]", "", code).upper()
    return "0" + bare if re.fullmatch(r"\d{3}[A-Z]", bare) else bare


def read_sector_entries(file: Path) -> list[SectorEntry]:
    """
    Read a file of sectors, in the order of the file, and check all of it.

    Raises
    ------
    SectorFileError
        If the file is missing, is not TOML, or holds any fault.
    """
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SectorFileError(
            file=file, faults=[f"elle ne peut pas être ouverte ({error.strerror})"]
        ) from error
    except UnicodeDecodeError as error:
        raise SectorFileError(file=file, faults=["le texte n'est pas en UTF-8"]) from error
    except tomllib.TOMLDecodeError as error:
        raise SectorFileError(file=file, faults=[f"ce n'est pas du TOML valable : {error}"]) from error
    tables = content.get("sector")
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        raise SectorFileError(file=file, faults=["on attend au moins une filière, introduite par [[sector]]"])
    faults = [fault for rank, table in enumerate(tables, 1) for fault in _find_shape_faults(rank, table)]
    if faults:
        raise SectorFileError(file=file, faults=faults)
    entries = [_read_entry(table) for table in tables]
    faults = [*_find_tree_faults(entries), *_find_claim_faults(entries)]
    if faults:
        raise SectorFileError(file=file, faults=faults)
    return entries


def _read_entry(table: Mapping[str, object]) -> SectorEntry:
    def texts(key: str) -> tuple[str, ...]:
        value = table.get(key, ())
        return tuple(str(item) for item in value) if isinstance(value, list) else ()

    parent = table.get("parent")
    return SectorEntry(
        sector=Sector(
            code=str(table["code"]),
            label=str(table["label"]),
            parent=None if parent is None else str(parent),
        ),
        synonyms=texts("synonyms"),
        crosswalk=SectorCrosswalk(
            transiscope=texts("transiscope"), essglobal=texts("essglobal"), naf=texts("naf")
        ),
    )


def _find_shape_faults(rank: int, table: Mapping[str, object]) -> list[str]:
    """Say what is wrong in one table taken alone: its keys, their types, how codes are written."""
    code, label, parent = table.get("code"), table.get("label"), table.get("parent", "")
    who = f"filière n° {rank}" + (f" ({code})" if code else "")
    faults = [
        f"{who} : clé inconnue « {key} » (on attend : {', '.join(_KEYS)})"
        for key in table
        if key not in _KEYS
    ]
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        faults.append(
            f"{who} : « code » s'écrit en minuscules sans accent, chiffres et tirets, reçu {code!r}"
        )
    if not isinstance(label, str) or not label.strip():
        faults.append(f"{who} : « label » doit être un nom à lire, reçu {label!r}")
    if not isinstance(parent, str):
        faults.append(f"{who} : « parent » doit être un code, reçu {parent!r}")
    for key in _LIST_KEYS:
        faults += [f"{who} : {fault}" for fault in _find_list_faults(key, table.get(key, []))]
    return faults


def _find_list_faults(key: str, value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        return [f'« {key} » doit être une liste de textes, comme ["un", "deux"], reçu {value!r}']
    if key == "essglobal":
        return [
            f"code ESSGlobal « {item} » inconnu (A01 à A21)"
            for item in value
            if not _ESSGLOBAL.fullmatch(item)
        ]
    if key == "naf":
        return [
            f"code NAF « {item} » illisible (une lettre de A à U, ou des chiffres comme 88 ou 88.10C)"
            for item in value
            if not _NAF_CLAIM.fullmatch(fold_naf(item))
        ]
    return []


def _find_tree_faults(entries: Sequence[SectorEntry]) -> list[str]:
    """Say which codes are doubled, which parents are missing, which sectors stand under themselves."""
    parent_by_code: dict[str, str | None] = {}
    faults: list[str] = []
    for entry in entries:
        if entry.sector.code in parent_by_code:
            faults.append(f"le code « {entry.sector.code} » est donné à deux filières")
        parent_by_code[entry.sector.code] = entry.sector.parent
    for code, parent in parent_by_code.items():
        if parent is not None and parent not in parent_by_code:
            faults.append(f"la filière « {code} » a pour parent « {parent} », qui n'existe pas")
        climbed = [code]
        above = parent
        while above is not None and above not in climbed:
            climbed.append(above)
            above = parent_by_code.get(above)
        if above == code:
            faults.append(f"la filière « {code} » est rangée sous elle-même ({' < '.join([*climbed, code])})")
    return faults


def _find_claim_faults(entries: Sequence[SectorEntry]) -> list[str]:
    """Say which names and which NAF codes two sectors claim, and which names hold no word to match."""
    faults: list[str] = []
    code_by_name: dict[str, str] = {}
    code_by_naf: dict[str, str] = {}
    for entry in entries:
        code = entry.sector.code
        for name in entry.names:
            folded = fold_label(name)
            if not folded:
                faults.append(f"« {name} » ({code}) ne contient aucun mot qui puisse être reconnu")
            elif code_by_name.setdefault(folded, code) != code:
                faults.append(f"« {name} » désigne deux filières : « {code_by_name[folded]} » et « {code} »")
        for claim in entry.crosswalk.naf:
            holder = code_by_naf.setdefault(fold_naf(claim), code)
            if holder != code:
                faults.append(
                    f"le code NAF « {claim} » est donné à deux filières : « {holder} » et « {code} »"
                )
    return faults
