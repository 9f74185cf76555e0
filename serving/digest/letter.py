"""A digest as a mail: HTML that mail clients leave alone, plain text, headers.

In: a subscriber and their digest. Out: `Letter`, the same bytes each time it is written. Templates
come from the host app's folder where it has one of that name, else from here.
"""

from __future__ import annotations

from binascii import b2a_qp
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import blake2b
from pathlib import Path
from urllib.parse import urlencode

import css_inline
from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date
from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    StrictUndefined,
    TemplateError,
    select_autoescape,
)

from recsys.errors import BadInput
from recsys.storage.state.digests import StoredDigest
from recsys.storage.state.subscribers import Subscriber
from serving.digest.content import Digest, Item
from serving.rpc.leaving import word_for
from serving.rpc.signing import Signer


@dataclass(frozen=True)
class Letter:
    """A digest, written.

    Attributes
    ----------
    message_id : str
        The same for a user and period whenever it is sent, so that a repeat is recognised.
    headers : mapping of name to value
        All but those of MIME.
    """

    stored: StoredDigest
    subscriber: Subscriber
    message_id: str
    subject: str
    html: str
    text: str
    headers: Mapping[str, str | Address]

    def as_message(self) -> EmailMessage:
        """As mail, with both parts."""
        message = EmailMessage(policy=SMTP)
        for name, value in self.headers.items():
            message[name] = value
        message.make_alternative()
        for subtype, text in (("plain", self.text), ("html", self.html)):
            message.attach(_part(subtype, text))
        message.set_boundary(f"={_digest(self.stored, 12)}=")  # else it would be a random one
        return message


class Scribe:
    """Writes letters.

    Parameters
    ----------
    templates : Path or None
        A folder with templates that come before those of this package: `digest.html`,
        `digest.txt`, `subject.txt`, or `digest.de.html` and so on for one language alone.
    base_url : str
        Where the host app is; links lead to `BASE/papers/ID` and `BASE/authors/ID`.
    sender : str
        `name@host`.
    """

    def __init__(
        self, signer: Signer, *, base_url: str, sender: str, templates: Path | None = None
    ) -> None:
        ours = PackageLoader("serving.digest")
        first = [] if templates is None else [FileSystemLoader(templates)]
        self._templates = Environment(
            loader=ChoiceLoader([*first, ours]),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,  # a round is written with what stood there when it began
        )
        # Rules for dark screens cannot be inlined; nothing is ever fetched.
        self._inliner = css_inline.CSSInliner(
            keep_style_tags=True, keep_at_rules=True, load_remote_stylesheets=False
        )
        self._signer, self._base_url = signer, base_url.rstrip("/")
        self._sender = address_of(sender)

    def write(self, subscriber: Subscriber, stored: StoredDigest) -> Letter:
        """The letter of a stored digest.

        Raises
        ------
        BadInput
            A template of the host's cannot be used.
        """
        digest, locale = Digest.from_json(stored.content), _locale(subscriber.locale)
        word = word_for(self._signer, subscriber.user_id)
        unsubscribe = f"{self._base_url}/unsubscribe?{urlencode({'token': word})}"
        told = {
            "name": subscriber.name,
            "papers": self._shown(digest.papers, digest.papers_token, locale),
            "people": self._shown(digest.people, digest.people_token, locale),
            "period": subscriber.period,
            "date": format_date(stored.as_of.date(), "long", locale=locale),
            "lang": locale.language,
            "home_url": f"{self._base_url}/",
            "unsubscribe_url": unsubscribe,
        }
        subject = " ".join(self._filled("subject", "txt", locale, told).split())
        message_id = f"<{_digest(stored, 20)}@{self._sender.domain}>"
        return Letter(
            stored,
            subscriber,
            message_id,
            subject,
            self._inliner.inline(self._filled("digest", "html", locale, told)),
            self._filled("digest", "txt", locale, told),
            {
                "From": self._sender,
                "To": address_of(subscriber.address, subscriber.name),
                "Subject": subject,
                "Date": format_datetime(stored.as_of),
                "Message-ID": message_id,
                "List-Unsubscribe": f"<{unsubscribe}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "Auto-Submitted": "auto-generated",
            },
        )

    def _filled(self, stem: str, kind: str, locale: Locale, told: Mapping[str, object]) -> str:
        names = [f"{stem}.{locale.language}.{kind}", f"{stem}.{kind}"]
        try:
            return self._templates.select_template(names).render(told)
        except TemplateError as error:
            raise BadInput(f"the template {stem}.{kind} cannot be used: {error}") from error

    def _shown(
        self, items: tuple[Item, ...], token: str, locale: Locale
    ) -> list[dict[str, str | tuple[str, ...]]]:
        query = urlencode({"attribution": token})
        return [
            {
                "title": item.title or item.name,
                "url": f"{self._base_url}/{item.name}?{query}",
                "byline": item.byline,
                "date": item.day and format_date(date.fromisoformat(item.day), locale=locale),
                "chance": f"{item.chance:.0%}",
                "reasons": item.reasons,
            }
            for item in items
        ]


def _part(subtype: str, text: str) -> EmailMessage:
    """As `EmailMessage.set_content` would make it, which encodes letter by letter in Python."""
    part = EmailMessage(policy=SMTP)
    part["Content-Type"] = f'text/{subtype}; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part.set_payload(b2a_qp(text.encode("utf-8"), istext=True).decode("ascii"))
    return part


def address_of(given: str, name: str = "") -> Address:
    """An address that mail can be sent to; raises BadInput."""
    try:
        printable = "".join(letter if letter.isprintable() else " " for letter in name)
        address = Address(printable, addr_spec=given)
        given.encode("ascii")
    except (ValueError, IndexError, MessageError) as error:
        raise BadInput(f"{given!r} is no address that mail can be sent to") from error
    if not address.username or not address.domain:
        raise BadInput(f"{given!r} is no address that mail can be sent to")
    return address


def _locale(name: str) -> Locale:
    try:
        return Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def _digest(stored: StoredDigest, size: int) -> str:
    said = f"{stored.user_id}\0{stored.period}".encode()
    return blake2b(said, digest_size=size).hexdigest()
