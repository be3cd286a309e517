"""A few addresses of the region, and some around it, that the tests' address services know."""

from __future__ import annotations

from dataclasses import dataclass, field

Point = tuple[float, float]
"""Longitude, latitude."""


@dataclass(frozen=True, slots=True)
class Place:
    """A commune, a street with its numbers, or a named place, as the Base Adresse Nationale writes them."""

    kind: str
    name: str
    postcodes: tuple[str, ...]
    citycode: str
    city: str
    context: str
    point: Point
    numbers: dict[str, Point] = field(default_factory=dict)
    importance: float = 0.5

    @property
    def departement(self) -> str:
        """Give its number."""
        return self.context[:2]


def _commune(
    name: str, code: str, postcodes: tuple[str, ...], point: Point, departement: str, importance: float
) -> Place:
    context = f"{code[:2]}, {departement}"
    return Place("municipality", name, postcodes, code, name, context, point, importance=importance)


def _street(name: str, commune: Place, postcode: str, point: Point, *numbers: str) -> Place:
    """Lay a street out from a point: each number 20 metres or so after the one before."""
    lon, lat = point
    laid = {number: (round(lon + rank * 0.0002, 6), lat) for rank, number in enumerate(numbers, 1)}
    return Place(
        "street", name, (postcode,), commune.citycode, commune.name, commune.context, point, laid, 0.4
    )


LILLE = _commune("Lille", "59350", ("59000", "59800"), (3.0586, 50.6318), "Nord, Hauts-de-France", 0.9)
LENS = _commune("Lens", "62498", ("62300",), (2.8319, 50.4289), "Pas-de-Calais, Hauts-de-France", 0.6)
ROUBAIX = _commune("Roubaix", "59512", ("59100",), (3.1746, 50.6905), "Nord, Hauts-de-France", 0.7)
AMIENS = _commune(
    "Amiens", "80021", ("80000", "80080", "80090"), (2.2957, 49.8941), "Somme, Hauts-de-France", 0.8
)
DURY_AISNE = _commune("Dury", "02273", ("02480",), (3.13044, 49.749435), "Aisne, Hauts-de-France", 0.2)
LYON = _commune("Lyon", "69123", ("69002",), (4.8357, 45.7640), "Rhône, Auvergne-Rhône-Alpes", 0.95)

PLACES = (
    LILLE,
    LENS,
    ROUBAIX,
    AMIENS,
    DURY_AISNE,
    LYON,
    _street("Rue Faidherbe", LILLE, "59800", (3.0661, 50.6367), "12", "14", "14 bis", "16"),
    _street("Rue Nationale", LILLE, "59800", (3.0560, 50.6345), "1", "3", "5"),
    _street("Rue du Général Leclerc", LILLE, "59000", (3.0600, 50.6280), "2", "4"),
    _street("Rue René Lanoy", LENS, "62300", (2.8301, 50.4309), "17", "19"),
    _street("Rue Roger Salengro", LENS, "62300", (2.8340, 50.4300), "8", "10"),
    _street("Rue de l'Épeule", ROUBAIX, "59100", (3.1680, 50.6880), "40", "42"),
    _street("Boulevard Carnot", AMIENS, "80000", (2.3010, 49.8900), "6", "8"),
    _street("Rue de la Mairie", DURY_AISNE, "02480", (3.13044, 49.749435), "3"),
    _street("Place Bellecour", LYON, "69002", (4.8320, 45.7578), "1"),
    Place(
        "locality", "Cité du Grand Condé", ("62300",), "62498", "Lens", LENS.context, (2.8150, 50.4370)
    ),
)  # fmt: skip
