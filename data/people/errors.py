"""What can go wrong with people's tokens and suggestions, in French, and whose turn it is."""

from __future__ import annotations

from geo.errors import MaillageError


class UnknownTokenError(MaillageError, LookupError):
    """No token has this number: the operator lists them."""

    def __init__(self, *, token_id: int) -> None:
        self.token_id = token_id
        super().__init__(
            f"Aucun jeton n'a le numéro {token_id}. « maillage token list » donne les numéros des jetons."
        )


class InvalidTokenError(MaillageError, PermissionError):
    """What was given opens nothing: it is wrong, over or revoked. The caller asks for another one."""

    def __init__(self) -> None:
        super().__init__(
            "Ce jeton n'ouvre rien : il est faux, expiré ou révoqué. Recopiez-le en entier, ou demandez-en "
            "un autre à l'équipe."
        )


class UnknownProposalError(MaillageError, LookupError):
    """No suggestion has this number."""

    def __init__(self, *, proposal_id: int) -> None:
        self.proposal_id = proposal_id
        super().__init__(
            f"Aucune proposition n'a le numéro {proposal_id}. La file donne celles qui attendent."
        )


class DecidedProposalError(MaillageError, ValueError):
    """Somebody has decided already: nothing is left to do."""

    def __init__(self, *, proposal_id: int, decided_by: str) -> None:
        self.proposal_id = proposal_id
        self.decided_by = decided_by
        super().__init__(
            f"La proposition {proposal_id} a déjà été traitée par {decided_by} : rien n'a été changé."
        )


class InvalidProposalError(MaillageError, ValueError):
    """A suggestion that cannot be taken in: the caller corrects the field named."""

    def __init__(self, *, field: str, expected: str, received: str) -> None:
        self.field = field
        self.expected = expected
        self.received = received
        super().__init__(
            f"« {field} » : on attend {expected} ; reçu : « {received[:120]} ». Corrigez ce champ."
        )


class TooManyProposalsError(MaillageError, RuntimeError):
    """Too many suggestions for now: the caller waits, or writes to the publisher."""

    def __init__(self, *, is_from_one: bool) -> None:
        self.is_from_one = is_from_one
        whose = "vous avez déjà envoyé plusieurs propositions" if is_from_one else "la file est pleine"
        super().__init__(
            f"Votre proposition n'a pas été prise : {whose}. Recommencez demain, ou écrivez à l'équipe "
            "(l'adresse est dans les mentions légales)."
        )
