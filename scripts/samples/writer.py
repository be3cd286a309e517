"""The invented rows, one kind after the other; the same seed gives the same rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from random import Random

from data.samples import SAMPLE_AS_OF as AS_OF
from data.sectors import SectorBook
from geo.french import write_of_place
from geo.records import MEL_CODE, Kind, PlacementStatus, Territory
from scripts.samples.cells import draw_date, fill_place, write_amount, write_website
from scripts.samples.numbers import draw_rna, draw_siret
from scripts.samples.places import ACTOR_SHARE_IN_MEL, EMPTY_EPCI, Land, Place
from scripts.samples.rows import Row
from scripts.samples.words import Activity, Words

_REMARKS = (
    "vu au forum de rentrée", "à rappeler", "fiche relue par la structure", "adhésion en cours",
    "a changé de local",
)  # fmt: skip
_STAGES = ("idée", "étude", "expérimentation", "déploiement", "terminé")


class RowWriter:
    """Writes invented rows; the same seed gives the same rows."""

    def __init__(
        self, words: Words, sectors: SectorBook, land: Land, random: Random, *, taken: Iterable[str]
    ) -> None:
        self._words = words
        self._sectors = sectors
        self._land = land
        self._random = random
        self._names = set(taken)
        self._uses_by_tail: dict[str, int] = {}

    def write_antennes(self) -> list[Row]:
        """Write the three antennes: at the town hall's address where it has a number, else by coordinates."""
        rows = []
        for epci, start in (
            (MEL_CODE, "01/01/2001"),
            ("246200364", "01/06/2022"),
            ("245901160", "15/09/2025"),
        ):
            town = self._land.find_main_town(epci)
            place = self._land.give_town_hall(town)
            if place.expects is not PlacementStatus.PLACED:
                place = self._land.give_point(town)
            cells = {"Nom": f"Antenne {write_of_place(town.name)}", "Début": start}
            cells["Description"] = (
                "Siège, accueil du public et documentation."
                if epci == MEL_CODE
                else ("Permanences, rencontres par filière et accueil des porteurs de projets.")
            )
            rows.append(self._assemble(Kind.ANTENNE, "Antenne", cells, place))
        return rows

    def write_ambassadors(self, count: int) -> list[Row]:
        """Write ambassadors: role labels, never persons, one an EPCI, those without any actor first."""
        epci = self._land.list_epci()
        chosen = [territory for territory in epci if territory.code in EMPTY_EPCI]
        others = [territory for territory in epci[:70] if territory.code not in EMPTY_EPCI]
        chosen += self._random.sample(others, count - len(chosen))
        rows = []
        for territory in chosen:
            town = self._land.find_main_town(territory.code)
            role = self._random.choice(["Ambassadrice", "Ambassadeur"])
            short = territory.name.removeprefix("CA ").removeprefix("CC ").removeprefix("CU ")
            if territory.code == MEL_CODE:
                short = f"de la {short}"
            if not short.startswith(("de ", "d'", "du ", "des ")):
                short = write_of_place(short)
            cells = {
                "Nom": f"{role} du territoire {short}",
                "Description": "Fait connaître le réseau, accueille, relaie les besoins du territoire.",
                "Zone d'action": territory.name if self._random.random() < 0.7 else territory.code,
                "Début": draw_date(self._random, date(2022, 9, 1), date(2026, 2, 1)),
                "Visibilité": self._random.choices(["", "publique", "membres", "équipe"], [4, 3, 2, 1])[0],
            }
            place = Place(commune=town, street="", postcode=self._land.find_postcode(town), city=town.name)
            rows.append(self._assemble(Kind.AMBASSADOR, role, cells, place))
        return rows

    def write_actors(self, count: int) -> list[Row]:
        """Write actors: invented names, two fifths of them in the MEL."""
        activities = self._words.activities
        chosen = self._random.choices(activities, [activity.weight for activity in activities], k=count)
        count_in_mel = round(count * ACTOR_SHARE_IN_MEL)
        in_mel = [rank < count_in_mel for rank in range(count)]
        self._random.shuffle(in_mel)
        return [
            self._write_actor(activity, is_in_mel=is_in_mel)
            for activity, is_in_mel in zip(chosen, in_mel, strict=True)
        ]

    def write_projects(self, count: int, actors: Sequence[Row]) -> list[Row]:
        """Write projects: a stage, amounts, partners among the actors; some have only a zone of action."""
        rows = []
        for rank in range(count):
            idea = self._words.projects[rank % len(self._words.projects)]
            commune = self._land.draw_commune(share_in_mel=0.34)
            while (name := fill_place(idea.name, commune.name)) in self._names:
                commune = self._land.draw_commune(share_in_mel=0.34)
            self._names.add(name)
            sought = self._random.randrange(4, 160) * 500
            cells = {
                "Nom": name,
                "Filière": self._label(idea.sector),
                "Description": idea.summary,
                "Stade": self._random.choice(_STAGES),
                "Montant recherché (€)": write_amount(self._random, sought),
                "Partenaires": self._draw_partners(actors, commune),
                "Début": draw_date(self._random, date(2024, 1, 1), AS_OF),
                "Rayon d'action (km)": self._random.choice(["", "", "", "10", "15", "7,5"]),
            }
            if self._random.random() < 0.5:
                cells["Montant accordé (€)"] = write_amount(
                    self._random, int(sought * self._random.choice([0.2, 0.5, 1]))
                )
            if rank % 6 == 5:
                cells["Zone d'action"] = self._draw_zone(commune)
                rows.append(
                    Row(
                        kind=Kind.PROJECT, cells={"Type": "Projet", **cells}, expects=PlacementStatus.UNPLACED
                    )
                )
                continue
            if self._random.random() < 0.4:
                cells["Zone d'action"] = self._draw_zone(commune)
            rows.append(self._assemble(Kind.PROJECT, "Projet", cells, self._land.draw_place(commune)))
        return rows

    def write_events(self, count: int) -> list[Row]:
        """Write events (*temps forts*), before and after the day the list dates from."""
        rows = []
        for rank in range(count):
            theme = self._words.events[rank % len(self._words.events)]
            commune = self._land.draw_commune(share_in_mel=0.3)
            template = self._random.choice(theme.names)
            while (name := fill_place(template, commune.name)) in self._names:
                commune = self._land.draw_commune(share_in_mel=0.3)
            self._names.add(name)
            start = AS_OF + timedelta(days=self._random.randint(-150, 270))
            end = start + timedelta(days=self._random.choice([0, 0, 0, 1, 2]))
            cells = {
                "Nom": name,
                "Filière": self._label(theme.sector),
                "Début": start.strftime("%d/%m/%Y"),
                "Fin": end.strftime("%d/%m/%Y"),
            }
            kind = self._random.choice(["Temps fort", "Temps fort", "Temps-fort", "Événement"])
            rows.append(self._assemble(Kind.EVENT, kind, cells, self._land.draw_place(commune)))
        return rows

    def _write_actor(self, activity: Activity, *, is_in_mel: bool) -> Row:
        commune = self._land.draw_commune(share_in_mel=1 if is_in_mel else 0)
        name = self._draw_name(activity, commune.part_of["departement"])
        chance = self._random.random()
        cells = {
            "Nom": name,
            "Filière": self._label(activity.sector),
            "Description": fill_place(self._random.choice(activity.summaries), commune.name),
            "Forme juridique": self._random.choice(activity.forms),
            "SIRET": draw_siret(self._random) if chance < 0.55 else "",
            "RNA": draw_rna(self._random) if 0.55 <= chance < 0.7 else "",
            "Site web": write_website(self._random, name) if self._random.random() < 0.6 else "",
            "Début": draw_date(self._random, date(1998, 1, 1), date(2025, 12, 31))
            if self._random.random() < 0.7
            else "",
            "Visibilité": self._random.choices(["", "publique", "membres", "équipe"], [70, 18, 8, 4])[0],
            "Remarques": self._random.choice(_REMARKS) if self._random.random() < 0.12 else "",
        }
        if self._random.random() < 0.08:
            cells["Zone d'action"] = self._draw_zone(commune)
        return self._assemble(Kind.ACTOR, "Acteur", cells, self._land.draw_place(commune))

    def _assemble(self, kind: Kind, written_kind: str, cells: Mapping[str, str], place: Place) -> Row:
        address = {
            "Adresse": place.street,
            "Code postal": place.postcode,
            "Commune": place.city,
            "Latitude": place.lat,
            "Longitude": place.lon,
        }
        return Row(
            kind=kind,
            cells={"Type": written_kind, **cells, **address},
            expects=place.expects,
            commune=place.commune.code,
        )

    def _draw_name(self, activity: Activity, departement: str) -> str:
        lands = self._words.tails_by_departement
        while True:
            tails = lands[departement] if self._random.random() < 0.62 else lands["any"]
            fewest = min(self._uses_by_tail.get(tail, 0) for tail in tails)
            tail = self._random.choice(
                [tail for tail in tails if self._uses_by_tail.get(tail, 0) <= fewest + 1]
            )
            name = f"{self._random.choice(activity.heads)} {tail}"
            if name not in self._names:
                self._names.add(name)
                self._uses_by_tail[tail] = self._uses_by_tail.get(tail, 0) + 1
                return name

    def _label(self, code: str) -> str:
        """Write a sector as lists do: mostly its label, sometimes a synonym, rarely nothing."""
        chance = self._random.random()
        if chance < 0.03:
            return ""
        if chance < 0.3:
            spoken = [name for name in self._sectors.synonyms_of(code) if len(name) > 4]
            return self._random.choice(spoken) if spoken else self._sectors.get(code).label
        return self._sectors.get(code).label

    def _draw_zone(self, commune: Territory) -> str:
        zones = [self._land.name_epci(commune)]
        if self._random.random() < 0.4:
            zones.append(self._land.draw_neighbour_epci(commune))
        return " | ".join(dict.fromkeys(zones))

    def _draw_partners(self, actors: Sequence[Row], commune: Territory) -> str:
        near = [row.cells["Nom"] for row in actors if row.commune and row.commune[:2] == commune.code[:2]]
        return " | ".join(self._random.sample(near, self._random.choice([0, 1, 1, 2, 3])))
