"""Ways out of the house: files of mail, a table for the host app's own mailer, SMTP.

In: letters, one after the other. Out: for each what became of it, as soon as that is known.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from email.headerregistry import Address
from pathlib import Path
from typing import Literal, Protocol
from urllib.parse import unquote, urlsplit

from recsys.errors import BadInput, MailUnavailable
from recsys.storage.letters import write_lines, write_mail, write_parquet
from serving.digest.letter import Letter

_SMTP_WAIT_S = 30.0
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_PERMANENT = 500
TABLE_COLUMNS = (
    *("user_id", "address", "name", "locale", "period", "message_id"),
    *("subject", "html", "text", "unsubscribe", "content"),
)


@dataclass(frozen=True)
class Delivered:
    """What became of a letter.

    Attributes
    ----------
    refused : str
        Why the address is no good; "" where it is.
    later : str
        Why it has to be tried again; "" where it is out of the house.
    """

    letter: Letter
    refused: str = ""
    later: str = ""


class Way(Protocol):
    """One way out.

    Attributes
    ----------
    name : str
        What stands in the state of digests that left this way.
    whole : bool
        Whether each run needs all letters of the period, those that left this way before too.
    repeats : bool
        Whether a letter that is delivered again may arrive twice; a file is just replaced.
    """

    name: str
    whole: bool
    repeats: bool

    def deliver(self, letters: Iterable[Letter]) -> Iterator[Delivered]:
        """Deliver letters as they come; raises MailUnavailable where none can be delivered now."""


class EmlFiles:
    """One file for each letter, `PERIOD-DIGITS.eml`; the same letter is the same file."""

    name, whole, repeats = "eml", False, False

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def deliver(self, letters: Iterable[Letter]) -> Iterator[Delivered]:
        """Write them one by one."""
        for letter in letters:
            period = letter.stored.period.replace("/", "-")
            digits = letter.message_id.strip("<>").partition("@")[0]
            write_mail(self._folder / f"{period}-{digits}.eml", letter.as_message().as_bytes())
            yield Delivered(letter)


class OneTable:
    """One file for a period, `PERIOD.jsonl` or `PERIOD.parquet`, a row for each letter."""

    whole, repeats = True, False

    def __init__(self, folder: Path, kind: Literal["jsonl", "parquet"], period: str) -> None:
        self.name: str = kind
        self._path = folder / f"{period.replace('/', '-')}.{kind}"

    def deliver(self, letters: Iterable[Letter]) -> Iterator[Delivered]:
        """Write them all, and only then say so."""
        done: list[Letter] = []

        def rows() -> Iterator[dict[str, str]]:
            for letter in letters:
                done.append(letter)
                yield _row(letter)

        if self.name == "jsonl":
            write_lines(self._path, rows())
        else:
            write_parquet(self._path, rows(), TABLE_COLUMNS)
        yield from map(Delivered, done)


class Smtp:
    """A mail server: `smtp://`, `smtp+starttls://` or `smtps://`, `USER:PASSWORD@HOST:PORT`."""

    name, whole, repeats = "smtp", False, True

    def __init__(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            self._host, self._port = parts.hostname, parts.port or _PORTS.get(parts.scheme, 0)
        except ValueError:
            raise BadInput("the URL of the mail server cannot be read") from None
        if not self._host or parts.scheme not in _PORTS:
            raise BadInput(
                f"the URL of a mail server begins with {', '.join(f'{s}://' for s in _PORTS)} "
                "and names a host"
            )
        self._scheme = parts.scheme
        self._user, self._password = (
            unquote(one or "") for one in (parts.username, parts.password)
        )

    def deliver(self, letters: Iterable[Letter]) -> Iterator[Delivered]:
        """Send them over one connection; it is opened for the first of them."""
        server: smtplib.SMTP | None = None
        try:
            for letter in letters:
                server = server or self._connect()
                yield _sent(server, letter)
        except (smtplib.SMTPException, OSError) as error:
            raise MailUnavailable(
                f"the mail server {self._host}:{self._port} cannot be used now ({error}); what is "
                "left is sent when the same command is run again"
            ) from error
        finally:
            if server is not None:
                with suppress(smtplib.SMTPException, OSError):
                    server.quit()

    def _connect(self) -> smtplib.SMTP:
        secure = ssl.create_default_context()
        if self._scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host or "", self._port, timeout=_SMTP_WAIT_S, context=secure
            )
        else:
            server = smtplib.SMTP(self._host or "", self._port, timeout=_SMTP_WAIT_S)
        if self._scheme == "smtp+starttls":
            server.starttls(context=secure)
        if self._user:
            server.login(self._user, self._password)
        return server


def _sent(server: smtplib.SMTP, letter: Letter) -> Delivered:
    sender = letter.headers["From"]
    by = sender.addr_spec if isinstance(sender, Address) else sender
    to = letter.subscriber.address
    try:
        server.send_message(letter.as_message(), from_addr=by, to_addrs=[to])
    except smtplib.SMTPRecipientsRefused as error:
        code, said = error.recipients[to]
        # A server that wants to see it later (greylisting) says nothing about the address.
        if code < _PERMANENT:
            return Delivered(letter, later=_told(code, said))
        return Delivered(letter, refused=_told(code, said))
    except smtplib.SMTPDataError as error:
        # What is wrong is the letter or the moment, not the address.
        return Delivered(letter, later=_told(error.smtp_code, error.smtp_error))
    return Delivered(letter)


def _told(code: int, said: bytes | str) -> str:
    return f"{code} {said if isinstance(said, str) else said.decode('utf-8', 'replace')}"


def _row(letter: Letter) -> dict[str, str]:
    to, stored = letter.subscriber, letter.stored
    return {
        "user_id": to.user_id,
        "address": to.address,
        "name": to.name,
        "locale": to.locale,
        "period": stored.period,
        "message_id": letter.message_id,
        "subject": letter.subject,
        "html": letter.html,
        "text": letter.text,
        "unsubscribe": str(letter.headers["List-Unsubscribe"]).strip("<>"),
        "content": stored.content,
    }
