"""Sends e-mails over SMTP, and says what a mail server's refusals mean for the outbox."""

from collections.abc import Awaitable, Callable
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import parseaddr
from hashlib import sha256
from urllib.parse import unquote, urlsplit

import aiosmtplib

from bot.channels.email.rendering import email_of
from bot.delivery.outbox import Undeliverable
from bot.messages import OutgoingMessage

TIMEOUT_S = 30.0
_FIRST_PERMANENT = 500
_REFUSED_LOG_IN = frozenset({530, 534, 535, 538})
"""Codes that speak of the desk's own log-in, which somebody will correct, and not of the message (RFC 4954)."""

ReadFile = Callable[[int], Awaitable[bytes]]


class EmailSender:
    """The `Sender` of the channel "email": one connection for each message.

    `url` is smtp://USER:PASSWORD@HOST:PORT (encrypted when the server offers it) or smtps:// (encrypted from the
    beginning), `sender` the From address, `read_file` gives the bytes of an attachment. `timeout_s` bounds each step.
    """

    def __init__(self, url: str, sender: str, read_file: ReadFile, *, timeout_s: float = TIMEOUT_S) -> None:
        parts = urlsplit(url)
        self._at_once = parts.scheme == "smtps"
        self._host, self._port = parts.hostname or "localhost", parts.port or (465 if self._at_once else 25)
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        self._sender = sender
        self._domain = parseaddr(sender)[1].rpartition("@")[2]
        self._read_file = read_file
        self._timeout_s = timeout_s

    async def send(self, address: str, message_id: int, outgoing: OutgoingMessage, replaces: str | None) -> str | None:
        """Send `outgoing` to `address` and return its Message-ID; see `bot.delivery.outbox.Sender`."""
        name = f"<punte-{message_id}@{self._domain}>"
        _check(address)
        files = [await self._read_file(file.attachment_id) for file in outgoing.files]
        letter = email_of(
            outgoing, sender=self._sender, address=address, message_id=name, thread=self._thread(address), files=files
        )
        try:
            await aiosmtplib.send(
                letter,
                hostname=self._host,
                port=self._port,
                username=self._user,
                password=self._password,
                use_tls=self._at_once,
                timeout=self._timeout_s,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            _explain(error.recipients[0])
        except aiosmtplib.SMTPResponseException as error:
            _explain(error)
        return name

    def _thread(self, address: str) -> str:
        return f"<punte-{sha256(address.encode()).hexdigest()[:24]}@{self._domain}>"


class NoEmail:
    """The `Sender` of the channel "email" for a desk without a mail server: what is owed there is a dead letter."""

    async def send(self, address: str, message_id: int, outgoing: OutgoingMessage, replaces: str | None) -> str | None:
        """Refuse the message, so that people see that it did not arrive."""
        raise Undeliverable("this desk has no mail server: set PUNTE_SMTP_URL and send it again")


def _explain(error: aiosmtplib.SMTPResponseException) -> None:
    """Raise `Unreachable` for a refusal that stands, and the refusal itself for one that may pass."""
    if error.code >= _FIRST_PERMANENT and error.code not in _REFUSED_LOG_IN:
        raise Undeliverable(f"{error.code} {error.message}") from error
    raise error


def _check(address: str) -> None:
    try:
        Address(addr_spec=address)
    except (HeaderParseError, ValueError, IndexError) as error:
        raise Undeliverable(f"{address!r} is no e-mail address") from error
