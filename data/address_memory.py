"""What the register remembers of addresses: where people said they are, and what remote services answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from threading import Lock
from weakref import WeakKeyDictionary, proxy

from sqlalchemy import bindparam, delete, insert, select

from data.clock import now_utc
from data.geocoders import GeocoderRecipe
from data.long_keys import shorten_key
from data.session import Register
from data.tables import address_corrections, geocode_answers
from data.typed_text import refuse_unwanted
from geo.geocoding.answer import AddressQuery, GeocodedAddress
from geo.geocoding.answer_file import read_answer, store_answer
from geo.geocoding.geocoder import Geocoder, write_address
from geo.geocoding.provider import Correction
from geo.position import Position

_ADDRESSES_OF_STATEMENT = 500
"""What every version of SQLite takes as values of one statement, with room."""

LONGEST_ADDRESS = 400
"""How many characters of an address are its key: a whole essay may stand in its cell."""


class StoredCorrections:
    """
    People's corrections of addresses, held in memory: a list of 100,000 rows asks for each of them.

    `refresh` reads them again when the register has changed.
    """

    def __init__(self, register: Register) -> None:
        # Kept as long as the register, and no longer.
        self._register: Register = proxy(register)
        self._version = -1
        self._correction_by_address: dict[str, Correction] = {}

    def refresh(self) -> None:
        """Read the corrections again if the register has changed."""
        with self._register.reading() as session:
            if session.data_version == self._version:
                return
            self._correction_by_address = {
                row.address: Correction(position=Position(lon=row.lon, lat=row.lat), label=row.label)
                for row in session.connection.execute(select(address_corrections))
            }
            self._version = session.data_version

    def find_correction(self, address: str) -> Correction | None:
        """Give the correction for an address in its canonical form, or None."""
        return self._correction_by_address.get(shorten_key(address, LONGEST_ADDRESS))


class StoredAnswers:
    """Answers of remote services, failures included, by service, version and canonical address."""

    def __init__(self, register: Register) -> None:
        # Kept as long as the register, and no longer.
        self._register: Register = proxy(register)

    def find_answer(self, address: str, *, provider: str, version: str) -> GeocodedAddress | None:
        """Give what a service answered, or None if it was never asked."""
        return self.find_answers((address,), provider=provider, version=version).get(address)

    def find_answers(
        self, addresses: Iterable[str], *, provider: str, version: str
    ) -> dict[str, GeocodedAddress]:
        """Give what a service answered of many addresses, those that it was asked: few statements."""
        columns = geocode_answers.c
        asked = {shorten_key(address, LONGEST_ADDRESS): address for address in addresses}
        wanted = iter(asked)
        found: dict[str, GeocodedAddress] = {}
        with self._register.reading() as session:
            while part := list(islice(wanted, _ADDRESSES_OF_STATEMENT)):
                kept = session.connection.execute(
                    select(columns.address, columns.answer).where(
                        columns.provider == provider, columns.version == version, columns.address.in_(part)
                    )
                )
                found |= {asked[key]: read_answer(answer) for key, answer in kept}
        return found

    def keep_answers(self, answers: Mapping[str, GeocodedAddress], *, provider: str, version: str) -> None:
        """
        Keep what a service answered, in one transaction of its own.

        Not to be called inside a writing session: geocode first, write after.
        """
        if not answers:
            return
        columns = geocode_answers.c
        now = now_utc()
        answer_by_key = {shorten_key(address, LONGEST_ADDRESS): answer for address, answer in answers.items()}
        with self._register.writing(changes_answers=False) as session:
            session.connection.execute(
                delete(geocode_answers).where(
                    columns.provider == provider,
                    columns.version == version,
                    columns.address == bindparam("kept_address"),
                ),
                [{"kept_address": key} for key in answer_by_key],
            )
            session.connection.execute(
                insert(geocode_answers),
                [
                    {
                        "provider": provider,
                        "version": version,
                        "address": key,
                        "answer": store_answer(answer),
                        "stored_at": now,
                    }
                    for key, answer in answer_by_key.items()
                ],
            )


def correct_address(
    register: Register, address: AddressQuery, position: Position, *, who: str, why: str, label: str = ""
) -> None:
    """
    Say where an address is, for every list that will ever bring it; the newest saying wins.

    Parameters
    ----------
    register
        The register that will remember.
    address
        The address as received.
    position
        Where it is.
    who, why
        Who says so, and from what.
    label
        How to write it, empty to leave it as received.
    """
    key = shorten_key(write_address(address), LONGEST_ADDRESS)
    refuse_unwanted(libellé=label, auteur=who, raison=why)
    with register.writing() as session:
        session.connection.execute(delete(address_corrections).where(address_corrections.c.address == key))
        session.connection.execute(
            insert(address_corrections).values(
                address=key, lon=position.lon, lat=position.lat, label=label, who=who, why=why, at=now_utc()
            )
        )


_geocoders: WeakKeyDictionary[Register, tuple[Geocoder, StoredCorrections]] = WeakKeyDictionary()
_lock = Lock()


def get_geocoder(register: Register) -> Geocoder:
    """
    Give the register's geocoder: it knows the corrections that people made and keeps remote answers.

    Built once a register; the corrections are brought up to date at each call.
    """
    with _lock:
        if register not in _geocoders:
            corrections = StoredCorrections(register)
            geocoder = GeocoderRecipe.of_this_machine().make(
                referential=register.referential, corrections=corrections, cache=StoredAnswers(register)
            )
            _geocoders[register] = (geocoder, corrections)
        geocoder, corrections = _geocoders[register]
    corrections.refresh()
    return geocoder
