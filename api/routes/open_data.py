"""The JSON side, `/api/v1/`: each endpoint reads its parameters, asks one question, writes the answer.

Endpoints are plain functions: the framework runs them on a thread, since a question waits for the database.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import ValidationError

from api.data_version import make_etag, read_summary, summary_as_json
from api.dependencies import get_register
from api.examples import describe_answers
from api.geocode_schemas import GeocodeOut
from api.geocoded import geocoded_as_geojson
from api.geojson import contour_as_geojson, presence_as_feature
from api.parameters import (
    MAX_ID,
    CoverageQuery,
    GeocodeQuery,
    NearQuery,
    PresencesQuery,
    SectorsQuery,
    TerritoriesQuery,
    refuse_repeated,
)
from api.places import check_territory, get_named_territory, get_origin, make_point_origin
from api.quick_route import QuickRoute
from api.readers import ReaderDep
from api.responses import GEOJSON, answer_json
from api.schemas import (
    CoverageOut,
    NearOut,
    PresenceOut,
    PresencesOut,
    SectorsOut,
    TerritoriesOut,
    TerritoryFeature,
)
from data.questions import (
    answer_coverage,
    answer_near,
    count_hidden,
    describe_territory,
    find_nearby,
    find_nearby_soon,
    find_presences,
    geocode,
    get_presence,
    list_sectors,
)
from data.session import Register
from geo.contract import coverage_as_json, near_as_json
from geo.geocoding.answer import AddressQuery
from geo.records import Territory, Visibility

router = APIRouter(
    prefix="/api/v1", tags=["Données"], dependencies=[Depends(refuse_repeated)], route_class=QuickRoute
)

JsonObject = dict[str, Any]


@router.get("/near", response_class=Response, responses=describe_answers(NearOut, "near", 404, 422))
def read_near(request: Request, query: Annotated[NearQuery, Query()], reader: ReaderDep) -> Response:
    """Qui est près d'un lieu ou d'un point, du plus proche au plus lointain (distances à vol d'oiseau)."""
    register = get_register(request)
    if reader is Visibility.PUBLIC and "if-none-match" not in request.headers:
        # Most questions: the answer and the version of the data that it speaks of come in one message.
        found = find_nearby(
            register,
            origin=get_origin(register, q=query.q, lon=query.lon, lat=query.lat),
            sector=query.sector,
            kind=query.kind,
            radius_m=query.radius_m,
            limit=query.limit,
        )
        if found is not None:
            etag = make_etag(request, register, at_version=found.data_version)
            return answer_json(request, etag, lambda: near_as_json(found))

    def produce() -> JsonObject:
        answer = answer_near(
            register,
            origin=get_origin(register, q=query.q, lon=query.lon, lat=query.lat),
            sector=query.sector,
            kind=query.kind,
            radius_m=query.radius_m,
            limit=query.limit,
            reader=reader,
        )
        return near_as_json(answer)

    return answer_json(request, make_etag(request, register), produce)


async def answer_near_quickly(request: Request, register: Register) -> Response | None:
    """Answer as `read_near` does, from the event loop; None for what has to go the usual way."""
    asked = request.query_params.multi_items()
    values = dict(asked)
    if len(values) != len(asked) or "q" in values:
        return None
    try:
        query = NearQuery.model_validate(values)
    except ValidationError:
        return None
    if query.lon is None or query.lat is None:
        return None
    if query.sector is not None and query.sector not in register.sectors:
        return None
    found = await find_nearby_soon(
        register,
        origin=make_point_origin(lon=query.lon, lat=query.lat),
        sector=query.sector,
        kind=query.kind,
        radius_m=query.radius_m,
        limit=query.limit,
    )
    if found is None:
        return None
    etag = make_etag(request, register, at_version=found.data_version)
    return answer_json(request, etag, lambda: near_as_json(found))


@router.get(
    "/presences",
    response_class=Response,
    responses=describe_answers(PresencesOut, "presences", 422, media_type=GEOJSON),
)
def read_presences(
    request: Request, query: Annotated[PresencesQuery, Query()], reader: ReaderDep
) -> Response:
    """Le registre en GeoJSON, filtré, page par page. En un fichier : presences.csv, .geojson, .ndjson."""
    register = get_register(request)

    def produce() -> JsonObject:
        check_territory(register, "territory", query.territory)
        check_territory(register, "outside", query.outside)
        page = find_presences(
            register,
            kind=query.kind,
            sector=query.sector,
            territory=query.territory,
            outside=query.outside,
            status=query.status,
            text=query.text,
            limit=query.limit,
            cursor=query.cursor,
            reader=reader,
        )
        return {
            "type": "FeatureCollection",
            "features": [presence_as_feature(presence) for presence in page.items],
            "total": page.total,
            "next_cursor": page.next_cursor,
            "received": page.counts.received,
            "by_status": page.counts.by_status(),
            "hidden": page.hidden,
            "data_date": page.data_date,
        }

    return answer_json(request, make_etag(request, register), produce, media_type=GEOJSON)


@router.get(
    "/presences/{presence_id}",
    response_class=Response,
    responses=describe_answers(PresenceOut, "presence", 404, 422, media_type=GEOJSON),
)
def read_presence(
    request: Request,
    presence_id: Annotated[int, Path(ge=1, le=MAX_ID, description="Numéro de la fiche.")],
    reader: ReaderDep,
) -> Response:
    """Une fiche, en GeoJSON."""
    register = get_register(request)

    def produce() -> JsonObject:
        feature = presence_as_feature(get_presence(register, presence_id, reader=reader))
        return {**feature, **summary_as_json(read_summary(register))}

    return answer_json(request, make_etag(request, register), produce, media_type=GEOJSON)


@router.get("/coverage", response_class=Response, responses=describe_answers(CoverageOut, "coverage", 422))
def read_coverage(request: Request, query: Annotated[CoverageQuery, Query()]) -> Response:
    """Où le réseau est présent, par territoire et hors d'un territoire, en proportion des habitants."""
    register = get_register(request)

    def produce() -> JsonObject:
        for code in query.outside.split(","):
            check_territory(register, "outside", code.strip())
        answer = answer_coverage(
            register,
            level=query.level,
            kind=query.kind,
            sector=query.sector,
            outside=query.outside,
            at=query.at,
            basis=query.basis,
            denominator=query.denominator,
        )
        return {**coverage_as_json(answer), "hidden": count_hidden(register)}

    return answer_json(request, make_etag(request, register), produce)


@router.get(
    "/territories", response_class=Response, responses=describe_answers(TerritoriesOut, "territories", 422)
)
def read_territories(request: Request, query: Annotated[TerritoriesQuery, Query()]) -> Response:
    """Les territoires d'un niveau, sans leur contour."""
    register = get_register(request)

    def produce() -> JsonObject:
        territories = register.referential.territories(query.level)
        return {
            "level": query.level.value,
            "territories": [_territory_as_json(territory) for territory in territories],
            **summary_as_json(read_summary(register)),
        }

    return answer_json(request, make_etag(request, register), produce)


@router.get(
    "/territories/{code}",
    response_class=Response,
    responses=describe_answers(TerritoryFeature, "territory", 404, 422, media_type=GEOJSON),
)
def read_territory(
    request: Request,
    code: Annotated[str, Path(description="Code INSEE, SIREN ou numéro.", examples=["200093201"])],
) -> Response:
    """Un territoire, son contour et ce qui s'y trouve (GeoJSON). Un ancien code mène à son successeur."""
    register = get_register(request)

    def produce() -> JsonObject:
        sheet = describe_territory(register, get_named_territory(register, code).code)
        territory = sheet.territory
        return {
            "type": "Feature",
            "id": territory.code,
            "geometry": contour_as_geojson(territory.contour),
            "properties": {
                **_territory_as_json(territory),
                "count_by_kind": {count.kind.value: count.count for count in sheet.counts},
                "expected_by_kind": {count.kind.value: count.expected for count in sheet.counts},
                "count_by_sector": dict(sheet.count_by_sector),
                "commune_codes": list(territory.commune_codes),
            },
            **summary_as_json(read_summary(register)),
        }

    return answer_json(request, make_etag(request, register), produce, media_type=GEOJSON)


@router.get(
    "/geocode",
    response_class=Response,
    responses=describe_answers(GeocodeOut, "geocode", 422, media_type=GEOJSON),
)
def read_geocode(request: Request, query: Annotated[GeocodeQuery, Query()]) -> Response:
    """Une adresse en position, comme le service national ; « non trouvé » est une réponse, avec raisons."""
    register = get_register(request)
    address = AddressQuery(
        text=query.q or "",
        street=query.street or "",
        postcode=query.postcode or "",
        city=query.city or "",
        code_insee=query.citycode or "",
        lon="" if query.lon is None else repr(query.lon),
        lat="" if query.lat is None else repr(query.lat),
    )
    asked = query.q or " ".join(part for part in (query.street, query.postcode, query.city) if part)

    def produce() -> JsonObject:
        return geocoded_as_geojson(register, asked, geocode(register, address, explain=query.explain))

    return answer_json(request, make_etag(request, register), produce, media_type=GEOJSON)


@router.get("/sectors", response_class=Response, responses=describe_answers(SectorsOut, "sectors", 422))
def read_sectors(request: Request, _query: Annotated[SectorsQuery, Query()]) -> Response:
    """Les filières, chacune après celle du dessus."""
    register = get_register(request)

    def produce() -> JsonObject:
        sectors = [
            {"code": sector.code, "label": sector.label, "parent": sector.parent}
            for sector in list_sectors(register)
        ]
        return {"sectors": sectors, **summary_as_json(read_summary(register))}

    return answer_json(request, make_etag(request, register), produce)


def _territory_as_json(territory: Territory) -> JsonObject:
    lon, lat = territory.position.lon_lat() if territory.position else (None, None)
    return {
        "code": territory.code,
        "name": territory.name,
        "level": territory.level.value,
        "population": territory.population,
        "vintage": territory.vintage,
        "lon": lon,
        "lat": lat,
        "part_of": dict(territory.part_of),
    }
