"""The national address service behind the local engine, when the administrator allows it.

Apart from `data.geocoders`, so that nothing else pays for loading an HTTP client.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from data.geocoders import GeocoderRecipe
from data.reference import load_referential
from data.settings import DatabaseSettings
from geo.geocoding.answer_file import AnswerFile
from geo.geocoding.cascade import Cascade
from geo.geocoding.geoplateforme.provider import NationalAddresses
from geo.geocoding.geoplateforme.service import NationalService
from geo.geocoding.geoplateforme.settings import ServiceSettings

ANSWERS_FILE_NAME = "reponses-du-service-national.jsonl"
"""Where in `MAILLAGE_HOME` the service's answers are kept, so that nothing is asked twice."""


def is_service_allowed(settings: ServiceSettings | None = None) -> bool:
    """Say whether the administrator has allowed addresses to leave this machine."""
    return (settings or ServiceSettings()).geoplateforme_allowed


@contextmanager
def open_cascade(*, asks_all: bool, settings: ServiceSettings | None = None) -> Iterator[Cascade]:
    """
    Open the local engine with the national service behind it.

    Parameters
    ----------
    asks_all
        False to ask the service only for what the local engine is not sure of.
    settings
        The service's settings; by default, from the environment.

    Raises
    ------
    ServiceNotAllowedError
        If the administrator has not allowed addresses to leave this machine.
    """
    referential = load_referential()
    with NationalService(settings or ServiceSettings()) as service:
        yield Cascade(
            referential,
            local=GeocoderRecipe.of_this_machine().make(referential=referential),
            national=NationalAddresses(service, referential),
            cache=AnswerFile(DatabaseSettings().home / ANSWERS_FILE_NAME),
            asks_all=asks_all,
        )
