"""The map of `/couverture`: the question of the page, drawn by the measure it asks for."""

from __future__ import annotations

from api.coverage_form import CoverageForm
from api.pictures import list_territories, read_antennes, write_sources
from api.places import check_territory
from data.questions import answer_coverage, describe_register
from data.session import Register
from geo.records import Kind

_ASSET_URL = "/assets"


def draw_coverage_page_map(register: Register, form: CoverageForm) -> str:
    """Draw what `/couverture` counts, as a page whose scripts the site serves."""
    from maps.coverage_map import draw_coverage_map  # noqa: PLC0415 (40 MB: for maps only)

    for code in form.outside:
        check_territory(register, "outside", code)
    answer = answer_coverage(register, **form.ask())
    return draw_coverage_map(
        answer,
        territories=list_territories(register, form.level),
        antennes=() if form.kind is Kind.ANTENNE else read_antennes(register),
        measure=form.measure,
        sectors=register.sectors.sectors,
        source=write_sources(register),
        territory_url="/territoires/{code}",
        asset_url=_ASSET_URL,
        is_fictional=describe_register(register).is_fictional,
    )
