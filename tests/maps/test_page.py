"""What every map page promises: whole, silent, the same each time, and honest about what it shows."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from html import unescape
from pathlib import Path

import folium
import pytest

from geo.records import Kind, Precision, StatusCounts
from maps.actors_map import LIST_LIMIT, draw_actors_map
from maps.coverage_map import draw_coverage_map
from maps.page import RegionMap
from maps.proximity_map import draw_proximity_map
from maps.vendored import ASSETS_FOLDER, LOADER, SCRIPTS, STYLES
from tests.maps.builders import (
    DATA_DATE,
    PAYLOADS,
    SECTORS,
    list_territories,
    make_antenne,
    make_coverage,
    make_crowd,
    make_dangerous,
    make_near,
    make_presence,
    make_real_coverage,
    make_row,
    make_square,
)
from tests.maps.reading import PageReader, read_layer, read_values

COUNTS = StatusCounts(placed=312, commune=18, unplaced=4, to_review=2, out_of_region=1)
ROOT = Path(__file__).resolve().parents[2]


def draw_actors(asset_url: str | None = None) -> str:
    return draw_actors_map(
        make_crowd(40),
        sectors=SECTORS,
        territories=list_territories(),
        counts=COUNTS,
        title="Les acteurs du réseau",
        source="Registre de l’Apes",
        data_date=DATA_DATE,
        antennes=[make_antenne()],
        asset_url=asset_url,
    )


def draw_coverage(asset_url: str | None = None) -> str:
    return draw_coverage_map(
        make_real_coverage(),
        territories=list_territories(),
        antennes=[make_antenne()],
        source="Registre de l’Apes",
        asset_url=asset_url,
    )


def draw_near(asset_url: str | None = None) -> str:
    presences = [make_presence(1), make_presence(2, precision=Precision.COMMUNE)]
    return draw_proximity_map(
        make_near(presences, [850.0, 1_234.0]),
        sectors=SECTORS,
        territories=list_territories(),
        antennes=[make_antenne()],
        source="Registre de l’Apes",
        asset_url=asset_url,
    )


MAPS: dict[str, Callable[[str | None], str]] = {
    "actors": draw_actors,
    "coverage": draw_coverage,
    "near": draw_near,
}
each_map = pytest.mark.parametrize("name", MAPS)


@each_map
def test_the_same_input_gives_the_same_page(name: str) -> None:
    assert MAPS[name](None) == MAPS[name](None)


def test_a_page_does_not_depend_on_the_order_of_sets() -> None:
    script = (
        "import hashlib; from tests.maps.test_page import MAPS; "
        "print(*(hashlib.sha256(draw(None).encode()).hexdigest() for draw in MAPS.values()))"
    )
    here = " ".join(hashlib.sha256(draw(None).encode()).hexdigest() for draw in MAPS.values())
    there = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "12345"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert there.stdout.strip() == here


@each_map
def test_an_inlined_page_names_nothing_to_load(name: str) -> None:
    page = PageReader(MAPS[name](None))
    assert page.find("link") == []
    assert [script for script in page.find("script") if "src" in script] == []
    assert page.find("img") == page.find("iframe") == []
    [policy] = [meta["content"] for meta in page.find("meta") if meta.get("http-equiv")]
    assert policy is not None
    assert "default-src 'none'" in policy


@each_map
def test_a_linked_page_runs_no_inline_script_and_names_files_that_exist(name: str) -> None:
    page = PageReader(MAPS[name]("/assets/"))
    links = [link["href"] for link in page.find("link")] + [
        s["src"] for s in page.find("script") if "src" in s
    ]
    assert [link.split("?")[0] for link in links if link] == [
        f"/assets/{asset}" for asset in (*STYLES, *SCRIPTS, LOADER)
    ]
    for asset in (*STYLES, *SCRIPTS, LOADER):
        assert (ASSETS_FOLDER / asset).is_file()
    assert {script["type"] for script in page.find("script") if "src" not in script} == {"text/plain"}
    assert page.find("style") == []
    assert [tag for tag, attributes in page.tags if "style" in attributes] == []


@each_map
def test_both_ways_of_carrying_scripts_draw_the_same(name: str) -> None:
    assert read_values(MAPS[name](None)) == read_values(MAPS[name]("/assets/"))


@each_map
def test_a_page_says_its_source_its_date_its_totals_and_its_credits(name: str) -> None:
    words = PageReader(MAPS[name](None)).text
    assert "Registre de l’Apes" in words
    assert "Données au 12 mars 2026" in words
    assert "Reçus :" in words
    assert "Licence Ouverte" in words
    assert "Leaflet" in words
    assert "Antennes de l’Apes : Antenne de Lens" in words


def test_totals_reconcile_in_words() -> None:
    words = PageReader(draw_actors()).text
    assert "Reçus : 337 acteurs. Position précise : 312 ; à la commune : 18 ; à vérifier : 2" in words
    assert "à localiser : 4 ; hors région : 1." in words
    # Forty are drawn of the 337 received: the page does not let it pass for the whole.
    assert "40 acteurs sur la carte, pour 337 acteurs au registre." in words


def test_the_background_is_asked_for_never_given() -> None:
    page = draw_actors()
    words = PageReader(page).text
    assert "Afficher le fond IGN (charge des images depuis data.geopf.fr)" in words
    [checked] = [i for i in PageReader(page).find("input") if i.get("type") == "radio" and "checked" in i]
    assert checked["value"] == ""


def test_a_map_without_tiles_still_says_how_far_one_may_zoom() -> None:
    options = (
        read_values(draw_actors())["map"]
        if "map" in read_values(draw_actors())
        else read_values(draw_actors())
    )
    assert options["options"]["maxZoom"] == 18


def test_presences_that_are_invented_are_said_to_be() -> None:
    def draw(*, is_fictional: bool) -> str:
        page = draw_actors_map(
            [make_presence(is_fictional=is_fictional)],
            sectors=SECTORS,
            territories=[],
            counts=COUNTS,
            title="Carte",
            source="",
            data_date=None,
        )
        return PageReader(page).text

    assert "Données fictives" in draw(is_fictional=True)
    assert "Données fictives" not in draw(is_fictional=False)
    assert (
        "Données fictives"
        in PageReader(
            draw_coverage_map(
                make_coverage([make_row("a", 1)]), territories=[make_square("a", 0, 0)], is_fictional=True
            )
        ).text
    )


def test_no_text_of_a_presence_becomes_markup() -> None:
    presences = [make_dangerous(number, payload) for number, payload in enumerate(PAYLOADS, start=1)]
    scripts = len(PageReader(draw_actors()).find("script"))
    pages = [
        draw_actors_map(
            presences,
            sectors=SECTORS,
            territories=list_territories(),
            counts=COUNTS,
            title=PAYLOADS[0],
            source=PAYLOADS[1],
            data_date=None,
            antennes=[make_antenne(PAYLOADS[2])],
        ),
        draw_proximity_map(
            make_near(presences, [100.0 * n for n in range(len(presences))]),
            sectors=SECTORS,
            territories=list_territories(),
            title=PAYLOADS[0],
            source=PAYLOADS[1],
        ),
        draw_coverage_map(
            make_coverage([make_row("a", 0, name=PAYLOADS[0]), make_row("b", 2, name=PAYLOADS[2])]),
            territories=[make_square("a", 0, 0, name=PAYLOADS[0]), make_square("b", 1, 0, name=PAYLOADS[2])],
            title=PAYLOADS[4],
            source=PAYLOADS[1],
        ),
    ]
    for page in pages:
        reader = PageReader(page)
        assert len(reader.find("script")) == scripts
        assert reader.find("img") == []
        assert [name for _, attributes in reader.tags for name in attributes if name.startswith("on")] == []
        assert [a["href"] for a in reader.find("a") if not re.match(r"https?://|#", a["href"] or "")] == []
    # Folium's own elements pass text through a template a second time: ours do not.
    assert "{{ 7 * 7 }}" in PageReader(pages[0]).text


def test_a_folium_element_can_be_added_to_our_map() -> None:
    region_map = RegionMap()
    folium.CircleMarker(location=[50.43, 2.83], radius=9).add_to(region_map)
    assert region_map.describe()["layers"] == []
    assert region_map.get_name() == "map_carte"


def test_the_list_stands_in_the_page_as_far_as_it_is_readable() -> None:
    words = PageReader(draw_actors()).text
    for presence in make_crowd(40):
        assert presence.name in words
    many = draw_actors_map(
        make_crowd(LIST_LIMIT + 1),
        sectors=SECTORS,
        territories=list_territories(),
        counts=COUNTS,
        title="Carte",
        source="",
        data_date=None,
    )
    assert "la liste n’est pas recopiée ici" in PageReader(many).text


def test_a_presence_page_is_linked_where_there_is_one() -> None:
    page = draw_actors_map(
        [make_presence(7)],
        sectors=SECTORS,
        territories=[],
        counts=COUNTS,
        title="Carte",
        source="",
        data_date=date(2026, 1, 1),
        card_url="/presences/{id}",
    )
    assert "/presences/7" in [link["href"] for link in PageReader(page).find("a")]
    assert read_layer(page, "points")["cardUrl"] == "/presences/{id}"


def test_a_kind_has_its_own_words() -> None:
    page = draw_actors_map(
        [make_presence(1, kind=Kind.EVENT)],
        sectors=SECTORS,
        territories=[],
        counts=StatusCounts(placed=1),
        title="Carte",
        source="",
        data_date=None,
    )
    words = PageReader(page).text
    assert "1 temps fort sur la carte." in words
    assert "Date des données inconnue" in words


def test_a_file_runs_nothing_but_what_it_was_drawn_with() -> None:
    page = draw_actors()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    said = unescape(policy[1])
    assert "unsafe" not in said
    for tag, directive in (("script", "script-src"), ("style", "style-src")):
        allowed = next(each for each in said.split("; ") if each.startswith(directive))
        inline = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert inline
        for text in inline:
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in allowed
