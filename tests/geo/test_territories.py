"""The shipped territories, asked through the referential as every other room does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from data.reference import load_referential
from geo.errors import UnknownTerritoryError
from geo.records import MEL_CODE, Level
from geo.territories import MAP_CREDIT, AliasKind, Referential, UnknownVintageError

ABOVE = (Level.EPCI, Level.DEPARTEMENT, Level.ZONE_EMPLOI, Level.BASSIN_VIE, Level.REGION)


@pytest.fixture(scope="module")
def referential() -> Referential:
    return load_referential()


def test_a_day_is_read_at_the_latest_vintage_in_force(referential: Referential) -> None:
    days = [date(2019, 5, 1), date(2022, 1, 1), date(2025, 12, 31), date(2026, 1, 1), date(2031, 1, 1)]
    assert [referential.vintage_at(day) for day in days] == [2022, 2022, 2022, 2026, 2026]


@pytest.mark.parametrize("level", ABOVE)
@pytest.mark.parametrize("vintage", [2022, 2026])
def test_a_level_splits_the_communes_without_loss(
    referential: Referential, level: Level, vintage: int
) -> None:
    communes = referential.territories(Level.COMMUNE, vintage=vintage)
    territories = referential.territories(level, vintage=vintage)
    members = Counter(code for territory in territories for code in territory.commune_codes)
    assert members == Counter(commune.code for commune in communes)
    assert sum(t.population for t in territories) == sum(c.population for c in communes)


def test_the_mel_holds_a_fifth_of_the_inhabitants(referential: Referential) -> None:
    mel, region = referential.get(Level.EPCI, MEL_CODE), referential.get(Level.REGION, "32")
    assert (mel.name, len(mel.commune_codes), mel.population) == (
        "Métropole Européenne de Lille", 95, 1_195_234,
    )  # fmt: skip
    assert round(100 * mel.population / region.population, 2) == 19.95
    assert referential.commune_codes(Level.EPCI, MEL_CODE) == frozenset(mel.commune_codes)
    assert mel.part_of == {"departement": "59", "region": "32"}


def test_an_epci_that_leaves_the_region_says_so(referential: Referential) -> None:
    notes = {epci.code: epci.note for epci in referential.territories(Level.EPCI) if epci.note}
    assert notes.keys() == {"200069722", "247600588"}
    assert "34 communes en Seine-Maritime" in str(notes["200069722"])
    assert "15 communes en Seine-Maritime" in str(notes["247600588"])


def test_names_keep_their_article(referential: Referential) -> None:
    names = {code: referential.get(Level.COMMUNE, code).name for code in ("59564", "62826", "60694")}
    assert names == {
        "59564": "La Sentinelle",
        "62826": "Le Touquet-Paris-Plage",
        "60694": "Les Hauts-Talican",
    }


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("59350", "Lille"),
        ("59298", "Lille"),  # Hellemmes, associated
        ("59355", "Lille"),  # Lomme, associated
        ("62549", "Hesdin-la-Forêt"),  # Marconne, delegated since 2025
        ("02077", "Bernoy-le-Château"),  # Berzy-le-Sec, absorbed
        ("59373", "Dunkerque"),  # Malo-les-Bains, absorbed in 1970
        (MEL_CODE, "Métropole Européenne de Lille"),
        ("62", "Pas-de-Calais"),
        ("32", "Hauts-de-France"),
    ],
)
def test_a_code_of_today_or_before_is_found(referential: Referential, code: str, name: str) -> None:
    found = referential.find(code)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("code", ["", "75056", "99999", "lille", "244900015", "76"])
def test_a_code_from_elsewhere_is_not_found(referential: Referential, code: str) -> None:
    assert referential.find(code) is None
    assert referential.successor(code) is None
    with pytest.raises(UnknownTerritoryError, match="Territoire inconnu"):
        referential.get(Level.EPCI, code)


def test_an_unknown_vintage_is_refused_with_those_held(referential: Referential) -> None:
    with pytest.raises(UnknownVintageError, match="2022, 2026"):
        referential.territories(Level.COMMUNE, vintage=2024)


def test_every_commune_of_2022_has_its_land_in_2026(referential: Referential) -> None:
    today = {commune.code for commune in referential.territories(Level.COMMUNE)}
    heirs = [
        set(referential.successors(commune.code, vintage=2022))
        for commune in referential.territories(Level.COMMUNE, vintage=2022)
    ]
    assert all(heirs)
    assert set().union(*heirs) == today


def test_a_split_commune_has_two_successors_the_one_of_its_name_first(referential: Referential) -> None:
    assert referential.get(Level.COMMUNE, "60054", vintage=2022).name == "Les Hauts-Talican"
    assert referential.successors("60054", vintage=2022) == ("60694", "60054")
    assert referential.get(Level.COMMUNE, "60694").name == "Les Hauts-Talican"
    assert referential.successor("60054") == "60054"  # the code, read today, is Beaumont-les-Nonains


@pytest.mark.parametrize("level", [Level.COMMUNE, *ABOVE])
@pytest.mark.parametrize("vintage", [2022, 2026])
def test_contours_of_a_level_tile_the_region(referential: Referential, level: Level, vintage: int) -> None:
    contours = referential.contours(level, vintage=vintage)
    assert shapely.coverage_is_valid(list(contours.values()))
    codes = {territory.code for territory in referential.territories(level, vintage=vintage)}
    absorbed = {"02077", "02311", "59070", "62461", "62549", "62743", "80830"}
    assert codes - contours.keys() == (absorbed if (level, vintage) == (Level.COMMUNE, 2022) else set())
    assert contours.keys() <= codes
    whole = shapely.union_all(list(contours.values()))
    assert whole.equals(shapely.union_all(list(referential.contours(Level.DEPARTEMENT).values())))


def test_levels_share_their_edges_vertex_for_vertex(referential: Referential) -> None:
    vertices = {
        level: {
            tuple(xy) for xy in shapely.get_coordinates(list(referential.contours(level).values())).tolist()
        }
        for level in (Level.COMMUNE, Level.EPCI, Level.DEPARTEMENT)
    }
    assert vertices[Level.EPCI] < vertices[Level.COMMUNE]
    assert vertices[Level.DEPARTEMENT] < vertices[Level.COMMUNE]


def test_the_region_is_one_piece_without_a_hole(referential: Referential) -> None:
    region = referential.contour(Level.REGION, "32").contour
    assert region is not None
    assert len(region.geoms) == 1
    assert not region.geoms[0].interiors


def test_a_merged_commune_has_all_of_its_land(referential: Referential) -> None:
    # Marconne's church, in Hesdin-la-Forêt since 2025; the published contour only has Hesdin.
    assert referential.locate(np.array([2.0496]), np.array([50.3697])) == ["62447"]


@given(st.integers(0, 3781), st.floats(0, 1), st.floats(0, 1))
def test_a_point_drawn_inside_a_commune_is_located_there(pick: int, across: float, up: float) -> None:
    referential = load_referential()
    commune = referential.territories(Level.COMMUNE)[pick]
    contour = referential.contours(Level.COMMUNE)[commune.code]
    west, south, east, north = contour.bounds
    point = shapely.Point(west + across * (east - west), south + up * (north - south))
    if not shapely.contains_properly(contour, point):
        point = shapely.point_on_surface(contour)
    assert referential.locate(np.array([point.x]), np.array([point.y])) == [commune.code]


@given(st.integers(0, 3781), st.floats(0, 1))
def test_a_boundary_point_is_in_exactly_one_commune_always_the_same(pick: int, along: float) -> None:
    referential = load_referential()
    contours = referential.contours(Level.COMMUNE)
    code = list(contours)[pick]
    vertices = shapely.get_coordinates(contours[code])
    lon, lat = vertices[round(along * (len(vertices) - 1))]
    touching = [
        other for other, contour in _around(contours, code) if contour.intersects(shapely.Point(lon, lat))
    ]
    found = referential.locate(np.array([lon]), np.array([lat]))
    assert found == [min(touching)]
    assert referential.locate(np.array([2.0, lon]), np.array([47.0, lat])) == [None, *found]


def _around(
    contours: Mapping[str, shapely.MultiPolygon], code: str
) -> list[tuple[str, shapely.MultiPolygon]]:
    near = shapely.box(*contours[code].bounds)
    return [(other, contour) for other, contour in contours.items() if near.intersects(contour)]


def test_points_come_back_in_order_and_outside_is_none(referential: Referential) -> None:
    lon = np.array([3.0586, np.nan, 2.3522, 3.2247, 1.6, 2.8319])
    lat = np.array([50.6365, 50.0, 48.8566, 51.2093, 50.9, 50.4289])
    # Lille, not a number, Paris, Bruges, the sea, Lens
    assert referential.locate(lon, lat) == ["59350", None, None, None, None, "62498"]
    assert referential.locate(np.array([]), np.array([])) == []


def test_a_point_just_off_the_coast_goes_to_the_nearest_commune(referential: Referential) -> None:
    region = referential.contours(Level.REGION)["32"]
    west = min(shapely.get_coordinates(region).tolist())
    touched = referential.locate(np.array([west[0]]), np.array([west[1]]))
    degrees_in_m = 111_320 * np.cos(np.radians(west[1]))
    offsets_m = np.array([0.0, 50.0, 95.0, 105.0, 500.0])
    found = referential.locate(west[0] - offsets_m / degrees_in_m, np.full(5, west[1]))
    assert found[:3] == touched * 3
    assert found[3:] == [None, None]


def test_every_commune_stands_where_it_is_located(referential: Referential) -> None:
    communes = referential.territories(Level.COMMUNE)
    points = [commune.position for commune in communes if commune.position is not None]
    located = referential.locate(np.array([p.lon for p in points]), np.array([p.lat for p in points]))
    assert located == [commune.code for commune in communes]


def test_every_level_has_its_label_inside(referential: Referential) -> None:
    for level in ABOVE:
        contours = referential.contours(level)
        for territory in referential.territories(level):
            assert territory.position is not None
            assert contours[territory.code].contains(shapely.Point(territory.position.lon_lat()))


def test_town_halls_have_what_can_be_read_of_their_address(referential: Referential) -> None:
    lomme = referential.parts["59355"].town_hall
    assert lomme is not None
    assert (lomme.housenumber, lomme.street, lomme.postcode) == ("72", "Avenue de la République", "59461")
    halls = referential.town_halls
    assert halls["59350"].street == "Place Augustin-Laurent"
    assert sum(bool(hall.street) for hall in halls.values()) > 3700
    # The directory puts the town hall of Coudun in the Indian Ocean: the address is kept, the point is not.
    assert halls["60166"].lines == ("109 rue Saint-Hilaire", "60150 Coudun")
    assert halls["60166"].position is None


def test_postcodes_give_the_communes_they_serve(referential: Referential) -> None:
    assert referential.postcodes["59260"] == ("59346", "59350")  # Lezennes, and Hellemmes in Lille
    assert referential.postcodes["59341"] == ("59294",)  # the air base of Cambrai, from delivery labels
    assert set(referential.postcodes_by_commune["59350"]) >= {"59000", "59160", "59260", "59777", "59800"}
    pairs = {(postcode, code) for postcode, codes in referential.postcodes.items() for code in codes}
    back = {
        (postcode, code) for code, codes in referential.postcodes_by_commune.items() for postcode in codes
    }
    assert pairs == back


@pytest.mark.parametrize(
    ("name", "code", "kind"),
    [
        ("La Sentinelle", "59564", AliasKind.OFFICIAL),
        ("Sentinelle", "59564", AliasKind.WITHOUT_ARTICLE),
        ("Montreuil", "62588", AliasKind.OLD),
        ("Hesdin", "62447", AliasKind.DELEGATED),
        ("Marconne", "62447", AliasKind.DELEGATED),
        ("Hellemmes-Lille", "59350", AliasKind.ASSOCIATED),
        ("Berzy-le-Sec", "02564", AliasKind.ABSORBED),
        ("Malo-les-Bains", "59183", AliasKind.ABSORBED),
        ("Saint-Martin-au-Laërt", "62757", AliasKind.ABSORBED),
        ("PONT DE BRIQUES ST ETIENNE", "62746", AliasKind.DELIVERY),
        ("Le Touquet", "62826", AliasKind.USAGE),
    ],
)
def test_a_commune_is_known_by_its_former_and_other_names(
    referential: Referential, name: str, code: str, kind: AliasKind
) -> None:
    assert (name, code, kind) in {
        (alias.name, alias.code_insee, alias.alias_kind) for alias in referential.aliases
    }


def test_every_alias_names_a_commune_of_today_and_its_source(referential: Referential) -> None:
    today = {commune.code: commune.name for commune in referential.territories(Level.COMMUNE)}
    official = {a.code_insee: a.name for a in referential.aliases if a.alias_kind is AliasKind.OFFICIAL}
    assert official == today
    assert all(alias.code_insee in today and alias.source for alias in referential.aliases)
    # An old code is today's code of another commune only for a commune that was split off again.
    assert all(
        alias.code_insee in referential.successors(alias.old_code)
        for alias in referential.aliases
        if alias.old_code and alias.old_code not in today
    )


def test_elsewhere_holds_no_commune_of_the_region(referential: Referential) -> None:
    departements = {commune.departement for commune in referential.elsewhere}
    assert not departements & {"02", "59", "60", "62", "80"}
    belgian = {
        commune.name: commune.postcodes for commune in referential.elsewhere if commune.departement == "BE"
    }
    assert {"Tournai", "Doornik", "Mouscron", "Courtrai", "Bruges"} <= belgian.keys()
    assert "7700" in belgian["Mouscron"]
    paris = [c for c in referential.elsewhere if c.code_insee == "75056"]
    assert paris[0].population > 2_000_000


def test_the_credit_names_every_owner_of_the_data() -> None:
    assert all(owner in MAP_CREDIT for owner in ("IGN", "INSEE", "DILA", "Etalab", "Licence Ouverte"))
