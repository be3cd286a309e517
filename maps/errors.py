"""What a map refuses to draw, and what to do instead."""

from __future__ import annotations

from geo.errors import MaillageError


class ContourMissingError(MaillageError, ValueError):
    """A territory came without its contour: the caller has to ask the referential for contours."""

    def __init__(self, *, code: str, name: str) -> None:
        self.code = code
        self.name = name
        super().__init__(
            f"Le contour de {name} ({code}) manque : une carte ne peut pas se dessiner sans les contours de "
            "ses territoires. Demandez les territoires avec leurs contours (`referential.contours(level)`)."
        )


class CountsAsClassesError(MaillageError, ValueError):
    """Counts were asked as colour classes: the caller has to ask for circles, or for a rate."""

    def __init__(self, *, measure: str) -> None:
        self.measure = measure
        super().__init__(
            f"Un effectif (« {measure} ») ne se dessine pas en plages de couleur : un grand territoire y "
            "paraîtrait plus riche qu'un petit à nombre égal. Demandez des cercles proportionnels, ou un "
            "rapport (présences pour 10 000 habitants, observé sur attendu)."
        )


class RatesAsCirclesError(MaillageError, ValueError):
    """Rates were asked as circles: the caller has to ask for classes, or for counts."""

    def __init__(self, *, measure: str) -> None:
        self.measure = measure
        super().__init__(
            f"Un rapport (« {measure} ») ne se dessine pas en cercles proportionnels : leur surface se lit "
            "comme une quantité. Demandez des plages de couleur, ou l'effectif."
        )


class ClassLimitsError(MaillageError, ValueError):
    """Class limits that do not make a readable map: the caller has to correct them."""

    def __init__(self, *, limits: tuple[float, ...], expected: str) -> None:
        self.limits = limits
        super().__init__(f"Limites de classes refusées : {limits}. On attend {expected}.")


class MixedKindsError(MaillageError, ValueError):
    """Presences of several kinds were handed to one map: the caller has to draw one map a kind."""

    def __init__(self, *, kinds: tuple[str, ...]) -> None:
        self.kinds = kinds
        super().__init__(
            "Une carte compte des présences d'une seule nature, car acteurs, projets et temps forts ne "
            f"s'additionnent pas. Reçu : {', '.join(kinds)}. Filtrez par nature ; passez les antennes à part."
        )
