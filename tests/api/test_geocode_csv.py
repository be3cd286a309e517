"""A CSV sent to be geocoded: what talks to the national service talks to this one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

import httpx2
import pytest
from fastapi.testclient import TestClient

from data.bulk import service_csv
from data.bulk.service_csv import NATIONAL_COLUMNS, OUR_COLUMNS

URL = "/api/v1/geocode/csv"
FORM = {"content-type": "multipart/form-data; boundary=x"}


def send(
    client: TestClient, content: str | bytes, url: str = URL, *, name: str = "liste.csv", **fields: object
) -> httpx2.Response:
    data = content.encode() if isinstance(content, str) else content
    return client.post(url, files={"data": (name, data, "text/csv")}, data=fields)


def read(answer: httpx2.Response, separator: str = ",") -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text, newline=""), delimiter=separator))


def refuse(answer: httpx2.Response) -> str:
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == 400
    assert problem["detail"].endswith(".")
    message: str = problem["message"]
    return message


def test_the_file_comes_back_with_the_national_columns(client: TestClient) -> None:
    answer = send(
        client,
        "nom;adresse;cp;ville\nLes Amis;place Jean Jaurès;62300;Lens\nÉté;;;\n",
        columns=["adresse", "cp", "ville"],
        name="Ma liste été.csv",
    )
    rows = read(answer, ";")

    assert list(rows[0]) == ["nom", "adresse", "cp", "ville", *NATIONAL_COLUMNS, *OUR_COLUMNS]
    assert [row["nom"] for row in rows] == ["Les Amis", "Été"]
    assert (rows[0]["result_status"], rows[0]["result_citycode"], rows[0]["result_context"]) == (
        "ok",
        "62498",
        "62, Pas-de-Calais, Hauts-de-France",
    )
    assert (rows[0]["result_epci"], rows[0]["result_in_mel"]) == ("246200364", "false")
    assert 2.7 < float(rows[0]["longitude"]) < 2.9
    assert (rows[1]["result_status"], rows[1]["longitude"]) == ("skipped", "")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="Ma_liste_t_-geocoded.csv"'
    assert answer.headers["x-rows-count"] == "2"


def test_the_address_of_the_national_service_is_known_too(client: TestClient) -> None:
    answer = send(client, "adresse\nLens 62300\n", "/api/v1/geocode/search/csv")
    assert read(answer)[0]["result_city"] == "Lens"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_cell_of_several_lines_of_any_system_stays_one_cell(client: TestClient, newline: str) -> None:
    cells = ["Les\rAmis", "Les\nAmis"]
    content = "".join(f'"{cell}",Lens 62300{newline}' for cell in ["nom", *cells])
    rows = read(send(client, content.replace("Lens 62300", "adresse", 1), columns="adresse"))
    assert [row["nom"] for row in rows] == cells
    assert {row["result_city"] for row in rows} == {"Lens"}


def test_without_columns_everything_is_looked_for(client: TestClient) -> None:
    assert read(send(client, "a,b\nLens,62300\n"))[0]["result_citycode"] == "62498"


def test_columns_that_name_a_code_settle_the_commune(client: TestClient) -> None:
    content = "rue,insee,cp\nplace de la mairie,59350,\nplace de la mairie,,62300\n"
    rows = read(send(client, content, columns="rue", citycode="insee", postcode="cp"))
    assert rows[0]["result_citycode"] == "59350"
    assert rows[1]["result_citycode"] != "59350"


def test_columns_asked_for_are_given_and_no_other(client: TestClient) -> None:
    [row] = read(send(client, "ville\nLens\n", result_columns=["result_city", "latitude"]))
    assert list(row) == ["ville", "result_city", "latitude"]


def test_columns_of_the_same_name_are_written_over(client: TestClient) -> None:
    [row] = read(send(client, "latitude,longitude,ville\n1,2,Lens\n", columns="ville"))
    assert float(row["latitude"]) > 50
    assert list(row)[:4] == ["latitude", "longitude", "ville", "result_score"]


def test_a_type_that_is_asked_for_is_the_only_one_given(client: TestClient) -> None:
    rows = read(send(client, "ville,sorte\nLens,municipality\nLens,street\n", columns="ville", type="sorte"))
    assert [row["result_status"] for row in rows] == ["ok", "not-found"]


def test_only_the_departements_that_are_asked_for_are_given(client: TestClient) -> None:
    content = 'ville,dep\nLens,62\nLens,"59,80"\nLens,\n'
    rows = read(send(client, content, columns="ville", depcode="dep"))
    assert [row["result_status"] for row in rows] == ["ok", "not-found", "ok"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_any_encoding_comes_back_as_utf_8_with_its_line_ends(client: TestClient, encoding: str) -> None:
    answer = send(client, "nom;ville\r\nL'Étoile d'été;Béthune\r\n".encode(encoding), columns="ville")
    assert answer.content.count(b"\r\n") == answer.content.count(b"\n") == 2
    [row] = read(answer, ";")
    assert (row["nom"], row["result_city"]) == ("L'Étoile d'été", "Béthune")


def test_places_outside_the_region_are_not_found(client: TestClient) -> None:
    [row] = read(send(client, "adresse\n1 place Bellecour 69002 Lyon\n"))
    assert (row["result_status"], row["latitude"]) == ("not-found", "")
    assert "out_of_region" in row["result_reasons"]


HOSTILE = (
    "''''''",
    "x" * 10_000,
    "« … » !?",
    "שלום עולם 59000",
    "'; DROP TABLE presences; --",
    "LensÃ© Ã  lÃ©cole",
    "000000000000",
    "\u202e snel",
    "=HYPERLINK(1)",
)


def test_every_hostile_row_has_its_answer(client: TestClient) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows([["n", "adresse"], *enumerate(HOSTILE)])
    rows = read(send(client, text.getvalue(), columns="adresse"))
    assert [row["n"] for row in rows] == [str(n) for n in range(len(HOSTILE))]
    assert {row["result_status"] for row in rows} <= {"ok", "not-found", "skipped"}


def test_refusals_speak_as_the_national_service(client: TestClient) -> None:
    good = "ville\nLens\n"
    assert refuse(client.post(URL, data={"columns": "ville"})) == "A CSV file must be provided in data field"
    no_file = client.post(URL, files={"autre": ("a.csv", b"a\n")}, data={"data": "x"})
    assert refuse(no_file) == "A CSV file must be provided in data field"
    assert refuse(send(client, good, columns="rue")) == "At least one given column name is unknown"
    assert refuse(send(client, good, citycode="insee")) == "Unknown column name for citycode"
    assert refuse(send(client, good, lat="y")) == "Unknown column name for lat"
    assert refuse(send(client, good, indexes="poi")) == "Unsupported index type: poi"
    assert (
        refuse(send(client, good, result_columns="x")) == "At least one given result column name is unknown"
    )
    assert refuse(send(client, b"")).startswith("Errors in CSV file: ")
    assert refuse(send(client, b"\x89PNG\r\n" + bytes(range(32)) * 50)).startswith("Errors in CSV file: ")
    broken = client.post(
        URL, content=b"--x\r\nnonsense", headers={"content-type": "multipart/form-data; boundary=x"}
    )
    assert refuse(broken)


def test_a_file_that_is_too_long_or_too_large_is_refused(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_csv, "MOST_ROWS", 3)
    assert refuse(send(client, "v\n" + "Lens\n" * 4)) == "Too many rows in CSV file"
    assert len(read(send(client, "v\n" + "Lens\n" * 3))) == 3
    monkeypatch.setattr("api.routes.geocode_csv.MOST_BYTES", 1_000)
    assert refuse(send(client, "v\n" + "Lens 62300\n" * 200)) == "File too large"
    monkeypatch.setattr("api.routes.geocode_csv._MOST_FORM_BYTES", 2_000)
    assert refuse(send(client, "v\n" + "Lens 62300\n" * 1_000)) == "File too large"

    def drip() -> Iterable[bytes]:
        yield from [
            b"--x\r\ncontent-disposition: form-data; name=data; filename=a.csv\r\n\r\n",
            *[b"Lens\n"] * 1_000,
        ]

    # Its length is not said: it is refused while it comes.
    unsaid = client.post(URL, content=drip(), headers=FORM)
    assert refuse(unsaid) == "File too large"


def test_a_long_file_is_geocoded_in_its_order(client: TestClient) -> None:
    answer = send(client, "n,ville\n" + "".join(f"{n},Lens\n" for n in range(1_203)), columns="ville")
    assert [row["n"] for row in read(answer)] == [str(n) for n in range(1_203)]
    assert answer.headers["x-rows-count"] == "1203"
