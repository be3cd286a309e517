"""What can go wrong with the national service: whose fault it is, and what to do.

`problem` is the short form, for a report that already says which service and which row.
"""

from __future__ import annotations

from geo.errors import MaillageError
from geo.french import write_count

_GO_ON = "Réessayez plus tard, ou contentez-vous de la réponse locale (--provider local)."


class ServiceError(MaillageError):
    """The national service could not be asked, or did not answer as it should."""

    problem: str


class ServiceNotAllowedError(ServiceError, PermissionError):
    """The administrator has not allowed addresses to leave for the national service."""

    def __init__(self) -> None:
        self.problem = "le service national n'est pas autorisé"
        super().__init__(
            "Le service national d'adresses n'est pas autorisé ici : des adresses sortiraient de cette "
            "machine. Pour l'autoriser : MAILLAGE_GEOPLATEFORME_ALLOWED=true. Sinon, prenez --provider local."
        )


class ServiceUnreachableError(ServiceError, ConnectionError):
    """No connection, or the connection broke: nobody answered."""

    def __init__(self, *, url: str, cause: str) -> None:
        self.url = url
        self.cause = cause
        self.problem = "le service national est injoignable"
        super().__init__(
            f"Le service national d'adresses est injoignable ({url}) : {cause}. "
            f"Vérifiez la connexion et MAILLAGE_GEOPLATEFORME_URL. {_GO_ON}"
        )


class ServiceTimeoutError(ServiceError, TimeoutError):
    """The service took longer than it was given."""

    def __init__(self, *, url: str, timeout_s: float) -> None:
        self.url = url
        self.timeout_s = timeout_s
        self.problem = "le service national n'a pas répondu à temps"
        waited = write_count(max(1, round(timeout_s)), "seconde", "secondes")
        super().__init__(f"Le service national d'adresses n'a pas répondu en {waited} ({url}). {_GO_ON}")


class ServiceOverloadedError(ServiceError, ConnectionError):
    """The service refuses because too much was asked of it: wait longer than `retry_after_s`."""

    def __init__(self, *, retry_after_s: float) -> None:
        self.retry_after_s = retry_after_s
        self.problem = "le service national refuse, trop de demandes"
        wait = write_count(max(1, round(retry_after_s)), "seconde", "secondes")
        super().__init__(
            "Le service national d'adresses refuse les demandes de ce réseau : il en a reçu trop "
            f"(50 par seconde au plus). Il demande d'attendre {wait}. Un autre programme l'interroge "
            f"peut-être en même temps ; sinon, baissez MAILLAGE_GEOPLATEFORME_REQUESTS_PER_SECOND. {_GO_ON}"
        )


class ServiceFailureError(ServiceError, ConnectionError):
    """The service itself failed (HTTP 5xx)."""

    def __init__(self, *, status_code: int, said: str) -> None:
        self.status_code = status_code
        self.said = said
        self.problem = f"le service national est en panne (HTTP {status_code})"
        super().__init__(
            f"Le service national d'adresses est en panne (HTTP {status_code} : {said}). {_GO_ON}"
        )


class ServiceRefusedError(ServiceError, ValueError):
    """The service understood and refused (HTTP 3xx or 4xx): asking the same again is of no use."""

    def __init__(self, *, status_code: int, said: str) -> None:
        self.status_code = status_code
        self.said = said
        self.problem = f"le service national refuse la demande (HTTP {status_code} : {said})"
        super().__init__(
            f"Le service national d'adresses refuse la demande (HTTP {status_code} : {said}). "
            f"{_WHAT_TO_DO.get(status_code, _WHAT_TO_DO[400])}"
        )


class ServiceAnswerError(ServiceError, ValueError):
    """The service answered, and the answer cannot be trusted: unreadable, incomplete, or not ours."""

    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__(
            f"La réponse du service national d'adresses est inutilisable : {problem}. "
            f"Vérifiez MAILLAGE_GEOPLATEFORME_URL. {_GO_ON}"
        )


_WHAT_TO_DO = {
    400: "Le service a pu changer : signalez ce message aux mainteneurs de Maillage.",
    401: "Vérifiez MAILLAGE_GEOPLATEFORME_URL : le service public ne demande pas de clé.",
    403: "Ce réseau est peut-être bloqué : demandez à votre service informatique ou à la Géoplateforme.",
    404: "Vérifiez MAILLAGE_GEOPLATEFORME_URL (https://data.geopf.fr/geocodage).",
}
