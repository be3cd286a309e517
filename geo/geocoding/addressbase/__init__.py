"""The Base Adresse Nationale on this machine: an index built once, then every street and number at hand."""

from geo.geocoding.addressbase.base import AddressBase
from geo.geocoding.addressbase.matching import LocalAddresses, open_index

__all__ = ["AddressBase", "LocalAddresses", "open_index"]
