"""Made-up presences for measures: as many as wanted, spread over the region as people are."""

from __future__ import annotations

import numpy as np

from data.incoming import IncomingPresence, PresenceFields
from geo.geocoding.answer import GeocodedAddress, Reason
from geo.position import Position
from geo.records import Kind, Level, PlacementStatus, Precision
from geo.territories import Referential

_SPREAD_DEG = 0.01
_KIND_SHARES = {
    Kind.ACTOR: 0.90,
    Kind.PROJECT: 0.05,
    Kind.EVENT: 0.04,
    Kind.AMBASSADOR: 0.0099,
    Kind.ANTENNE: 0.0001,
}


def make_crowd(
    referential: Referential, sectors: list[str], *, count: int, seed: int = 1
) -> list[IncomingPresence]:
    """
    Make presences around the town halls of the region, most where most people live.

    Parameters
    ----------
    referential
        The territories.
    sectors
        Codes; the first are the most frequent, as in real lists.
    count
        How many.
    seed
        The same seed makes the same crowd.
    """
    random = np.random.default_rng(seed)
    communes = [commune for commune in referential.territories(Level.COMMUNE) if commune.position]
    weights = np.array([commune.population for commune in communes], dtype=np.float64)
    chosen = random.choice(len(communes), size=count * 2, p=weights / weights.sum())
    centres = np.array([commune.position.lon_lat() for commune in communes if commune.position])[chosen]
    points = centres + random.normal(scale=_SPREAD_DEG, size=centres.shape)
    inside = [
        (lon, lat, code)
        for (lon, lat), code in zip(
            points.tolist(), referential.locate(points[:, 0], points[:, 1]), strict=True
        )
        if code is not None
    ][:count]
    kinds = random.choice(list(_KIND_SHARES), size=len(inside), p=list(_KIND_SHARES.values())).tolist()
    frequency = 1 / np.arange(1, len(sectors) + 1)
    picked = random.choice(sectors, size=(len(inside), 2), p=frequency / frequency.sum()).tolist()
    return [
        _make_presence(line, lon, lat, code, kind=Kind(kind), sectors=tuple(sorted(set(pair))))
        for line, ((lon, lat, code), kind, pair) in enumerate(
            zip(inside, kinds, picked, strict=True), start=2
        )
    ]


def _make_presence(
    line: int, lon: float, lat: float, code: str, *, kind: Kind, sectors: tuple[str, ...]
) -> IncomingPresence:
    name = f"Structure n° {line}"
    return IncomingPresence(
        line=line,
        kind=kind,
        key=str(line),
        key_kind="id",
        fingerprint=f"{line:064x}",
        row={"id": str(line), "nom": name, "lon": str(lon), "lat": str(lat), "commune": code},
        fields=PresenceFields(name=name, sectors=sectors, address="1 place de la Mairie", at_home=False),
        placement=GeocodedAddress(
            id=str(line),
            status=PlacementStatus.PLACED,
            position=Position(lon=lon, lat=lat),
            precision=Precision.GIVEN,
            score=1.0,
            confidence=1.0,
            citycode=code,
            provider="given",
            reasons=(Reason.COORDINATES_GIVEN,),
        ),
    )
