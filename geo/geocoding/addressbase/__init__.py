"""The Base Adresse Nationale on this machine: an index built once, then every street and number at hand.

`building.build_index` makes the index; it needs pyarrow, which reading the index does not.
"""

from geo.compiled import add_compiled

add_compiled(__name__, __path__)  # before any of its modules

from geo.geocoding.addressbase.base import AddressBase
from geo.geocoding.addressbase.errors import (
    NoAddressFilesError,
    UnreadableAddressFileError,
    UnreadableIndexError,
)
from geo.geocoding.addressbase.facts import IndexFacts, describe_index
from geo.geocoding.addressbase.matching import LocalAddresses, open_index

__all__ = [
    "AddressBase",
    "IndexFacts",
    "LocalAddresses",
    "NoAddressFilesError",
    "UnreadableAddressFileError",
    "UnreadableIndexError",
    "describe_index",
    "open_index",
]
