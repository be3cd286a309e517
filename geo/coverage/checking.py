"""What every measure asks of the arrays it is handed: finite, not negative, of one length."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.coverage.errors import ImpossibleValueError, NothingToCompareError, UnequalLengthsError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


def as_amounts(values: ArrayLike, *, name: str, dimensions: int = 1) -> FloatArray:
    """
    Read values that must be finite and at least zero (populations, expected counts, minutes).

    Parameters
    ----------
    values
        Anything numpy reads as numbers, of `dimensions` axes.
    name
        What a French reader calls the series.
    dimensions
        How many axes the array must have.

    Raises
    ------
    ImpossibleValueError
        If a value is negative, infinite or not a number, or if the array has another number of axes.

    Examples
    --------
    >>> as_amounts([1, 2.5], name="population")
    array([1. , 2.5])
    """
    amounts = _as_floats(values, name=name, dimensions=dimensions)
    _refuse_where(
        ~(np.isfinite(amounts) & (amounts >= 0)), amounts, name=name, expected="un nombre positif ou nul"
    )
    return amounts


def as_counts(values: ArrayLike, *, name: str = "nombre de présences", dimensions: int = 1) -> IntArray:
    """
    Read counts: whole numbers, at least zero.

    Raises
    ------
    ImpossibleValueError
        If a value is negative, infinite, not whole, or if the array has another number of axes.

    Examples
    --------
    >>> as_counts([0, 3.0])
    array([0, 3])
    """
    amounts = _as_floats(values, name=name, dimensions=dimensions)
    is_count = np.isfinite(amounts) & (amounts >= 0) & (np.floor(amounts) == amounts)
    _refuse_where(~is_count, amounts, name=name, expected="un nombre entier positif ou nul")
    return amounts.astype(np.int64)


def check_lengths(**series: NDArray[Any]) -> None:
    """
    Refuse arrays whose first axes differ; a keyword is the series' French name, spaces as underscores.

    Raises
    ------
    UnequalLengthsError
        If two lengths differ.

    Examples
    --------
    >>> check_lengths(présences=np.zeros(2), populations=np.ones(2))
    """
    lengths = {name.replace("_", " "): len(values) for name, values in series.items()}
    if len(set(lengths.values())) > 1:
        raise UnequalLengthsError(lengths)


def check_total(values: NDArray[Any], *, name: str) -> None:
    """
    Refuse a series whose total is zero, or that is empty.

    Raises
    ------
    NothingToCompareError
        If so.

    Examples
    --------
    >>> check_total(np.array([0, 1]), name="population")
    """
    if values.size == 0 or not values.sum() > 0:
        raise NothingToCompareError(name=name)


def check_share(value: float, *, name: str) -> None:
    """
    Refuse a level or a share that is not strictly between 0 and 1.

    Raises
    ------
    ImpossibleValueError
        If so.

    Examples
    --------
    >>> check_share(0.95, name="niveau de confiance")
    """
    if not 0 < value < 1:
        raise ImpossibleValueError(
            name=name, expected="un nombre entre 0 et 1, bornes exclues", received=value
        )


def _as_floats(values: ArrayLike, *, name: str, dimensions: int) -> FloatArray:
    try:
        floats = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ImpossibleValueError(name=name, expected="des nombres", received=repr(values)) from error
    if floats.ndim != dimensions:
        expected = (
            "une seule suite de nombres" if dimensions == 1 else f"un tableau à {dimensions} dimensions"
        )
        raise ImpossibleValueError(
            name=name, expected=expected, received=f"un tableau de forme {floats.shape}"
        )
    return floats


def _refuse_where(is_wrong: BoolArray, values: FloatArray, *, name: str, expected: str) -> None:
    if not is_wrong.any():
        return
    first = tuple(int(axis[0]) for axis in np.nonzero(is_wrong))
    raise ImpossibleValueError(name=name, expected=expected, received=float(values[first]), rank=first[0])
