"""Points and addresses asked as the national service is asked, by its own clients too."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from geopy.geocoders import BANFrance

from api.app import create_app
from api.geocode_schemas import GeocodeOut, ReverseOut
from api.geocoded import OF_ADDRESS_BASE
from api.settings import ApiSettings
from data.opening import open_register
from data.reference import load_referential
from data.session import Register
from data.settings import DatabaseSettings
from geo.geocoding.addressbase.building import build_index
from geo.geocoding.cascade import LOCAL_BASE
from geo.geocoding.geoplateforme.provider import NationalAddresses
from tests.live_server import serve

ADDRESSES = (
    ("12", "", "Rue de la Gare", "62300", "62498", "Lens", 2.8301, 50.4271),
    ("14", "bis", "Rue de la Gare", "62300", "62498", "Lens", 2.8305, 50.4273),
    ("1", "", "Avenue Jean Lebas", "59100", "59512", "Roubaix", 3.1700, 50.6920),
)
COLUMNS = (
    "id id_fantoir numero rep nom_voie code_postal code_insee nom_commune code_insee_ancienne_commune "
    "nom_ancienne_commune x y lon lat type_position alias nom_ld libelle_acheminement nom_afnor "
    "source_position source_nom_voie certification_commune cad_parcelles"
)


def write_addresses(folder: Path) -> None:
    with gzip.open(folder / "adresses-62.csv.gz", "wt", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS.split(), delimiter=";", restval="")
        writer.writeheader()
        for rank, (number, suffix, street, postcode, code, city, lon, lat) in enumerate(ADDRESSES):
            writer.writerow(
                {
                    "id": f"{code}_{rank:04}",
                    "numero": number,
                    "rep": suffix,
                    "nom_voie": street,
                    "code_postal": postcode,
                    "code_insee": code,
                    "nom_commune": city,
                    "x": 0,
                    "y": 0,
                    "lon": lon,
                    "lat": lat,
                }
            )


@pytest.fixture(scope="module")
def streets_register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """An empty register on a machine whose index knows three addresses."""
    folder = tmp_path_factory.mktemp("streets")
    write_addresses(folder)
    index = folder / "adresses.index"
    build_index(folder, index, referential=load_referential())
    register = open_register(DatabaseSettings(home=folder, database_url=None))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MAILLAGE_BAN_INDEX", str(index))
        yield register
    register.close()


@pytest.fixture(scope="module")
def streets_client(streets_register: Register) -> Iterator[TestClient]:
    with TestClient(create_app(ApiSettings(), register=streets_register)) as client:
        yield client


@pytest.fixture(scope="module")
def domain(streets_register: Register) -> Iterator[str]:
    """The service, listening on loopback, as a client of the national service is told of it."""
    with serve(streets_register) as address:
        yield f"{address.removeprefix('http://')}/api/v1/geocode"


def test_geopy_s_own_client_geocodes_and_reverses(domain: str) -> None:
    client = BANFrance(domain=domain, scheme="http", timeout=30)

    found = client.geocode("12 rue de la Gare 62300 Lens")
    assert (round(found.longitude, 4), round(found.latitude, 4)) == (2.8301, 50.4271)
    assert found.address == "12 Rue de la Gare 62300 Lens"
    assert found.raw["properties"]["citycode"] == "62498"
    [only] = client.geocode("avenue Jean Lebas, Roubaix", exactly_one=False, limit=3)
    assert only.raw["properties"]["type"] == "street"
    assert client.geocode("1 place Bellecour 69002 Lyon") is None

    there = client.reverse((50.42731, 2.83052))
    assert there.address == "14 bis Rue de la Gare 62300 Lens"
    assert there.raw["properties"]["distance"] < 5
    both = client.reverse("50.4272, 2.8302", exactly_one=False)
    assert [place.raw["properties"]["housenumber"] for place in both] == ["12"]
    assert client.reverse((48.85, 2.35)) is None


def test_the_address_base_is_credited_where_its_point_is_given(streets_client: TestClient) -> None:
    street = streets_client.get("/api/v1/geocode", params={"q": "12 rue de la Gare 62300 Lens"}).json()
    town = streets_client.get("/api/v1/geocode", params={"q": "62300 Lens"}).json()
    assert "Base Adresse Nationale" in street["attribution"]
    assert "Base Adresse Nationale" not in town["attribution"]
    assert {LOCAL_BASE, NationalAddresses.name} == OF_ADDRESS_BASE


def test_an_address_read_in_another_encoding_is_looked_for(streets_client: TestClient) -> None:
    misread = "Saint-Étienne-au-Mont 62360".encode().decode("latin-1")
    answer = streets_client.get("/api/v1/geocode", params={"q": misread})
    assert answer.status_code == 200, answer.text
    [feature] = answer.json()["features"]
    assert feature["properties"]["citycode"] == "62746"
    assert streets_client.get("/api/v1/geocode", params={"q": "Lens\x07"}).status_code == 422


@pytest.mark.parametrize(
    ("asked", "received"), [("", "rien"), ("q=", "rien"), ("street=&lat=50.4", "reçu : « lat=50.4 »")]
)
def test_an_address_asked_for_without_an_address_is_refused_in_french(
    streets_client: TestClient, asked: str, received: str
) -> None:
    answer = streets_client.get(f"/api/v1/geocode?{asked}")
    assert answer.status_code == 422
    assert received in answer.json()["detail"]
    assert "{" not in answer.json()["detail"]


def test_a_point_has_its_addresses_its_commune_and_its_epci(streets_client: TestClient) -> None:
    answer = streets_client.get("/api/v1/reverse?lon=2.8302&lat=50.4272&limit=5")
    assert answer.headers["content-type"] == "application/geo+json"
    found = ReverseOut.model_validate(answer.json())
    assert [feature.properties.name for feature in found.features] == [
        "12 Rue de la Gare",
        "14 bis Rue de la Gare",
    ]
    assert found.commune is not None
    assert found.epci is not None
    assert (found.commune.name, found.epci.code, found.in_mel) == ("Lens", "246200364", False)
    distances = [feature.properties.distance for feature in found.features]
    assert distances == sorted(distances)


def test_without_an_index_a_point_has_its_commune(client: TestClient) -> None:
    found = ReverseOut.model_validate(client.get("/api/v1/reverse?lon=3.06&lat=50.63").json())
    [feature] = found.features
    assert (feature.properties.type, feature.properties.label, found.in_mel) == (
        "municipality",
        "Lille",
        True,
    )
    assert 0 < feature.properties.distance < 5_000


def test_a_point_outside_the_region_has_nothing(streets_client: TestClient) -> None:
    found = ReverseOut.model_validate(streets_client.get("/api/v1/reverse?lon=2.35&lat=48.85").json())
    assert (found.commune, found.epci, found.in_mel, found.features) == (None, None, None, [])


@pytest.mark.parametrize(
    "query", ["", "lon=2", "lon=2&lat=NaN", "lon=2&lat=91", "lon=2&lat=50&limit=0", "x=2&y=3"]
)
def test_a_point_that_cannot_be_read_is_refused(client: TestClient, query: str) -> None:
    assert client.get(f"/api/v1/reverse?{query}").status_code == 422
    answer = client.get(f"/api/v1/geocode/reverse?{query}")
    assert (answer.status_code, answer.json()["message"]) == (400, "Failed parsing query")
    assert answer.json()["errors"]


def test_the_national_search_has_its_filters_and_its_refusals(streets_client: TestClient) -> None:
    def search(query: str) -> list[str]:
        answer = streets_client.get(f"/api/v1/geocode/search?{query}")
        assert answer.status_code == 200, answer.text
        found = GeocodeOut.model_validate(answer.json())
        return [feature.properties.label for feature in found.features]

    everything = "q=12+rue+de+la+Gare+Lens&autocomplete=0&index=address&lat=50&lon=2&limit=20"
    assert search(everything) == ["12 Rue de la Gare 62300 Lens"]
    assert search(f"{everything}&type=municipality") == []
    assert search(f"{everything}&depcode=02,59,60,62,80") == ["12 Rue de la Gare 62300 Lens"]
    assert search(f"{everything}&depcode=59") == []
    assert search("q=rue+de+la+Gare&citycode=62498") == ["Rue de la Gare 62300 Lens"]
    for refused in ("", "q=ab", f"q={'a' * 201}", "q=Lens&limit=51"):
        answer = streets_client.get(f"/api/v1/geocode/search?{refused}")
        assert (answer.status_code, answer.json()["code"]) == (400, 400)
        assert answer.json()["detail"].endswith(".")
