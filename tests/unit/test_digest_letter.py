"""A digest as a mail: safe, quiet, the same each time, and as the host app wants it."""

from __future__ import annotations

import re
from dataclasses import replace
from email import message_from_bytes, policy
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from recsys.data.resource_names import resource_name
from recsys.errors import BadInput
from recsys.storage.state.digests import StoredDigest
from recsys.storage.state.subscribers import Subscriber
from serving.digest.content import Digest, Item
from serving.digest.letter import address_of
from serving.rpc.leaving import whose
from tests.digest_round import AS_OF, BASE_URL, scribe
from tests.served import SIGNER

NASTY = '<script>alert("x")</script>\r\nBcc: eve@example.org & {{ 7 * 7 }}'
PAPER = Item(resource_name("papers", "a/b?c"), NASTY, NASTY, "2025-12-30", 0.3, (NASTY,))
PERSON = Item("authors/ada", "Ada Ärden", "", "", 0.2, ("you follow Ada",))
DIGEST = Digest((PAPER,), (PERSON,), "papers-token", "people-token")
READER = Subscriber("u/1", "reader@example.org", name=NASTY)
STORED = StoredDigest("u/1", "weekly/2026-W01", "eml", AS_OF, DIGEST.names, DIGEST.as_json())


def mail(subscriber=READER, stored=STORED, **changes):
    raw = scribe(**changes).write(subscriber, stored).as_message().as_bytes()
    return message_from_bytes(raw, policy=policy.default)


def part(message, kind: str) -> str:
    return message.get_body((kind,)).get_content()


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def test_letter_escapes_whatever_it_is_told() -> None:
    html = part(mail(), "html")
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "49" not in re.sub(r"#\w+|[\w-]+: [^;]*;", "", html.partition("<body")[2])


def test_letter_tells_reasons_as_a_sentence() -> None:
    person = replace(PERSON, reasons=("“On <ice>” is yours", "you follow Ada"))
    digest = Digest((), (PERSON, person), "", "people-token")
    html = part(mail(stored=replace(STORED, content=digest.as_json())), "html")
    assert ">You follow Ada</p>" in html
    assert ">“On &lt;ice&gt;” is yours; you follow Ada</p>" in html


def test_letter_headers_take_no_others_in() -> None:
    message = mail()
    assert message["Bcc"] is None
    assert [one.addr_spec for one in message["To"].addresses] == ["reader@example.org"]
    assert "\n" not in message["Subject"]


def test_letter_fetches_nothing_and_runs_nothing() -> None:
    html = part(mail(), "html")
    tags = Tags(html).found
    assert {tag for tag, _ in tags}.isdisjoint({"img", "link", "script", "iframe", "object"})
    assert all("src" not in attrs for _, attrs in tags)
    assert not re.search(r"url\(|@import|@font-face", html)


def test_letter_has_its_style_inline_and_rules_for_dark_screens() -> None:
    html = part(mail(), "html")
    assert all(attrs.get("style") for tag, attrs in Tags(html).found if tag in ("h1", "p", "body"))
    assert "prefers-color-scheme: dark" in html


def test_letter_has_the_same_links_in_both_parts_with_their_tokens() -> None:
    message = mail()
    links = [attrs["href"] for tag, attrs in Tags(part(message, "html")).found if tag == "a"]
    assert f"{BASE_URL}/papers/a%2Fb%3Fc?attribution=papers-token" in links
    assert f"{BASE_URL}/authors/ada?attribution=people-token" in links
    assert set(links) == set(re.findall(r"https://\S+", part(message, "plain")))


def test_letter_can_be_unsubscribed_from_with_one_click() -> None:
    message = mail()
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = message["List-Unsubscribe"].strip().strip("<>")
    assert url.startswith(f"{BASE_URL}/unsubscribe?")
    (word,) = parse_qs(urlsplit(url).query)["token"]
    assert whose(SIGNER, word) == "u/1"
    assert url in part(message, "plain")
    with pytest.raises(BadInput):
        whose(SIGNER, word[:-1] + ("A" if word[-1] != "A" else "B"))


def test_letter_is_the_same_each_time_and_another_for_others() -> None:
    letter = scribe().write(READER, STORED)
    again = scribe().write(READER, replace(STORED, tries=2))
    assert letter.as_message().as_bytes() == again.as_message().as_bytes()
    ids = {scribe().write(READER, one).message_id for one in (STORED, replace(STORED, user_id="v"))}
    later = scribe().write(READER, replace(STORED, period="weekly/2026-W02"))
    assert len({later.message_id, *ids}) == 3


@pytest.mark.parametrize(
    ("locale", "date"),
    [
        ("de", "31. Dezember 2025"),
        ("pt-BR", "31 de dezembro de 2025"),
        ("", "December 31, 2025"),
        ("no such", "December 31, 2025"),
    ],
)
def test_letter_writes_dates_as_the_reader_does(locale, date) -> None:
    message = mail(replace(READER, locale=locale))
    assert date in part(message, "html")
    assert date in part(message, "plain")


def test_letter_takes_templates_of_the_host_app_first(tmp_path: Path) -> None:
    (tmp_path / "subject.txt").write_text("Ours: {{ papers | length }}")
    (tmp_path / "digest.de.html").write_text("<p>Hallo {{ name }}</p>")
    english, german = (
        mail(replace(READER, locale=locale), templates=tmp_path) for locale in ("en", "de")
    )
    assert english["Subject"] == german["Subject"] == "Ours: 1"
    assert "Hallo &lt;script" in part(german, "html")
    assert "Hallo" not in part(english, "html")
    assert "Hello" in part(german, "plain")


@pytest.mark.parametrize("text", ["{% for %}", "{{ no_such_thing }}"])
def test_letter_template_that_cannot_be_used_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "digest.html").write_text(text)
    with pytest.raises(BadInput, match=r"digest\.html"):
        scribe(templates=tmp_path).write(READER, STORED)


@pytest.mark.parametrize("given", ["", "a", "a@", "@b", "a@b\nBcc: c@d", "ä@example.org", "a b@c"])
def test_address_that_takes_no_mail_is_refused(given: str) -> None:
    with pytest.raises(BadInput, match="no address"):
        address_of(given)
