"""What the contract is tried on: a crowd with every awkward case in it, the same on both engines."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cache

import numpy as np
import shapely
from sqlalchemy import create_engine, make_url

from data.incoming import IncomingPresence
from data.questions import correct_presence, withdraw_correction
from data.reference import load_referential
from data.sectors import load_sectors
from data.session import Register
from data.settings import DatabaseSettings
from geo.records import Kind, Level, PlacementStatus, Visibility
from scripts.bench.crowd import make_crowd
from tests.data.register.builders import LENS, LILLE, import_rows, make_row, renamed

COUNT = 100_000
FIRST, SECOND = date(2025, 3, 1), date(2026, 3, 1)
LIST_SIZE, LIST_CHANGED = 2_000, 400


@contextmanager
def make_database(cluster_url: str, *, template: str = "template1") -> Iterator[DatabaseSettings]:
    """Make a database of a cluster, give the settings of a register on it, drop it at the end."""
    name = f"maillage_{secrets.token_hex(4)}"
    run_on_server(cluster_url, f"CREATE DATABASE {name} TEMPLATE {template}")
    url = make_url(cluster_url).set(database=name).render_as_string(hide_password=False)
    try:
        yield DatabaseSettings(database_url=url, busy_timeout_s=0.2)
    finally:
        run_on_server(cluster_url, f"DROP DATABASE {name} WITH (FORCE)")


def run_on_server(cluster_url: str, statement: str) -> None:
    """Run one statement outside any transaction."""
    engine = create_engine(cluster_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


@cache
def make_rows(count: int = COUNT) -> tuple[IncomingPresence, ...]:
    """Make a crowd with the awkward cases among its first rows, after those that the later list changes."""
    codes = [sector.code for sector in load_sectors().sectors]
    awkward = _make_awkward_rows(codes)
    crowd = make_crowd(load_referential(), codes, count=count - len(awkward))
    return (*crowd[: 2 * LIST_CHANGED], *awkward, *crowd[2 * LIST_CHANGED :])


def fill(register: Register, rows: Sequence[IncomingPresence]) -> None:
    """Import the rows as two sources, then one of them again with changes, then correct a few."""
    import_rows(register, rows[LIST_SIZE:], source="foule", as_of=FIRST, is_fictional=True)
    listed = rows[:LIST_SIZE]
    first = import_rows(register, listed, as_of=FIRST)
    later = [
        renamed(row, f"Établissement {number} à l'œuvre") if number < LIST_CHANGED else row
        for number, row in enumerate(listed)
        if not LIST_CHANGED <= number < 2 * LIST_CHANGED
    ]
    import_rows(register, [*later, make_row("nouvelle", LILLE)], as_of=SECOND)
    some = [first.ids[rows[number].key] for number in (3, 5, 7)]
    correct_presence(register, some[0], "name", "Nom corrigé", who="une personne", why="faute de frappe")
    correct_presence(register, some[1], "sectors", ("velo",), who="une personne", why="précision")
    correct_presence(register, some[2], "name", "Autre nom", who="une personne", why="essai")
    withdraw_correction(register, some[2], "name", who="une personne", why="l'essai est fini")


def _make_awkward_rows(codes: Sequence[str]) -> list[IncomingPresence]:
    same_place = [make_row(f"double-{number}", LENS, sectors=codes[:3]) for number in range(60)]
    nowhere = [make_row(f"nulle part-{number}", None, name="Sans adresse") for number in range(20)]
    in_zone_only = [
        make_row(f"zone-{number}", None, kind=Kind.PROJECT, zone=("200093201", "246200364")[: number % 2 + 1])
        for number in range(20)
    ]
    around = [make_row(f"rayon-{number}", LENS, zone_radius_m=5_000.0 * (number + 1)) for number in range(5)]
    reviewed = [
        make_row(f"à revoir-{number}", LILLE, status=PlacementStatus.TO_REVIEW) for number in range(9)
    ]
    abroad = [
        make_row(f"ailleurs-{number}", ("75056", 2.35, 48.85), status=PlacementStatus.OUT_OF_REGION)
        for number in range(7)
    ]
    hidden = [
        make_row(f"réservé-{number}", LENS, visibility=Visibility.MEMBERS if number % 2 else Visibility.STAFF)
        for number in range(12)
    ]
    over = [
        make_row(f"fini-{number}", LENS, kind=Kind.EVENT, starts_on=date(2025, 1, number + 1))
        for number in range(8)
    ]
    parents = [make_row(f"filières-{number}", LILLE, sectors=("mobilite", "velo")) for number in range(8)]
    named = [
        make_row(f"nom-{number}", LENS, name=name, city=city)
        for number, (name, city) in enumerate(
            [
                ("L'Étape du CŒUR (SCIC)", "Liévin"),
                ("Été Hiver", "Béthune"),
                ("100 % Vélo_Lib", "Noyelles-Godault"),
                ("Ça roule !", None),
                ("Łódź & Œuvres", "Saint-Omer"),
                ("Äpfel ßtraße", "Amiens"),
                ("Москва", "Lille"),
                ("", "Ville"),
                ("\\ antislash\tet tabulation\nligne", "Lens"),
            ]
        )
    ]
    return [
        *same_place, *nowhere, *in_zone_only, *around, *reviewed, *abroad, *hidden, *over, *parents, *named,
        *_make_boundary_rows(),
    ]  # fmt: skip


def _make_boundary_rows() -> list[IncomingPresence]:
    """Make rows on the very corners that neighbouring communes share."""
    referential = load_referential()
    contours = list(referential.contours(Level.COMMUNE).values())[:400:8]
    corners = np.array([shapely.get_coordinates(contour)[0] for contour in contours])
    codes = referential.locate(corners[:, 0], corners[:, 1])
    return [
        make_row(f"limite-{number}", (code, float(lon), float(lat)))
        for number, ((lon, lat), code) in enumerate(zip(corners, codes, strict=True))
        if code is not None
    ]
