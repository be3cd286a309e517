"""Errors of the measures: what cannot be measured, and what to hand over instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from geo.errors import MaillageError
from geo.french import write_list, write_number


class UnequalLengthsError(MaillageError, ValueError):
    """Arrays that speak of the same territories but are not of one length."""

    def __init__(self, lengths: Mapping[str, int]) -> None:
        self.lengths = dict(lengths)
        received = " ; ".join(f"{name}, {write_number(length)}" for name, length in lengths.items())
        super().__init__(
            "Les séries comparées doivent porter sur les mêmes lignes, dans le même ordre. "
            f"Nombre de lignes reçues : {received}. "
            "Donnez une valeur par ligne dans chaque série."
        )


class ImpossibleValueError(MaillageError, ValueError):
    """A value that the quantity cannot take: a negative count, a population that is not a number."""

    def __init__(self, *, name: str, expected: str, received: object, rank: int | None = None) -> None:
        self.name = name
        self.received = received
        self.rank = rank
        where = "" if rank is None else f" au rang {rank}"
        super().__init__(
            f"Valeur impossible pour « {name} »{where} : {received}. On attend {expected}. "
            "Corrigez cette valeur dans les données de départ."
        )


class NothingToCompareError(MaillageError, ValueError):
    """A total of zero, or no territory at all: shares and rates have no meaning."""

    def __init__(self, *, name: str) -> None:
        self.name = name
        super().__init__(
            f"Le total de « {name} » est nul : aucune part ni aucun taux ne peut être calculé. "
            "On attend au moins une ligne dont la valeur dépasse zéro."
        )


class IsolatedTerritoryError(MaillageError, ValueError):
    """Territories without any neighbour: a measure of neighbourhood says nothing of them."""

    def __init__(self, *, ranks: Sequence[int]) -> None:
        self.ranks = tuple(ranks)
        super().__init__(
            "Chaque territoire doit avoir au moins un voisin ; sont sans voisin les rangs "
            f"{write_list([str(rank) for rank in ranks])}. "
            "Vérifiez leurs contours ou retirez-les de la mesure."
        )


class NoPlanFoundError(MaillageError, RuntimeError):
    """The solver stopped without any plan to propose."""

    def __init__(self, *, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"Aucun choix d'antennes n'a été trouvé dans le temps accordé ({reason}). "
            "Demandez moins d'antennes, ou accordez plus de temps de calcul."
        )
