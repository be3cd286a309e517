"""Messages go out through a mail server when there is one, and wait for staff when there is none."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default

import pytest

from data.people.messages import (
    SmtpSecurity,
    SmtpSettings,
    list_unsent,
    queue_message,
    send_waiting_messages,
)
from data.session import Register


class _Server(socketserver.TCPServer):
    """A mail server that takes what comes, except for one recipient."""

    allow_reuse_address = True

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        super().__init__(("127.0.0.1", 0), _Talk)


class _Talk(socketserver.StreamRequestHandler):
    timeout = 10

    def handle(self) -> None:
        self._say("220 prêt".encode())
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self._say(b"354 go")
                body = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    body += part
                server = self.server
                assert isinstance(server, _Server)
                server.taken.append(body)
                self._say(b"250 ok")
            elif verb == b"QUIT":
                self._say(b"221 bye")
                return
            elif verb == b"RCPT" and b"refuse@" in line:
                self._say(b"550 nobody")
            else:
                self._say(b"250 ok")

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")


@pytest.fixture
def server() -> Iterator[_Server]:
    with _Server() as opened:
        thread = threading.Thread(target=opened.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield opened
        opened.shutdown()
        thread.join(timeout=10)


def settings_of(server: _Server) -> SmtpSettings:
    return SmtpSettings(
        host="127.0.0.1",
        port=server.server_address[1],
        sender="carte@apes.example",
        security=SmtpSecurity.NONE,
        timeout_s=5,
    )


def queue(register: Register, recipient: str, body: str = "Merci à vous, c'est noté.\n") -> None:
    with register.writing(changes_answers=False) as session:
        queue_message(session, recipient=recipient, subject="Votre proposition\nBcc: x@y.example", body=body)


def test_what_waits_is_sent_once_and_forgotten(register: Register, server: _Server) -> None:
    queue(register, "a@b.example")
    assert send_waiting_messages(register, settings_of(server)) == 1
    assert send_waiting_messages(register, settings_of(server)) == 0
    [taken] = server.taken
    message = message_from_bytes(taken, policy=default)
    assert (message["To"], message["From"]) == ("a@b.example", "carte@apes.example")
    assert message["Bcc"] is None
    body = message.get_body()
    assert body is not None
    assert "c'est noté" in body.get_content()


def test_who_is_refused_holds_nobody_up(register: Register, server: _Server) -> None:
    queue(register, "refuse@b.example")
    queue(register, "a@b.example")
    assert send_waiting_messages(register, settings_of(server)) == 1
    assert [message.recipient for message in list_unsent(register)] == ["refuse@b.example"]


def test_without_a_server_everything_waits(register: Register) -> None:
    queue(register, "a@b.example")
    assert send_waiting_messages(register, SmtpSettings(host=None)) == 0
    gone = SmtpSettings(
        host="127.0.0.1", port=9, sender="a@b.example", security=SmtpSecurity.NONE, timeout_s=1
    )
    assert send_waiting_messages(register, gone) == 0
    assert len(list_unsent(register)) == 1
