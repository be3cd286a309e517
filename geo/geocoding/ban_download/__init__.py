"""Downloading the official address files (Base Adresse Nationale): `maillage ban fetch`."""

from geo.geocoding.ban_download.checking import CheckedFile, check_address_file
from geo.geocoding.ban_download.errors import (
    BanDamagedError,
    BanError,
    BanNotWrittenError,
    BanRefusedError,
    BanUnreachableError,
    UnknownDepartementError,
)
from geo.geocoding.ban_download.fetching import FetchedFile, fetch_address_files
from geo.geocoding.ban_download.settings import BanSettings

__all__ = [
    "BanDamagedError",
    "BanError",
    "BanNotWrittenError",
    "BanRefusedError",
    "BanSettings",
    "BanUnreachableError",
    "CheckedFile",
    "FetchedFile",
    "UnknownDepartementError",
    "check_address_file",
    "fetch_address_files",
]
