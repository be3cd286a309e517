"""Addresses in, exactly one explained answer per address out."""

from geo.compiled import add_compiled

add_compiled(__name__, __path__)
