"""The pages: each answers its question in words, in the HTML itself, with whatever register."""

from __future__ import annotations

import re
from html import unescape

import pytest
from fastapi.testclient import TestClient

from geo.records import MEL_CODE

PAGES = (
    "/",
    "/proche",
    "/proche?q=Lens",
    "/carte",
    "/carte?sector=alimentation&outside=200093201",
    "/couverture",
    "/couverture?level=departement&sort=name",
    "/territoires",
    "/territoires?q=Hellemmes",
    "/territoires/62498",
    f"/territoires/{MEL_CODE}",
    "/territoires/62",
    "/territoires/32",
    "/api",
)


def read_text(client: TestClient, address: str, status: int = 200) -> str:
    """Read a page as a person hears it: tags gone, spaces single."""
    answer = client.get(address)
    assert answer.status_code == status, answer.text[:500]
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", body))).strip()


@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_whole_with_any_register(
    client: TestClient, empty_client: TestClient, sample_client: TestClient, address: str
) -> None:
    for each in (client, empty_client, sample_client):
        answer = each.get(address)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.text.count("<h1") == 1
        assert '<html lang="fr">' in answer.text
        assert "<main id=" in answer.text
        words = re.sub(r"<pre.*?</pre>|<[^>]+>", "", answer.text, flags=re.DOTALL)
        assert not re.search(r"(?<!-)\bNone\b", words)
        assert not re.search(r"https?://(?!exemple|www\.epicerie)[^\"]*\.(?:js|css|png)", answer.text)


def test_home_says_three_true_figures_with_their_date(client: TestClient) -> None:
    text = read_text(client, "/")
    assert "5 acteurs placés à leur adresse" in re.sub(
        r"(acteurs placés à leur adresse) ?(\d+)", r"\2 \1", text
    )
    assert "12 mars 2026" in text
    assert "Et aussi : 1 projet et 1 antenne." in text


def test_near_says_who_and_how_far(client: TestClient) -> None:
    text = read_text(client, "/proche?lat=50.4289&lon=2.8319&kind=actor&radius_m=5000")
    assert "3 acteurs à moins de 5 km du point choisi. Le plus proche est ici même, à Lens." in text
    text = read_text(client, "/proche?q=Lens&kind=actor&sector=mobilite")
    assert re.search(r"1 acteur de la filière « Mobilité[^»]*» à Lens\.", text)
    assert "sur place" in text
    text = read_text(client, "/proche?lat=50.4289&lon=2.8319&sector=mobilite")
    assert re.search(r"2,\d km au nord", text)


def test_a_presence_known_to_its_commune_only_is_given_no_distance(client: TestClient) -> None:
    page = client.get("/proche?q=Lens&kind=actor").text
    line = page[page.index("Sans rue à Lens") :]
    assert "à la commune" in line[: line.index("</li>")]
    assert " m</strong>" not in line[: line.index("</li>")]


def test_an_empty_answer_says_how_far_the_nearest_is_and_widens(client: TestClient) -> None:
    address = "/proche?q=Lens&kind=antenne&radius_m=5000"
    text = read_text(client, address)
    assert "Aucune antenne à Lens ou à moins de 5 km. La plus proche est à 49 km, à Valenciennes." in text
    assert "Élargir à 50 km" in text or "Élargir à 60 km" in text
    wider = re.search(r'href="(/proche\?[^"]*)">Élargir', client.get(address).text)
    assert wider
    assert "mais 1 antenne à moins de" in read_text(client, unescape(wider[1]))


def test_nobody_at_all_is_said_plainly(empty_client: TestClient) -> None:
    assert "Personne à Lens ou à moins de 10 km." in read_text(empty_client, "/proche?q=Lens")


def test_an_ambiguous_place_lets_choose(client: TestClient) -> None:
    page = client.get("/proche?q=Saint-Aubin&radius_m=20000").text
    choices = re.findall(r'<a class="button" href="(/proche\?[^"]+)">(Saint-Aubin[^<]*)</a>', page)
    assert len(choices) > 1
    address, label = choices[0]
    text = read_text(client, unescape(address))
    assert f"Près de {unescape(label).partition(' (')[0]}" in text
    assert "ou à moins de 20 km" in text or "à moins de 20 km de sa limite" in text


def test_a_place_that_is_not_found_is_said_with_what_to_do(client: TestClient) -> None:
    text = read_text(client, "/proche?q=xqzwkj", 404)
    assert "« xqzwkj » n’a pas été trouvé dans les Hauts-de-France." in text
    assert "Vérifiez l’orthographe" in text


def test_a_name_leads_to_its_sheet(client: TestClient) -> None:
    # A town of the region is called Vélu: the name of a presence goes before a spelling that was guessed.
    text = read_text(client, "/proche?q=Atelier vélo")
    assert "1 fiche a « Atelier vélo » dans son nom" in text
    assert "L'Atelier vélo" in text
    assert re.search(r"Chercher plutôt près de .*Vélu", text)
    # A town's own name is the town, even when names hold it too.
    assert "Près de Lens" in read_text(client, "/proche?q=Lens")


def test_what_was_asked_stays_in_the_form(client: TestClient) -> None:
    page = client.get("/proche?q=Lens&sector=mobilite&kind=actor&radius_m=20000").text
    assert 'value="Lens"' in page
    for value in ("actor", "20000"):
        assert f'<option value="{value}" selected>' in page
    assert '<input type="checkbox" name="sector" value="mobilite" checked>' in page


def test_map_writes_its_filters_each_with_a_way_out(client: TestClient) -> None:
    page = client.get(f"/carte?sector=alimentation&outside={MEL_CODE}").text
    chips = re.search(r'<ul class="chips".*?</ul>', page, re.DOTALL)
    assert chips
    assert f'href="/carte?kind=actor&amp;outside={MEL_CODE}"' in chips[0]
    assert 'href="/carte?kind=actor&amp;sector=alimentation"' in chips[0]
    text = read_text(client, f"/carte?sector=alimentation&outside={MEL_CODE}")
    assert "3 acteurs sur 7" in text
    assert "La Ressource lilloise" not in text


def test_the_list_of_the_map_is_the_same_as_the_data(client: TestClient) -> None:
    page = client.get("/carte?sector=alimentation").text
    listed = {int(number) for number in re.findall(r'id="presence-(\d+)"', page)}
    data = client.get("/api/v1/presences?kind=actor&sector=alimentation").json()
    assert listed == {feature["id"] for feature in data["features"]}


def test_the_list_of_the_map_goes_on(sample_client: TestClient) -> None:
    seen: list[str] = []
    address = "/carte"
    while address:
        page = sample_client.get(address).text
        seen += re.findall(r'id="presence-(\d+)"', page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        address = unescape(following[1]) if following else ""
    total = sample_client.get("/api/v1/presences?kind=actor&limit=1").json()["total"]
    assert len(seen) == len(set(seen)) == total > 100


def test_coverage_says_the_findings_with_their_figures(client: TestClient) -> None:
    text = read_text(client, "/couverture")
    assert "Hors de la MEL se trouvent 83,3 % des acteurs et 80,1 % des habitants" in text
    assert "la différence n’est pas significative" in text
    assert "5 dehors, 1 dedans. Intervalle à 95 % : de 43,6 % à 97,0 %." in text
    assert "89 intercommunalités sur 92 n’ont aucun acteur." in text
    assert (
        "8 acteurs reçus = 5 placés à leur adresse + 1 à la commune + 1 à vérifier + 1 à localiser"
        " + 0 hors de la région" in text
    )
    assert "Comment est-ce calculé ?" in text


def test_the_table_is_sorted_by_links(client: TestClient) -> None:
    def read_names(address: str) -> list[str]:
        page = client.get(address).text
        start = page.index('id="tableau"')
        table = page[start : page.index("</table>", start)]
        return [unescape(name) for name in re.findall(r'<th scope="row">(?:<a[^>]*>)?([^<]+)', table)]

    names = read_names("/couverture?sort=name")
    assert names == sorted(names)
    assert read_names("/couverture?sort=name&order=desc") == names[::-1]
    assert read_names("/couverture")[0] == "Métropole Européenne de Lille"
    page = client.get("/couverture?sort=count").text
    assert page.count('aria-sort="descending"') == 1
    assert "sort=count&amp;order=asc" in page


def test_the_table_of_communes_has_pages(client: TestClient) -> None:
    page = client.get("/couverture?level=commune").text
    assert "1 à 200 sur 3\u202f782" in page
    assert "Page suivante" in page
    assert "Page précédente" in client.get("/couverture?level=commune&page=2").text


def test_the_rows_of_a_level_that_has_no_sheet_are_no_links(client: TestClient) -> None:
    page = client.get("/couverture?level=bassin_vie").text
    start = page.index('id="tableau"')
    table = page[page.index("<tbody>", start) : page.index("</tbody>", start)]
    for code in re.findall(r'href="/territoires/([^"]+)"', table):
        assert "Bassin de vie" in read_text(client, f"/territoires/{code}")


def test_an_empty_register_has_no_share(empty_client: TestClient) -> None:
    text = read_text(empty_client, "/couverture")
    assert "il n’y a pas de part à calculer" in text


def test_a_sheet_says_what_is_there_against_what_is_expected(client: TestClient) -> None:
    text = read_text(client, "/territoires/62498")
    assert text.count("Lens") > 2
    assert "4 acteurs ici" in text
    assert "La Petite Épicerie" in text
    assert "L’antenne la plus proche, à Valenciennes, est à" in text


def test_an_old_code_leads_to_the_territory_of_today(client: TestClient) -> None:
    # Hellemmes, associated with Lille since 1977.
    answer = client.get("/territoires/59298", follow_redirects=False)
    assert answer.status_code == 301
    assert answer.headers["location"] == "/territoires/59350"


def test_the_index_finds_by_old_name_postcode_and_word(client: TestClient) -> None:
    for q in ("Hellemmes", "59000", "lille"):
        assert 'href="/territoires/59350"' in client.get("/territoires", params={"q": q}).text
    assert "Aucun territoire" in read_text(client, "/territoires?q=xqzwkj")


def test_maps_stand_on_their_own_pages(client: TestClient, empty_client: TestClient) -> None:
    for address in ("/carte/plan", "/couverture/plan", "/proche/plan?q=Lens", "/territoires/62498/plan"):
        for each in (client, empty_client):
            answer = each.get(address)
            assert answer.status_code == 200
            assert "/assets/" in answer.text
            assert "<title>" in answer.text


def test_a_map_without_an_origin_asks_for_one(client: TestClient) -> None:
    assert client.get("/proche/plan").status_code == 422
    assert client.get("/proche/plan?q=xqzwkj").status_code == 404
