"""What `maillage explain` tells: each step of the cascade, what it saw and what it decided, in French."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from geo.french import PRECISION_NAMES, write_count, write_list, write_number, write_share
from geo.geocoding.answer import AddressQuery, GeocodedAddress, Reason, Step
from geo.geocoding.choice import CommuneChoice
from geo.geocoding.given import DeclaredCommune
from geo.geocoding.hypotheses import Hypothesis, PostcodeEvidence, Source
from geo.geocoding.parse import ParsedAddress
from geo.geocoding.provider import AddressMatch, AddressProvider, Correction
from geo.geocoding.text import write_words
from geo.records import PlacementStatus

REASON_SENTENCES = {
    Reason.COORDINATES_GIVEN: "coordonnées fournies",
    Reason.COORDINATES_SWAPPED: "longitude et latitude étaient inversées",
    Reason.COORDINATES_LAMBERT93: "coordonnées lues en Lambert-93",
    Reason.COORDINATES_NULL: "les coordonnées (0, 0) ne sont pas un lieu",
    Reason.COORDINATES_UNREADABLE: "coordonnées illisibles",
    Reason.COORDINATES_OUT_OF_REGION: "le point est hors des Hauts-de-France",
    Reason.COMMUNE_MISMATCH: "le point n'est pas dans la commune déclarée",
    Reason.HUMAN_CORRECTION: "placé à la main par une personne",
    Reason.CACHED: "réponse déjà connue",
    Reason.COMMUNE_FROM_INSEE: "commune d'après le code INSEE",
    Reason.COMMUNE_FROM_POSTCODE_AND_NAME: "commune d'après le code postal et le nom, qui concordent",
    Reason.COMMUNE_FROM_NAME: "commune d'après le nom",
    Reason.COMMUNE_FROM_POSTCODE: "commune d'après le code postal seul",
    Reason.COMMUNE_NEAR: "commune d'après le lieu autour duquel on cherche",
    Reason.COMMUNE_FUZZY: "nom de la commune écrit un peu autrement",
    Reason.COMMUNE_ALIAS: "autre nom de la commune (ancien, associé ou d'usage)",
    Reason.POSTCODE_MISMATCH: "le code postal n'est pas celui de la commune",
    Reason.INSEE_MISMATCH: "le nom écrit n'est pas celui du code INSEE",
    Reason.AMBIGUOUS_COMMUNE: "plusieurs communes possibles",
    Reason.COMMUNE_NOT_FOUND: "aucune commune reconnue",
    Reason.CEDEX: "adresse CEDEX : son code postal ne désigne aucune commune",
    Reason.TOWN_HALL_ADDRESS: "adresse de la mairie",
    Reason.STREET_NOT_FOUND: "voie introuvable dans la commune",
    Reason.STREET_FUZZY: "nom de la voie écrit un peu autrement",
    Reason.STREET_TYPE_MISMATCH: "autre type de voie (rue, avenue, place…)",
    Reason.AMBIGUOUS_STREET: "plusieurs voies possibles",
    Reason.NUMBER_MISSING: "pas de numéro dans l'adresse",
    Reason.NUMBER_UNKNOWN: "numéro inconnu dans cette voie",
    Reason.NUMBER_INTERPOLATED: "numéro placé entre ses voisins",
    Reason.SUFFIX_UNKNOWN: "bis, ter… inconnu : placé au numéro",
    Reason.OUT_OF_REGION: "hors des Hauts-de-France",
    Reason.EMPTY: "adresse vide",
    Reason.INPUT_TRUNCATED: "adresse trop longue : seul le début a été lu",
    Reason.NO_ADDRESS_BASE: "aucune base d'adresses installée : la voie n'a pas pu être cherchée",
    Reason.SERVICE_UNAVAILABLE: "le service national n'a pas répondu",
}
"""What each reason code says to a reader."""

_OUTCOMES = {
    PlacementStatus.PLACED: "adresse placée",
    PlacementStatus.COMMUNE: "placée à la commune seulement",
    PlacementStatus.TO_REVIEW: "à vérifier par une personne",
    PlacementStatus.UNPLACED: "à localiser par une personne",
    PlacementStatus.OUT_OF_REGION: "refusée : hors des Hauts-de-France",
}

_MOST_CANDIDATES = 6
_COUNTRIES = {"BE": "Belgique"}


def write_reasons(reasons: Sequence[Reason]) -> str:
    """
    Write reasons as one French line.

    Examples
    --------
    >>> write_reasons((Reason.COMMUNE_FROM_NAME, Reason.CEDEX))
    "commune d'après le nom ; adresse CEDEX : son code postal ne désigne aucune commune"
    """
    return " ; ".join(REASON_SENTENCES[reason] for reason in reasons)


class Explanation:
    """The steps of one answer, in order."""

    def __init__(self) -> None:
        self._steps: list[Step] = []

    def sign(self, answer: GeocodedAddress) -> GeocodedAddress:
        """Add the conclusion, and give the answer back with its steps."""
        place = answer.label or "nulle part"
        precision = f", {PRECISION_NAMES[answer.precision]}" if answer.precision else ""
        self._tell(
            "Réponse",
            f"{place}{precision}",
            f"{_OUTCOMES[answer.status]} ; confiance {write_share(answer.confidence, 0)}"
            f" ; {write_reasons(answer.reasons)}",
        )
        return replace(answer, steps=tuple(self._steps))

    def tell_point(self, query: AddressQuery, answer: GeocodedAddress, declared: DeclaredCommune) -> None:
        """Tell where given coordinates fall, and whether that is what the row declares."""
        position = answer.position
        where = (
            f"longitude {write_number(position.lon, 5)}, latitude {write_number(position.lat, 5)}"
            if position
            else ""
        )
        self._tell("Coordonnées", _given(query), f"{where} : {answer.city or 'hors de la région'}")
        if declared.codes or declared.is_outside:
            agrees = Reason.COMMUNE_MISMATCH not in answer.reasons
            said = " ".join(filter(None, (query.postcode, query.city, query.code_insee))) or query.text
            self._tell(
                "Commune déclarée",
                said,
                "concorde avec le point" if agrees else "ne concorde pas avec le point",
            )

    def tell_coordinates(self, query: AddressQuery, reasons: tuple[Reason, ...]) -> None:
        """Tell why coordinates could not be used, if there were any."""
        if reasons:
            self._tell("Coordonnées", _given(query), write_reasons(reasons))

    def tell_parsed(self, query: AddressQuery, parsed: ParsedAddress) -> None:
        """Tell what was read, and what was left aside."""
        received = " ".join(
            filter(None, (query.text, query.street, query.postcode, query.city, query.code_insee))
        )
        outcome = write_words(parsed.words) or "rien de lisible"
        if parsed.dropped:
            outcome += f" (laissé de côté : {write_list(parsed.dropped)})"
        if parsed.has_cedex:
            outcome += " (CEDEX : le code postal ne désignera pas la commune)"
        self._tell("Lecture", received, outcome)

    def tell_correction(self, position: Correction) -> None:
        """Tell that a person placed this address."""
        self._tell("Corrections", "cette adresse", f"placée à la main {position.label}".strip())

    def tell_kept(self, provider: AddressProvider) -> None:
        """Tell that a remote provider answered this address before."""
        self._tell(
            "Mémoire", PROVIDER_NAMES.get(provider.name, provider.name), "a déjà répondu à cette adresse"
        )

    def tell_communes(self, hypotheses: Sequence[Hypothesis]) -> None:
        """Tell which communes the address may mean."""
        if not hypotheses:
            self._tell("Commune", "aucun nom, aucun code postal", "aucune commune reconnue")
        for hypothesis in hypotheses[:_MOST_CANDIDATES]:
            self._tell("Commune", _name_source(hypothesis), _describe(hypothesis))
        if len(hypotheses) > _MOST_CANDIDATES:
            others = len(hypotheses) - _MOST_CANDIDATES
            less = write_count(others, "commune moins probable", "communes moins probables")
            self._tell("Commune", "et d'autres", less)

    def tell_provider(self, provider: AddressProvider, matches: Sequence[AddressMatch]) -> None:
        """Tell what a street-level provider found."""
        name = PROVIDER_NAMES.get(provider.name, provider.name)
        if not matches:
            self._tell(name, "la voie et le numéro", "rien trouvé dans ces communes")
        for match in matches[:_MOST_CANDIDATES]:
            line = f"{match.housenumber} {match.street}".strip()
            why = write_reasons(match.reasons) or "nom et numéro exacts"
            self._tell(name, match.commune.name, f"« {line} » : {match.explanation or why}")

    def tell_choice(self, choice: CommuneChoice) -> None:
        """Tell which commune was kept, and whether another comes near."""
        if not choice.is_accepted or choice.best is None:
            self._tell("Choix", "les lectures possibles", "aucune n'est assez sûre pour placer l'adresse")
        elif choice.is_clear:
            self._tell("Choix", choice.best.name, "aucune autre commune n'approche")
        else:
            others = write_list([_name_apart(h) for h in choice.candidates[1:_MOST_CANDIDATES]])
            self._tell("Choix", _name_apart(choice.best), f"pas seule possible : {others}")

    def _tell(self, name: str, seen: str, outcome: str) -> None:
        self._steps.append(Step(name=name, seen=seen, outcome=outcome))


PROVIDER_NAMES = {
    "town_halls": "Adresse de la mairie",
    "local": "Base adresse",
    "geoplateforme": "Service national",
    "given": "Coordonnées fournies",
    "correction": "Correction",
    "referential": "Référentiel des communes",
}
"""What a reader calls each provider."""


def _given(query: AddressQuery) -> str:
    pairs = ((query.lon, query.lat), (query.x, query.y))
    return " ; ".join(f"{one} {two}".strip() for one, two in pairs if one or two)


def _name_source(hypothesis: Hypothesis) -> str:
    if hypothesis.source is Source.INSEE:
        return "code INSEE"
    if hypothesis.source is Source.POSTCODE:
        return "code postal"
    if hypothesis.source is Source.NEAR:
        return "autour du lieu indiqué"
    if hypothesis.in_street:
        return "nom lu dans une voie"
    return "nom écrit à une ou deux lettres près" if hypothesis.distance else "nom écrit"


def _name_apart(hypothesis: Hypothesis) -> str:
    """Name a commune so that it is not taken for its namesake."""
    where = hypothesis.elsewhere
    if hypothesis.code or where is None or where.departement == hypothesis.name[:2]:
        return f"{hypothesis.name} ({hypothesis.code})" if hypothesis.code else hypothesis.name
    return f"{hypothesis.name} ({_COUNTRIES.get(where.departement, where.departement)})"


def _describe(hypothesis: Hypothesis) -> str:
    said = {
        PostcodeEvidence.AGREES: ", le code postal concorde",
        PostcodeEvidence.SAME_DEPARTEMENT: ", le code postal ne concorde pas (même département)",
        PostcodeEvidence.CEDEX: ", même département",
        PostcodeEvidence.ELSEWHERE: ", le code postal ne concorde pas",
        PostcodeEvidence.NONE: "",
    }[hypothesis.postcode]
    if hypothesis.is_outside and hypothesis.source is Source.POSTCODE:
        said = ""  # it is the postcode itself
    outside = ", hors de la région" if hypothesis.is_outside else ""
    return f"{_name_apart(hypothesis)}{outside}{said} ; {write_number(hypothesis.points, 1)} points"
