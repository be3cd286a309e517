"""Whatever a cell holds: one answer, no exception, nothing placed by chance."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.geocoding.answer import AddressQuery, Reason
from geo.geocoding.geocoder import Geocoder
from geo.records import PlacementStatus

HOSTILE = [
    "a" * 10_000, "1 " * 5_000, "59000 " * 2_000, "," * 10_000, "@" * 10_000, "é" * 10_000, "Ã©" * 5_000,
    "(" * 9_999, "'; DROP TABLE presences; --", "<script>alert(1)</script>", "=CMD|'/C calc'!A0",
    "\u202eelliL 00095", "مدينة ليل", "里尔市", "🏠🏠🏠", "\x00\x01\x02", "0" * 300, "99999 99999",
    "00000 Lille", "rue rue rue rue", "bis ter quater", "1e400", "-1", "²³¹", "½ rue", "NULL", "nan", "None",
    "\ud800", "cedex cedex", "12 12 12 12 12 rue", "٣ rue ٥٩٠٠٠",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_gets_one_answer(geocoder: Geocoder, text: str) -> None:
    answer = geocoder.geocode(AddressQuery(id="x", text=text), explain=True)
    assert answer.id == "x"
    assert answer.status is not PlacementStatus.PLACED
    assert (Reason.INPUT_TRUNCATED in answer.reasons) == (len(text) > 300)


@settings(max_examples=200)
@given(
    text=st.text(max_size=60), street=st.text(max_size=20), postcode=st.text(max_size=8),
    city=st.text(max_size=12), code=st.text(max_size=6), lon=st.text(max_size=10), lat=st.text(max_size=10),
)  # fmt: skip
def test_any_cells_get_one_answer(
    geocoder: Geocoder, text: str, street: str, postcode: str, city: str, code: str, lon: str, lat: str
) -> None:
    query = AddressQuery(
        id="x", text=text, street=street, postcode=postcode, city=city, code_insee=code, lon=lon, lat=lat
    )
    answers = geocoder.geocode_many([query, query])
    assert [answer.id for answer in answers] == ["x", "x"]
    assert answers[0] == answers[1]


@settings(max_examples=100)
@given(
    st.lists(
        st.sampled_from(
            [
                "12",
                "bis",
                "rue",
                "de",
                "Lille",
                "Lens",
                "59000",
                "62300",
                ",",
                "-",
                "cedex",
                "BP",
                "7500",
                "Belgique",
                "Y",
                "Eu",
                "8",
                "mai",
                "le",
            ]
        ),
        max_size=12,
    )
)
def test_words_of_addresses_in_any_order_get_one_answer(geocoder: Geocoder, words: list[str]) -> None:
    answer = geocoder.geocode(AddressQuery(text=" ".join(words)), explain=True)
    assert 0 <= answer.confidence <= 1
    assert 0 <= answer.score <= 1
    assert (answer.position is None) == (answer.precision is None)
    if answer.status in (PlacementStatus.PLACED, PlacementStatus.COMMUNE):
        assert answer.citycode is not None
