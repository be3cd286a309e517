"""The site gives pages to print at their own addresses, under the ETag of the data."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import ApiSettings
from data.session import Register

PDF = "application/pdf"


@pytest.fixture(scope="module")
def client(sample_register: Register) -> Iterator[TestClient]:
    with TestClient(create_app(ApiSettings(), register=sample_register)) as client:
        yield client


@pytest.mark.parametrize(
    ("address", "media_type", "start"),
    [
        ("/territoires/246200364/fiche.pdf", PDF, b"%PDF-"),
        ("/territoires/246200364/plaidoyer.pdf", PDF, b"%PDF-"),
        ("/filieres/mobilite/plaidoyer.pdf", PDF, b"%PDF-"),
        ("/apes.pdf", PDF, b"%PDF-"),
        ("/couverture.pdf", PDF, b"%PDF-"),
        ("/couverture/carte.pdf?kind=project", PDF, b"%PDF-"),
        ("/couverture/carte.svg?measure=count", "image/svg+xml", b"<?xml"),
        ("/couverture/carte.png?level=departement", "image/png", b"\x89PNG"),
        ("/carte.pdf?sector=mobilite&outside=200093201", PDF, b"%PDF-"),
    ],
)
def test_pages_are_given_once_per_state_of_the_data(
    client: TestClient, address: str, media_type: str, start: bytes
) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type
    assert answer.content.startswith(start)
    assert "filename=" in answer.headers["content-disposition"]
    again = client.get(address, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/territoires/999999999/fiche.pdf", 404),
        ("/filieres/licornes/plaidoyer.pdf", 422),
        ("/couverture/carte.docx", 422),
        ("/couverture/carte.pdf?outside=999", 422),
        ("/carte.pdf?territory=999", 422),
    ],
)
def test_what_does_not_exist_is_an_error(client: TestClient, address: str, status: int) -> None:
    assert client.get(address).status_code == status


def test_a_selection_in_a_part_of_the_region_is_framed_on_it(sample_register: Register) -> None:
    from api.printing import print_actors

    def read_scale(*, territory: str | None = None, sectors: tuple[str, ...] = ()) -> tuple[int, str]:
        (page,) = print_actors(sample_register, territory=territory, sectors=sectors)
        text = " ".join(words.text for words in page.words).replace("\u202f", "").replace("\u00a0", "")
        scale = re.search(r"1:(\d+)", text.replace(" ", ""))
        assert scale is not None
        return int(scale[1]), text

    whole, _ = read_scale()
    wide, _ = read_scale(sectors=("alimentation",))
    close, text = read_scale(territory="246200364")
    assert wide > 0.7 * whole, "a sector of the whole region is on the whole region"
    assert close < whole / 4
    assert "Lampe Frontale" in text, "few enough to be named"


def test_the_filters_of_a_map_are_written_on_it(sample_register: Register) -> None:
    from api.printing import print_actors

    (page,) = print_actors(sample_register, sectors=["mobilite"], outside="200093201", text="vélo")
    text = " ".join(words.text for words in page.words).replace("\u00a0", " ")
    assert "filière « Mobilité »" in text
    assert "hors de « Métropole Européenne de Lille »" in text
    assert "contient « vélo »" in text
