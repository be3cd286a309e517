"""`maillage reverse`: from a point to where that is."""

from __future__ import annotations

from typing import Annotated

import typer

from api.reversed import reversed_as_geojson
from data.questions import reverse_geocode
from geo.french import write_distance, write_number
from geo.geocoding.reverse import ReverseAnswer
from geo.position import Position
from scripts.console import output, print_json, say, say_title
from scripts.parameters import Json
from scripts.tables import add_cells, start_table

# Of mainland France: a first figure in the second band and a second in the first are the wrong way round.
_LONGITUDES, _LATITUDES = (-6.0, 10.0), (41.0, 52.0)


def show_place(
    lon: Annotated[
        str, typer.Argument(help="Longitude WGS84, en degrés : 2,83 ou 2.83.", metavar="LONGITUDE")
    ],
    lat: Annotated[
        str, typer.Argument(help="Latitude WGS84, en degrés : 50,43 ou 50.43.", metavar="LATITUDE")
    ],
    limit: Annotated[int, typer.Option(help="Nombre d'adresses.", min=1, max=50)] = 1,
    as_json: Json = False,
) -> None:
    """Dire où est un point : l'adresse la plus proche, la commune, l'intercommunalité."""
    position = read_point(lon, lat)
    answer = reverse_geocode(None, position, limit=limit)
    if as_json:
        print_json(reversed_as_geojson(answer, limit=limit))
    else:
        _say_place(answer)


def read_point(lon: str, lat: str) -> Position:
    """
    Read a longitude and a latitude as typed, with a point or a comma.

    Examples
    --------
    >>> read_point("2,8319", "50.4289")
    Position(lon=2.8319, lat=50.4289)
    """
    try:
        east, north = (float(text.strip().removesuffix(",").replace(",", ".")) for text in (lon, lat))
        position = Position(lon=east, lat=north)
    except ValueError as error:
        message = (
            "On attend une longitude puis une latitude en degrés, par exemple : "
            f"maillage reverse 2,83 50,43. Reçu : {lon!r} et {lat!r}."
        )
        raise typer.BadParameter(message) from error
    if _is_within(east, _LATITUDES) and _is_within(north, _LONGITUDES):
        message = f"La longitude vient d'abord. Essayez : maillage reverse {lat} {lon}"
        raise typer.BadParameter(message)
    return position


def _is_within(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value <= bounds[1]


def _say_place(answer: ReverseAnswer) -> None:
    lat, lon = answer.position.lat_lon()
    where = f"latitude {write_number(lat, 5)}, longitude {write_number(lon, 5)}"
    if answer.commune is None:
        say_title("Hors des Hauts-de-France")
        say(f"Ce point ({where}) n'est dans aucune commune de la région.")
        return
    nearest = answer.addresses[0] if answer.addresses else None
    say_title(nearest.label if nearest else answer.commune.name)
    say(f"Point : {where}.")
    say(f"Commune : {answer.commune.name} ({answer.commune.code}).")
    if answer.epci is not None:
        say(f"Intercommunalité : {answer.epci.name} ({answer.epci.code}).")
    if nearest is None:
        say("Aucune adresse connue à moins de 2 km (maillage ban check dit ce qui est indexé).")
        return
    table = start_table("Distance", "Adresse", "Code INSEE", right=("Distance",), header=False)
    for address in answer.addresses:
        add_cells(table, write_distance(address.distance_m), address.label, address.citycode)
    output().print(table)
