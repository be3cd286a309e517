"""A report says everything that was met, to machines, to a terminal and to people; nothing in it can run."""

from __future__ import annotations

import json
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from data.intake.report import (
    group_problems,
    render_report_html,
    report_as_json,
    summarise,
    write_report_html,
)
from geo.records import ColumnUse, FieldChange, ImportReport, Kind, Problem, StatusCounts

HOSTILE = "<script>alert(1)</script>"


def make_report(**changes: object) -> ImportReport:
    values: dict[str, object] = {
        "file": f"liste {HOSTILE}.csv",
        "source": "Adhérents",
        "kind": Kind.ACTOR,
        "as_of": date(2026, 3, 12),
        "dry_run": False,
        "counts": StatusCounts(placed=400, commune=60, to_review=1, unplaced=4, out_of_region=1),
        "new": 460,
        "changed": 4,
        "unchanged": 2,
        "absent": 3,
        "problems": (
            Problem(
                line=None, column="LIB_COM", value=None, what="Autre colonne pour « commune » : conservée."
            ),
            Problem(
                line=2,
                column="siret",
                value=HOSTILE,
                what="SIRET illisible (14 chiffres attendus) : conservé.",
            ),
            Problem(
                line=9, column="siret", value="x", what="SIRET illisible (14 chiffres attendus) : conservé."
            ),
        ),
        "changes": (FieldChange(presence=HOSTILE, field="city", before="Lens", after=None),),
        "mapping": {"nom": "name", "notes": None},
        "columns": (
            ColumnUse(name="nom", field="name", filled_share=1.0, samples=(HOSTILE,)),
            ColumnUse(name="notes", field=None, filled_share=0.25),
        ),
        "identity_keys": {"siret": 437, "name_address": 29},
        "encoding": "utf-8",
        "separator": ";",
        "format": "csv",
        "by_kind": {"actor": StatusCounts(placed=466)},
        **changes,
    }
    return ImportReport(**values)  # type: ignore[arg-type]


class Outline(HTMLParser):
    """Collects what a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"src", "href"}]
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read_page(report: ImportReport) -> Outline:
    outline = Outline()
    outline.feed(render_report_html(report))
    return outline


def test_the_json_has_the_keys_that_others_rely_on() -> None:
    answer = json.loads(json.dumps(report_as_json(make_report())))

    assert answer["received"] == sum(answer["by_status"].values()) == 466
    assert list(answer["by_status"]) == ["placed", "commune", "to_review", "unplaced", "out_of_region"]
    assert [answer[key] for key in ("new", "changed", "unchanged", "absent")] == [460, 4, 2, 3]
    assert answer["problems"][1] == {
        "line": 2,
        "column": "siret",
        "value": HOSTILE,
        "what": "SIRET illisible (14 chiffres attendus) : conservé.",
    }


def test_the_summary_adds_up_and_names_what_was_met() -> None:
    lines = summarise(make_report())

    assert "466 lignes reçues = 400 à l'adresse + 60 à la commune + 1 à vérifier + 4 à localiser" in lines[1]
    assert "Colonnes gardées telles quelles : notes." in lines
    assert "2 remarques : SIRET illisible." in lines


def test_problems_of_one_wording_stand_together() -> None:
    groups = group_problems(make_report())

    assert [(group.what, len(group.problems)) for group in groups] == [
        ("Autre colonne pour « commune » : conservée.", 1),
        ("SIRET illisible.", 2),
    ]


def test_the_page_holds_everything_and_runs_nothing(tmp_path: Path) -> None:
    report = make_report()
    write_report_html(report, tmp_path / "rapport.html")
    outline = read_page(report)
    words = " ".join(outline.words)

    assert (tmp_path / "rapport.html").read_text("utf-8") == render_report_html(report)
    assert not {"script", "img", "link", "iframe"} & set(outline.tags)
    assert outline.links == []
    assert words.count(HOSTILE) >= 4
    for problem in report.problems:
        assert problem.what in words
    assert "gardée telle quelle" in words


def test_the_page_can_be_read_by_everyone() -> None:
    page = render_report_html(make_report())
    outline = read_page(make_report())

    assert page.startswith('<!DOCTYPE html>\n<html lang="fr">')
    assert outline.tags.count("h1") == 1
    assert outline.tags.count("main") == 1
    assert outline.tags.count("table") == outline.tags.count("thead") == outline.tags.count("tbody")
    assert "<th>" not in page


@pytest.mark.parametrize(
    "changes",
    [
        {"dry_run": True},
        {"problems": (), "changes": (), "columns": (), "identity_keys": {}, "mapping": {}, "by_kind": {}},
        {"counts": StatusCounts(), "new": 0, "encoding": None, "separator": None, "format": None},
        {"by_kind": {"actor": StatusCounts(placed=400), "project": StatusCounts(commune=66)}},
        {"sheet": "Adhérents", "format": "xlsx", "blank_rows": 3, "reappeared": 1},
    ],
)
def test_every_report_has_a_page_and_a_summary(changes: dict[str, object]) -> None:
    report = make_report(**changes)

    assert "</html>" in render_report_html(report)
    assert all(summarise(report))
    json.dumps(report_as_json(report))
