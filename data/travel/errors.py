"""What can stop the making of travel times, and what to do next; the times in place are never touched."""

from __future__ import annotations

from pathlib import Path

from geo.errors import MaillageError
from geo.french import write_number

_KEPT = "Les temps déjà enregistrés n'ont pas changé."
_RESUME = "Relancez la même commande : elle reprendra où elle s'est arrêtée."


class TravelTimesError(MaillageError):
    """Travel times could not be computed or read."""


class RouterUnreachableError(TravelTimesError, ConnectionError):
    """The router does not answer: the operator starts it, or corrects its address."""

    def __init__(self, *, url: str, cause: str) -> None:
        self.url = url
        self.cause = cause
        super().__init__(
            f"Le calculateur d'itinéraires ne répond pas ({url}) : {cause}. On attend l'adresse d'un serveur "
            f"OSRM en marche, par exemple http://127.0.0.1:5000. {_KEPT} {_RESUME}"
        )


class RouterTimeoutError(TravelTimesError, TimeoutError):
    """The router takes too long: the operator asks for less at once, or waits longer."""

    def __init__(self, *, url: str, timeout_s: float) -> None:
        self.url = url
        self.timeout_s = timeout_s
        super().__init__(
            f"Le calculateur d'itinéraires n'a pas répondu en {write_number(timeout_s, 1)} s ({url}). "
            f"Demandez moins à la fois (--table-size) ou patientez davantage (--timeout). {_KEPT} {_RESUME}"
        )


class RouterRefusedError(TravelTimesError, ValueError):
    """The router answered that it will not or cannot: `code` is OSRM's own."""

    def __init__(self, *, url: str, code: str, said: str) -> None:
        self.url = url
        self.code = code
        self.said = said
        remedy = _REMEDIES.get(code, "Vérifiez l'adresse et le profil du serveur.")
        super().__init__(
            f"Le calculateur d'itinéraires a refusé : {code}{f' ({said})' if said else ''}, à {url}. "
            f"{remedy} {_KEPT}"
        )


_REMEDIES = {
    "TooBig": "Le serveur accepte de plus petits tableaux : donnez un --table-size plus petit.",
    "NoSegment": "Une mairie est loin de toute route de cet extrait : il doit couvrir toute la région.",
    "InvalidUrl": "On attend l'adresse de base d'un serveur OSRM, sans /table.",
    "NoTable": "Le serveur ne trouve aucun trajet : son extrait couvre-t-il la région ?",
    "NotImplemented": "Ce serveur ne sait pas calculer de tableau de temps.",
}


class RouterNonsenseError(TravelTimesError, ValueError):
    """What came back is no table of times: the address is not that of an OSRM server."""

    def __init__(self, *, url: str, what: str) -> None:
        self.url = url
        self.what = what
        super().__init__(
            f"La réponse reçue n'est pas celle d'un serveur OSRM ({what}), à {url}. On attend du JSON avec "
            f"« code » et « durations ». Vérifiez l'adresse. {_KEPT}"
        )


class OsmiumMissingError(TravelTimesError, ImportError):
    """The extra that reads extracts is not installed: the operator installs it."""

    def __init__(self) -> None:
        super().__init__(
            "Lire un extrait OpenStreetMap demande le module « osmium », absent ici. Installez-le avec : "
            'pip install "maillage[roads]" ; ou demandez les temps à un serveur OSRM (--osrm-url).'
        )


class UnusableExtractError(TravelTimesError, ValueError):
    """The extract cannot be read, or has no road where the region is."""

    def __init__(self, *, path: Path, why: str) -> None:
        self.path = path
        self.why = why
        super().__init__(
            f"Extrait inutilisable : {path.name}, {why}. On attend un fichier OpenStreetMap (.osm.pbf ou "
            f".osm) qui couvre les Hauts-de-France et leurs bords. {_KEPT}"
        )


class UnreadableMatrixError(TravelTimesError, ValueError):
    """The stored times cannot be read: the operator computes them again."""

    def __init__(self, *, path: Path, why: str) -> None:
        self.path = path
        self.why = why
        super().__init__(
            f"Temps de trajet illisibles : {path} ({why}). Recalculez-les avec « maillage access build », ou "
            "supprimez ce fichier : les temps seront estimés à vol d'oiseau."
        )


class NoMatrixError(TravelTimesError, LookupError):
    """No travel times are stored: the operator may compute some."""

    def __init__(self, *, path: Path) -> None:
        self.path = path
        super().__init__(
            f"Aucun temps de trajet enregistré ({path}) : ils sont estimés à partir de la distance à vol "
            "d'oiseau. Pour les calculer : maillage access build --osrm-url ADRESSE, ou --pbf FICHIER."
        )
