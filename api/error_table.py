"""The one table that says which problem, and so which status, each error of the service is.

A test walks every error of every room and fails when one is missing: who adds an error says whose turn it is.
"""

from __future__ import annotations

from api.problems import (
    AMBIGUOUS_PLACE,
    BAD_REQUEST,
    INTERNAL,
    INVALID_QUERY,
    NOT_ALLOWED,
    OUTSIDE_SERVICE,
    PLACE_NOT_FOUND,
    PRESENCE_NOT_FOUND,
    PROPOSAL_NOT_FOUND,
    TERRITORY_NOT_FOUND,
    TILE_NOT_FOUND,
    TOO_MANY,
    UNAVAILABLE,
    UNUSABLE_FILE,
    WRONG_INSTALLATION,
    ProblemKind,
)
from api.refusals import (
    AmbiguousPlaceError,
    InvalidFeatureQueryError,
    InvalidParameterError,
    NotAllowedError,
    PlaceNotFoundError,
    TooManyAttemptsError,
)
from data.complements import ComplementFileError
from data.denominators.errors import DenominatorError
from data.errors import (
    CopyDiffersError,
    FileNotWrittenError,
    InvalidCorrectionError,
    InvalidCursorError,
    MissingDriverError,
    MissingExtensionError,
    NewerRegisterError,
    NotARegisterError,
    OutdatedRegisterError,
    OutOfBoundsError,
    RegisterUnavailableError,
    TargetNotEmptyError,
    UnheldValueError,
    UnknownFieldError,
    UnknownPresenceError,
    UnknownReferentsError,
    UnsupportedDatabaseError,
)
from data.intake.errors import MappingError, OutputNotWrittenError, UnusableFileError
from data.people.errors import (
    DecidedProposalError,
    InvalidProposalError,
    InvalidTokenError,
    TooManyProposalsError,
    UnknownProposalError,
    UnknownTokenError,
)
from data.sector_entries import SectorFileError
from data.sectors import UnknownSectorError
from data.travel.errors import TravelTimesError
from geo.boxes import ImpossibleBoxError
from geo.coverage.errors import (
    ImpossibleValueError,
    IsolatedTerritoryError,
    NoPlanFoundError,
    NothingToCompareError,
    UnequalLengthsError,
)
from geo.crs import UnknownCrsError
from geo.errors import (
    MaillageError,
    PositionOutOfBoundsError,
    UnknownTerritoryError,
    UnknownTileError,
)
from geo.geocoding.addressbase.errors import (
    NoAddressFilesError,
    UnreadableAddressFileError,
    UnreadableIndexError,
)
from geo.geocoding.answer_file import AnswerFileError
from geo.geocoding.ban_download.errors import BanError, UnknownDepartementError
from geo.geocoding.geoplateforme.errors import ServiceError
from geo.territories.errors import UnknownVintageError
from maps.errors import (
    ClassLimitsError,
    ContourMissingError,
    CountsAsClassesError,
    MixedKindsError,
    RatesAsCirclesError,
)

PROBLEM_BY_ERROR: dict[type[MaillageError], ProblemKind] = {
    # The caller corrects the question.
    InvalidParameterError: INVALID_QUERY,
    InvalidFeatureQueryError: BAD_REQUEST,
    UnknownCrsError: INVALID_QUERY,
    PositionOutOfBoundsError: INVALID_QUERY,
    OutOfBoundsError: INVALID_QUERY,
    InvalidCursorError: INVALID_QUERY,
    ImpossibleBoxError: INVALID_QUERY,
    UnknownSectorError: INVALID_QUERY,
    UnknownFieldError: INVALID_QUERY,
    UnknownVintageError: INVALID_QUERY,
    UnknownDepartementError: INVALID_QUERY,
    InvalidCorrectionError: INVALID_QUERY,
    UnheldValueError: INVALID_QUERY,
    MappingError: INVALID_QUERY,
    ClassLimitsError: INVALID_QUERY,
    DenominatorError: INVALID_QUERY,
    CountsAsClassesError: INVALID_QUERY,
    RatesAsCirclesError: INVALID_QUERY,
    ImpossibleValueError: INVALID_QUERY,
    NothingToCompareError: INVALID_QUERY,
    InvalidProposalError: INVALID_QUERY,
    DecidedProposalError: INVALID_QUERY,
    UnusableFileError: UNUSABLE_FILE,
    # The caller gives a token, or waits.
    InvalidTokenError: NOT_ALLOWED,
    NotAllowedError: NOT_ALLOWED,
    TooManyProposalsError: TOO_MANY,
    TooManyAttemptsError: TOO_MANY,
    UnknownProposalError: PROPOSAL_NOT_FOUND,
    UnknownTokenError: PROPOSAL_NOT_FOUND,
    AmbiguousPlaceError: AMBIGUOUS_PLACE,
    # What is named does not exist.
    PlaceNotFoundError: PLACE_NOT_FOUND,
    UnknownTerritoryError: TERRITORY_NOT_FOUND,
    UnknownPresenceError: PRESENCE_NOT_FOUND,
    UnknownReferentsError: TERRITORY_NOT_FOUND,
    UnknownTileError: TILE_NOT_FOUND,
    # The operator looks after the register, the disk, the files.
    RegisterUnavailableError: UNAVAILABLE,
    NotARegisterError: WRONG_INSTALLATION,
    NewerRegisterError: WRONG_INSTALLATION,
    OutdatedRegisterError: WRONG_INSTALLATION,
    UnsupportedDatabaseError: WRONG_INSTALLATION,
    MissingDriverError: WRONG_INSTALLATION,
    TargetNotEmptyError: WRONG_INSTALLATION,
    CopyDiffersError: WRONG_INSTALLATION,
    MissingExtensionError: WRONG_INSTALLATION,
    SectorFileError: WRONG_INSTALLATION,
    ComplementFileError: WRONG_INSTALLATION,
    FileNotWrittenError: WRONG_INSTALLATION,
    OutputNotWrittenError: WRONG_INSTALLATION,
    NoAddressFilesError: WRONG_INSTALLATION,
    UnreadableAddressFileError: WRONG_INSTALLATION,
    UnreadableIndexError: WRONG_INSTALLATION,
    BanError: WRONG_INSTALLATION,
    AnswerFileError: WRONG_INSTALLATION,
    TravelTimesError: WRONG_INSTALLATION,
    ServiceError: OUTSIDE_SERVICE,
    # The fault is in the program.
    UnequalLengthsError: INTERNAL,
    IsolatedTerritoryError: INTERNAL,
    NoPlanFoundError: INTERNAL,
    ContourMissingError: INTERNAL,
    MixedKindsError: INTERNAL,
}
"""Error → problem (and so status): the only place that decides it. A subclass has its parent's."""


def find_problem_kind(error: type[MaillageError]) -> ProblemKind | None:
    """
    Find the problem of an error class, its own or the nearest parent's.

    Examples
    --------
    >>> find_problem_kind(UnknownTerritoryError).status
    404
    """
    return next((PROBLEM_BY_ERROR[parent] for parent in error.__mro__ if parent in PROBLEM_BY_ERROR), None)
