"""What a caller is told when something is wrong: problem details (RFC 9457), in French, for every error.

One table says which status and title each error of ours has; nothing else in the service decides a status.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemKind:
    """A sort of problem: `slug` ends its `type` address, `remedy` says what the caller can do."""

    slug: str
    status: int
    title: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One parameter that is wrong: where, what was expected, what was received."""

    parameter: str
    expected: str
    received: str

    def as_json(self) -> dict[str, str]:
        """Give the fault as it travels."""
        return {"parameter": self.parameter, "expected": self.expected, "received": self.received}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemDetails:
    """One problem, ready to be written as JSON or as a page."""

    kind: ProblemKind
    detail: str
    faults: Sequence[Fault] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self, instance: str) -> dict[str, Any]:
        """Give the members of RFC 9457, then ours."""
        return {
            "type": f"/api#{self.kind.slug}",
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
            "instance": instance,
            **({"errors": [fault.as_json() for fault in self.faults]} if self.faults else {}),
            **self.extra,
        }


INVALID_QUERY = ProblemKind(
    slug="demande-invalide",
    status=422,
    title="Demande mal formée",
    remedy="Corrigez le paramètre nommé dans « errors », puis recommencez.",
)
AMBIGUOUS_PLACE = ProblemKind(
    slug="lieu-ambigu",
    status=422,
    title="Plusieurs lieux portent ce nom",
    remedy="Précisez le département ou le code postal, ou choisissez parmi « candidates ».",
)
PLACE_NOT_FOUND = ProblemKind(
    slug="lieu-introuvable",
    status=404,
    title="Lieu introuvable",
    remedy="Vérifiez l'orthographe, ou donnez seulement le nom de la commune ou son code postal.",
)
PAGE_NOT_FOUND = ProblemKind(
    slug="page-introuvable",
    status=404,
    title="Page introuvable",
    remedy="Vérifiez l'adresse : /api décrit tout ce qui existe.",
)
TERRITORY_NOT_FOUND = ProblemKind(
    slug="territoire-inconnu",
    status=404,
    title="Territoire inconnu",
    remedy="Cherchez le code du territoire dans /api/v1/territories.",
)
TILE_NOT_FOUND = ProblemKind(
    slug="tuile-inconnue",
    status=404,
    title="Tuile inconnue",
    remedy="L'adresse est /tiles/couche/zoom/colonne/ligne.mvt ; /tiles/presences.json décrit la couche.",
)
PRESENCE_NOT_FOUND = ProblemKind(
    slug="fiche-introuvable",
    status=404,
    title="Fiche introuvable",
    remedy="Cherchez la fiche dans /api/v1/presences.",
)
PROPOSAL_NOT_FOUND = ProblemKind(
    slug="proposition-introuvable",
    status=404,
    title="Proposition introuvable",
    remedy="Elle a peut-être déjà été traitée : revenez à la file des propositions.",
)
NOT_ALLOWED = ProblemKind(
    slug="acces-refuse",
    status=403,
    title="Accès refusé",
    remedy="Entrez avec un jeton qui ouvre cette page, ou demandez-en un à l'équipe.",
)
TOO_MANY = ProblemKind(
    slug="trop-de-demandes",
    status=429,
    title="Trop de demandes",
    remedy="Attendez un peu, puis recommencez.",
)
METHOD_NOT_ALLOWED = ProblemKind(
    slug="methode-refusee",
    status=405,
    title="Méthode refusée",
    remedy="Utilisez une des méthodes nommées dans l'en-tête Allow.",
)
BAD_REQUEST = ProblemKind(
    slug="demande-refusee",
    status=400,
    title="Demande refusée",
    remedy="Vérifiez la demande envoyée.",
)
UNAVAILABLE = ProblemKind(
    slug="registre-indisponible",
    status=503,
    title="Registre indisponible",
    remedy="Réessayez dans une minute ; si cela dure, prévenez la personne qui tient le service.",
)
INTERNAL = ProblemKind(
    slug="erreur-interne",
    status=500,
    title="Erreur du service",
    remedy="La faute est chez nous, et elle est consignée. Réessayez plus tard.",
)
UNUSABLE_FILE = ProblemKind(
    slug="fichier-inutilisable",
    status=422,
    title="Fichier inutilisable",
    remedy="Corrigez le fichier comme le dit « detail », puis recommencez : rien n'a été modifié.",
)
OUTSIDE_SERVICE = ProblemKind(
    slug="service-exterieur",
    status=502,
    title="Service extérieur indisponible",
    remedy="Un service dont nous dépendons ne répond pas bien. Réessayez plus tard.",
)
WRONG_INSTALLATION = ProblemKind(
    slug="service-mal-installe",
    status=503,
    title="Service mal installé",
    remedy="Prévenez la personne qui tient le service : `maillage doctor` dit ce qui manque.",
)

KINDS = (
    INVALID_QUERY,
    AMBIGUOUS_PLACE,
    PLACE_NOT_FOUND,
    PAGE_NOT_FOUND,
    TERRITORY_NOT_FOUND,
    TILE_NOT_FOUND,
    PRESENCE_NOT_FOUND,
    PROPOSAL_NOT_FOUND,
    NOT_ALLOWED,
    TOO_MANY,
    METHOD_NOT_ALLOWED,
    BAD_REQUEST,
    UNAVAILABLE,
    INTERNAL,
    UNUSABLE_FILE,
    OUTSIDE_SERVICE,
    WRONG_INSTALLATION,
)
"""Every kind of problem, in the order in which `/api` explains them."""
