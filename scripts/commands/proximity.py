"""`maillage near`: who is near an address or a point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

import typer

from data.opening import open_register
from data.questions import answer_near, find_origin
from data.session import Register
from geo.contract import near_as_json
from geo.errors import MaillageError
from geo.french import KIND_NAMES, write_count, write_distance
from geo.geocoding.answer import GeocodedAddress
from geo.position import Position
from geo.records import Kind, NearAnswer, Neighbour, Origin, Precision
from scripts.console import output, print_json, say, say_title
from scripts.parameters import AnyKind, Json, OneSector, read_sector
from scripts.tables import add_cells, start_table


class OriginNotFoundError(MaillageError, LookupError):
    """No point could be given to the address typed: the person has to say more."""

    def __init__(self, *, text: str, answer: GeocodedAddress) -> None:
        self.text = text
        self.answer = answer
        message = f"Adresse introuvable dans les Hauts-de-France : {text!r}."
        if answer.candidates:
            names = " ; ".join(candidate.label for candidate in answer.candidates[:8])
            message = f"Adresse ambiguë : {text!r}. Précisez parmi : {names}."
        super().__init__(message)


def show_near(
    address: Annotated[str | None, typer.Argument(help="Une adresse, une commune ou un code postal.")] = None,
    lat: Annotated[float | None, typer.Option(help="Latitude WGS84, en degrés.", min=-90, max=90)] = None,
    lon: Annotated[float | None, typer.Option(help="Longitude WGS84, en degrés.", min=-180, max=180)] = None,
    sector: OneSector = None,
    kind: AnyKind = None,
    radius_km: Annotated[
        float | None, typer.Option(help="Ne pas chercher plus loin.", min=0.001, max=2_000)
    ] = None,
    limit: Annotated[int, typer.Option(help="Nombre de réponses.", min=1, max=1_000)] = 10,
    as_json: Json = False,
) -> None:
    """Trouver qui est près d'une adresse, du plus proche au plus lointain."""
    register = open_register()
    question = NearQuestion(
        origin=read_origin(register, address, lat=lat, lon=lon),
        sector=read_sector(register, sector),
        kind=kind,
        radius_m=None if radius_km is None else radius_km * 1_000,
        limit=limit,
    )
    answer = question.ask(register)
    if as_json:
        print_json(near_as_json(answer))
    else:
        say_near(answer, labels={each.code: each.label for each in register.sectors.sectors})
        if not answer.results:
            _say_nearest(replace(question, radius_m=None, limit=1).ask(register))


@dataclass(frozen=True, slots=True, kw_only=True)
class NearQuestion:
    """What was asked, so that it can be asked again without its radius."""

    origin: Origin
    sector: str | None
    kind: Kind | None
    radius_m: float | None
    limit: int

    def ask(self, register: Register) -> NearAnswer:
        """Ask the register."""
        return answer_near(
            register,
            origin=self.origin,
            sector=self.sector,
            kind=self.kind,
            radius_m=self.radius_m,
            limit=self.limit,
        )


def read_origin(
    register: Register, address: str | None, *, lat: float | None = None, lon: float | None = None
) -> Origin:
    """Turn what was typed into a point, or say why it cannot be."""
    if lat is not None and lon is not None and address is None:
        return Origin(position=Position(lon=lon, lat=lat), label=f"{lat}, {lon}", precision=Precision.GIVEN)
    if address is None or lat is not None or lon is not None:
        message = (
            'Indiquez une adresse ("Lens", "1 rue de la Paix 62300 Lens"), ou bien --lat et --lon ensemble.'
        )
        raise typer.BadParameter(message)
    origin = find_origin(register, address)
    if isinstance(origin, GeocodedAddress):
        raise OriginNotFoundError(text=address, answer=origin)
    return origin


def say_near(answer: NearAnswer, *, labels: Mapping[str, str]) -> None:
    """Print the ranked list; `labels` are the sectors' names by code."""
    what = KIND_NAMES[answer.kind][1] if answer.kind else "présences"
    reach = f"à moins de {write_distance(answer.radius_m)} de" if answer.radius_m else "près de"
    sector = f" ({labels[answer.sector]})" if answer.sector else ""
    say_title(f"{what.capitalize()}{sector} {reach} {answer.origin.label}")
    table = start_table("Distance", "Nom", "Commune", "Filières", right=("Distance",), header=False)
    for neighbour in answer.results:
        presence = neighbour.presence
        add_cells(
            table,
            _write_reach(neighbour),
            presence.name,
            presence.commune_name,
            ", ".join(labels.get(code, code) for code in presence.sectors),
        )
    if answer.results:
        output().print(table)
    unplaced = answer.counts.received - answer.counts.counted
    if unplaced:
        verb = "ne peut" if unplaced == 1 else "ne peuvent"
        say(f"{write_count(unplaced, 'présence non placée', 'présences non placées')} {verb} figurer ici.")


def _write_reach(neighbour: Neighbour) -> str:
    """Write the distance, but none for what is only placed at its town: it would be a false one."""
    is_exact = neighbour.presence.precision is not Precision.COMMUNE
    return write_distance(neighbour.distance_m) if is_exact else "à la commune"


def _say_nearest(answer: NearAnswer) -> None:
    if not answer.results:
        say("Personne ne répond à ces critères dans la région : retirez un filtre.")
        return
    nearest = answer.results[0]
    is_exact = nearest.presence.precision is not Precision.COMMUNE
    # Of what is only known to its town, a distance would be a false one.
    where = f"à {write_distance(nearest.distance_m)}" if is_exact else "connu à la commune seulement"
    say(f"Personne. Le plus proche est {where} : {nearest.presence.name} ({nearest.presence.commune_name}).")
