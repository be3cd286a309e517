"""The national service as a street-level provider: what we want of it, and nothing of how it is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from geo.geocoding.answer import Reason
from geo.geocoding.geoplateforme.address import ServiceAddress
from geo.geocoding.geoplateforme.bulk_reply import RowStatus
from geo.geocoding.geoplateforme.errors import (
    ServiceAnswerError,
    ServiceError,
    ServiceFailureError,
    ServiceRefusedError,
)
from geo.geocoding.geoplateforme.matching import PROVIDER_NAME, judge
from geo.geocoding.geoplateforme.questions import write_questions
from geo.geocoding.geoplateforme.service import NationalService
from geo.geocoding.provider import AddressMatch, WantedAddress
from geo.position import Position
from geo.records import Precision
from geo.territories import Referential

RULES = 1
"""Grows when the questions or the way answers are judged change: what was kept before is asked again."""

FEW = 10
"""Up to so many addresses are asked one by one, which shows more than the best answer of each."""

_WITH_A_SUFFIX = 3  # questions: with the suffix, without it, as written
_PRECISIONS = (Precision.LOCALITY, Precision.STREET, Precision.HOUSENUMBER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """
    What the service gave for one address.

    `asked` holds the questions sent; `outcome` says in French what came of them; `failure` is set where the
    service did not answer, which says nothing of the address and is not to be remembered.
    """

    matches: tuple[AddressMatch, ...] = ()
    asked: tuple[str, ...] = ()
    outcome: str = ""
    failure: ServiceError | None = None


class NationalAddresses:
    """
    The street-level provider on the national service.

    Parameters
    ----------
    service
        The service, allowed and configured.
    referential
        Today's communes, to judge answers by.
    today
        The day, for the version: the service's addresses change each week, answers are kept for the month.
    """

    name = PROVIDER_NAME
    is_exhaustive = True
    is_remote = True

    def __init__(
        self, service: NationalService, referential: Referential, *, today: Callable[[], date] = date.today
    ) -> None:
        self._service = service
        self._referential = referential
        self._today = today

    @property
    def version(self) -> str:
        """Give what answers depend on: our rules, and the month."""
        return f"{RULES}/{self._today():%Y-%m}"

    def find(self, wanted: WantedAddress) -> list[AddressMatch]:
        """
        Give at most one match a commune.

        Raises
        ------
        ServiceError
            If the service did not answer, which is not the same as « not found ».
        """
        finding = self.look_up([wanted])[0]
        if finding.failure is not None and not finding.matches:
            raise finding.failure
        return list(finding.matches)

    def find_nearest(self, position: Position) -> ServiceAddress | None:
        """
        Give the address nearest to a point, None where the service knows none.

        Raises
        ------
        ServiceError
            If the service did not answer.
        """
        return self._service.reverse(position)

    def look_up(self, wanted: Sequence[WantedAddress]) -> list[Finding]:
        """
        Look for many addresses: one finding each, in their order; nothing is raised for a failing service.

        Few are asked one by one, many by files. What a question does not find is asked otherwise.

        Parameters
        ----------
        wanted
            Addresses as read, and their likely communes.
        """
        searches = [_Search(each, write_questions(each, self._referential)) for each in wanted]
        while pending := [search for search in searches if search.wants_more]:
            if len(pending) <= FEW:
                self._ask_few(pending)
            else:
                self._ask_many(pending)
        return [search.conclude() for search in searches]

    def _ask_few(self, searches: Sequence[_Search]) -> None:
        for rank, search in enumerate(searches):
            try:
                found = self._service.search(search.next_question())
            except (ServiceAnswerError, ServiceRefusedError, ServiceFailureError) as error:
                search.give_up(error)
                continue
            except ServiceError as error:  # nobody answers: the others would only wait
                for each in searches[rank:]:
                    each.give_up(error)
                return
            for address in found:
                others = [other.score for other in found if other.citycode != address.citycode]
                search.take(address, self._referential, gap=address.score - max(others, default=0.0))

    def _ask_many(self, searches: Sequence[_Search]) -> None:
        try:
            rows = self._service.search_many([search.next_question() for search in searches])
        except ServiceError as error:
            for search in searches:
                search.give_up(error)
            return
        for search, row in zip(searches, rows, strict=True):
            if row.address is not None:
                gap = row.address.score - (row.address.score_next or 0.0)
                search.take(row.address, self._referential, gap=gap)
            elif row.status is RowStatus.ERROR:
                search.give_up(ServiceAnswerError(row.problem))


@dataclass(slots=True)
class _Search:
    """One address being looked for: the questions asked so far and the best match in each commune."""

    wanted: WantedAddress
    questions: tuple[str, ...]
    asked: int = 0
    matches: dict[str, AddressMatch] = field(default_factory=dict)
    whys: list[str] = field(default_factory=list)
    failure: ServiceError | None = None
    is_satisfied: bool = False

    @property
    def wants_more(self) -> bool:
        """Whether another question is worth asking."""
        return not self.is_satisfied and self.failure is None and self.asked < len(self.questions)

    def next_question(self) -> str:
        """Give the next question, and count it as asked."""
        self.asked += 1
        return self.questions[self.asked - 1]

    def take(self, address: ServiceAddress, referential: Referential, *, gap: float) -> None:
        """Judge an answer, and keep it if it is better than what its commune has."""
        judgement = judge(address, self.wanted, referential, gap=gap)
        self.whys.append(judgement.why)
        match = judgement.match
        if match is None:
            return
        known = self.matches.get(match.commune.code)
        if known is None or _weigh(match) > _weigh(known):
            self.matches[match.commune.code] = match
        # « 12 bis » that is not known is asked once more without its suffix, nothing else is.
        is_lacking = bool({Reason.NUMBER_UNKNOWN, Reason.SUFFIX_UNKNOWN} & set(match.reasons))
        if not is_lacking or self.asked > 1 or len(self.questions) < _WITH_A_SUFFIX:
            self.is_satisfied = True

    def give_up(self, failure: ServiceError) -> None:
        """Note that the service did not answer."""
        self.failure = failure

    def conclude(self) -> Finding:
        """Give what was found."""
        if self.matches:
            outcome = " ; ".join(
                f"« {match.housenumber} {match.street} »".replace("«  ", "« ")
                for match in self.matches.values()
            )
        elif self.failure is not None:
            outcome = self.failure.problem
        elif not self.questions:
            outcome = "aucune voie à demander"
        else:
            outcome = " ; ".join(dict.fromkeys(self.whys)) or "rien trouvé"
        return Finding(
            matches=tuple(self.matches.values()),
            asked=self.questions[: self.asked],
            outcome=outcome,
            failure=self.failure,
        )


def _weigh(match: AddressMatch) -> tuple[int, float]:
    return _PRECISIONS.index(match.precision), match.confidence
