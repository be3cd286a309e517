"""The maps that stand beside the pages: the same question as the page, drawn with linked scripts."""

from __future__ import annotations

from api.forms import CoverageForm, MapForm, NearForm
from api.near_view import SHOWN, find_form_origin
from api.pictures import picture_actors, picture_coverage, picture_near
from api.places import check_territory
from api.problems import Fault
from api.refusals import InvalidParameterError
from data.session import Register

ASSET_URL = "/assets"


def draw_map(register: Register, form: MapForm, *, limit: int) -> str:
    """Draw what the filters of `/carte` keep."""
    check_territory(register, "territory", form.territory)
    check_territory(register, "outside", form.outside)
    return picture_actors(
        register,
        kind=form.kind,
        sector=form.sector,
        territory=form.territory,
        outside=form.outside,
        text=form.text,
        limit=limit,
        asset_url=ASSET_URL,
    )


def draw_coverage(register: Register, form: CoverageForm) -> str:
    """Draw what `/couverture` counts."""
    check_territory(register, "outside", form.outside)
    return picture_coverage(
        register,
        level=form.level,
        kind=form.kind,
        sector=form.sector,
        outside=form.outside,
        at=form.at,
        asset_url=ASSET_URL,
    )


def draw_near(register: Register, form: NearForm) -> str:
    """
    Draw who is near.

    Raises
    ------
    InvalidParameterError
        If the form names no place.
    """
    origin = find_form_origin(register, form)
    if origin is None:
        fault = Fault(parameter="q", expected="un lieu (q), ou un point (lat et lon)", received="rien")
        raise InvalidParameterError([fault])
    return picture_near(
        register,
        origin=origin,
        kind=form.kind,
        sector=form.sector,
        radius_m=form.radius_m,
        limit=SHOWN,
        asset_url=ASSET_URL,
    )


def draw_territory(register: Register, code: str) -> str:
    """Draw the actors of a territory, outlined."""
    territory = register.referential.find(code)
    title = f"Les acteurs : {territory.name}" if territory else None
    return picture_actors(register, territory=code, title=title, asset_url=ASSET_URL)
