"""What changes when the data change: tags, pages, drawn maps."""

from __future__ import annotations

from pathlib import Path

from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import ApiSettings
from tests.api.builders import fill_register, make_incoming, store_rows


def test_an_import_changes_the_tag_the_page_and_the_map(tmp_path: Path) -> None:
    register = fill_register(tmp_path, [make_incoming("Première")])
    with TestClient(create_app(ApiSettings(), register=register)) as client:
        before = client.get("/carte")
        assert "Première" in before.text
        map_before = client.get("/carte/plan").text
        assert client.get("/carte/plan").text == map_before
        store_rows(register, [make_incoming("Seconde")], source="autre")
        after = client.get("/carte", headers={"if-none-match": before.headers["etag"]})
        assert after.status_code == 200
        assert "Seconde" in after.text
        assert client.get("/carte/plan").text != map_before
    register.close()


def test_two_registers_never_share_a_tag(tmp_path: Path) -> None:
    tags = set()
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        register = fill_register(folder, [make_incoming("Seule")])
        with TestClient(create_app(register=register)) as client:
            tags.add(client.get("/api/v1/presences").headers["etag"])
        register.close()
    assert len(tags) == 2


def test_a_fictional_register_says_so_on_every_page(tmp_path: Path) -> None:
    register = fill_register(tmp_path, [make_incoming("Imaginaire")], is_fictional=True)
    with TestClient(create_app(register=register)) as client:
        for address in (
            "/",
            "/proche",
            "/carte",
            "/couverture",
            "/territoires",
            "/territoires/62498",
            "/api",
        ):
            assert "Données fictives de démonstration" in client.get(address).text
    register.close()
