"""Messages to people who left an address: queued, sent by SMTP when it is set up, else shown to be copied."""

from __future__ import annotations

import smtplib
import ssl
from datetime import UTC, datetime
from email.message import EmailMessage
from enum import StrEnum
from typing import Annotated

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import delete, insert, select, update

from data.clock import now_utc
from data.people_tables import outgoing_messages
from data.rows import is_row_number
from data.session import Register, Session
from geo.people import OutgoingMessage

_MOST_AT_ONCE = 50


class SmtpSecurity(StrEnum):
    """How the connection to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class SmtpSettings(BaseSettings):
    """
    The mail server, from the environment (prefix `MAILLAGE_SMTP_`).

    Examples
    --------
    >>> SmtpSettings(host=None).is_set_up
    False
    """

    model_config = SettingsConfigDict(env_prefix="MAILLAGE_SMTP_", frozen=True, extra="ignore")

    host: Annotated[
        str | None,
        Field(description="Le serveur d'envoi des courriels ; sans lui, l'équipe copie les messages."),
    ] = None
    port: Annotated[int, Field(ge=1, le=65_535, description="Le port du serveur d'envoi.")] = 587
    user: Annotated[str | None, Field(description="L'identifiant sur le serveur d'envoi.")] = None
    password: Annotated[SecretStr | None, Field(description="Le mot de passe de cet identifiant.")] = None
    sender: Annotated[
        str | None, Field(description="L'adresse qui envoie, par exemple carte@exemple.fr.")
    ] = None
    security: Annotated[
        SmtpSecurity, Field(description="La protection de la connexion : starttls, tls ou none.")
    ] = SmtpSecurity.STARTTLS
    timeout_s: Annotated[
        float, Field(gt=0, le=120, description="Combien de secondes attendre le serveur d'envoi.")
    ] = 10.0

    @property
    def is_set_up(self) -> bool:
        """Say whether messages can be sent."""
        return bool(self.host and self.sender)


def queue_message(session: Session, *, recipient: str, subject: str, body: str) -> int:
    """Keep a message to be sent, and give its number."""
    return int(
        session.connection.execute(
            insert(outgoing_messages)
            .values(recipient=recipient, subject=subject, body=body, created_at=now_utc())
            .returning(outgoing_messages.c.id)
        ).scalar_one()
    )


def list_unsent(register: Register) -> tuple[OutgoingMessage, ...]:
    """Give the messages that are not sent yet, oldest first."""
    with register.reading() as session:
        rows = session.connection.execute(
            select(outgoing_messages)
            .where(outgoing_messages.c.sent_at.is_(None))
            .order_by(outgoing_messages.c.id)
            .limit(_MOST_AT_ONCE)
        ).all()
    return tuple(
        OutgoingMessage(
            id=row.id,
            recipient=row.recipient,
            subject=row.subject,
            body=row.body,
            created_at=_as_utc(row.created_at),
            sent_at=None,
        )
        for row in rows
    )


def mark_sent(register: Register, message_id: int) -> None:
    """Note that a message has gone (by us, or by hand); its text and its address are kept no longer."""
    if not is_row_number(message_id):
        return
    with register.writing(changes_answers=False) as session:
        session.connection.execute(
            update(outgoing_messages)
            .where(outgoing_messages.c.id == message_id, outgoing_messages.c.sent_at.is_(None))
            .values(sent_at=now_utc(), recipient="", body="")
        )


def forget_message(register: Register, message_id: int) -> None:
    """Drop a message that nobody will send."""
    if not is_row_number(message_id):
        return
    with register.writing(changes_answers=False) as session:
        session.connection.execute(delete(outgoing_messages).where(outgoing_messages.c.id == message_id))


def send_waiting_messages(register: Register, settings: SmtpSettings) -> int:
    """
    Send what waits, oldest first; give how many went. What the server refuses stays, for staff to see.

    Parameters
    ----------
    register
        The register that holds them.
    settings
        The mail server; nothing is tried when none is set up.
    """
    waiting = list_unsent(register) if settings.is_set_up else ()
    if not waiting:
        return 0
    count = 0
    try:
        with _connect(settings) as server:
            for message in waiting:
                try:
                    server.send_message(_write(message, str(settings.sender)))
                except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused):
                    continue
                mark_sent(register, message.id)
                count += 1
    except OSError:
        # The server is away, or hung up: what is left waits for the next time.
        return count
    return count


def _connect(settings: SmtpSettings) -> smtplib.SMTP:
    host = str(settings.host)
    context = ssl.create_default_context()
    if settings.security is SmtpSecurity.TLS:
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, settings.port, timeout=settings.timeout_s, context=context
        )
    else:
        server = smtplib.SMTP(host, settings.port, timeout=settings.timeout_s)
    if settings.security is SmtpSecurity.STARTTLS:
        server.starttls(context=context)
    if settings.user and settings.password:
        server.login(settings.user, settings.password.get_secret_value())
    return server


def _write(message: OutgoingMessage, sender: str) -> EmailMessage:
    written = EmailMessage()
    written["From"] = sender
    written["To"] = message.recipient
    written["Subject"] = " ".join(message.subject.split())
    written["Auto-Submitted"] = "auto-replied"
    written.set_content(message.body)
    return written


def _as_utc(instant: datetime) -> datetime:
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant
