"""The pages without a browser: what they refuse, what they escape, what they say of failures."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from protos.readinglist.v1 import feedback_pb2 as pb
from recsys.models.model import Model
from serving.client import RecsysClient
from tests.browsing import Browsing, browsing
from tests.served import served
from tests.small import dataset_of, people, train
from tests.worlds import OLD_ARXIV_ID, tiny_model

EVIL = """<script>alert("x")</script> & 'more'"""


@pytest.fixture(scope="module")
def site() -> Iterator[tuple[Browsing, RecsysClient]]:
    """The pages of the tiny world."""
    with served(tiny_model()) as address, browsing(address, "reader") as both:
        yield both


def a_save(event: str, paper: str = "papers/g3", **changes: str) -> dict[str, str]:
    form = {"kind": "save", "subject": paper, "event": event, "attribution": "", "next": "/yours"}
    return {**form, **changes}


def cookie(user: str) -> dict[str, str]:
    return {"Cookie": f"reader={quote(user)}"}


def stored(client: RecsysClient, user: str) -> list[str]:
    return [
        one.event.subject
        for one in client.feedback.export(user)
        if one.event.kind == pb.EVENT_KIND_SAVE
    ]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
    ids=str,
)
def test_form_of_another_site_is_refused(
    site: tuple[Browsing, RecsysClient], headers: dict[str, str]
) -> None:
    pages, client = site
    refused = pages.post("/events", a_save("e"), **cookie("foreign"), **headers)
    assert refused.status == 403
    assert stored(client, "foreign") == []


def test_form_of_our_own_counts_once_however_often_it_is_sent(
    site: tuple[Browsing, RecsysClient],
) -> None:
    pages, client = site
    own = {"Origin": f"http://{pages.host}", "Sec_Fetch_Site": "same-origin", **cookie("twice")}
    for _ in range(2):
        taken = pages.post("/events", a_save("e1"), **own)
        assert taken.status == 303
        assert taken.headers["location"] == "/yours?done=save&event=e1-save"
    assert stored(client, "twice") == ["papers/g3"]


@pytest.mark.parametrize(
    "changes",
    [
        {"next": "https://elsewhere.example/"},
        {"next": "//elsewhere.example/"},
        {"next": "////elsewhere.example/"},
        {"next": "/\\elsewhere.example/"},
        {"next": "/\t/elsewhere.example/"},
        {"next": "//["},
        {"next": "javascript:alert(1)"},
        {"subject": "papers/"},
        {"subject": "models/v1"},
        {"kind": "explode"},
        {"attribution": "made up"},
    ],
    ids=str,
)
def test_form_that_is_wrong_is_refused_in_words(
    site: tuple[Browsing, RecsysClient], changes: dict[str, str]
) -> None:
    pages, _ = site
    refused = pages.post("/events", a_save("wrong", **changes), **cookie("wrong"))
    assert refused.status == 400
    assert "That did not work" in refused.text


def test_site_is_not_found_under_a_name_of_somebody_else(
    site: tuple[Browsing, RecsysClient],
) -> None:
    pages, _ = site
    assert pages.get("/", Host="rebound.example").status == 400
    assert pages.get("/", Host=f"localhost:{pages.host.partition(':')[2]}").status == 303


@pytest.mark.parametrize(
    "path", ["/users/reader", "/nowhere", "/static/app.css", "/users/a?after=x"]
)
def test_answer_of_any_kind_forbids_what_pages_do_not_need(
    site: tuple[Browsing, RecsysClient], path: str
) -> None:
    headers = site[0].get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


def test_reader_and_paper_with_a_slash_have_pages(site: tuple[Browsing, RecsysClient]) -> None:
    pages, _ = site
    feed = pages.get("/users/somebody%2Fnew")
    assert feed.status == 200
    assert "Nothing is known of somebody/new yet" in feed.text
    assert "reader=somebody%2Fnew" in feed.headers["set-cookie"]
    assert "Strings without a home" in pages.get(f"/papers/{quote(OLD_ARXIV_ID, safe='')}").text


def test_paper_of_a_first_of_january_tells_the_year_alone(
    site: tuple[Browsing, RecsysClient],
) -> None:
    told = site[0].get(f"/papers/{quote(OLD_ARXIV_ID, safe='')}").text
    assert '<time datetime="1999-01-01">1999</time>' in told
    assert '<time datetime="2022-01-10">10 January 2022</time>' in site[0].get("/papers/g1").text


def test_day_that_is_none_is_refused_in_words(site: tuple[Browsing, RecsysClient]) -> None:
    refused = site[0].get("/users/reader?after=yesterday")
    assert refused.status == 400
    assert "is no day" in refused.text


def test_what_people_wrote_is_escaped_everywhere() -> None:
    papers = [
        {
            "paper_id": id_,
            "title": EVIL,
            "abstract": EVIL,
            "venue": EVIL,
            "url": url,
        }
        for id_, url in (("p1", "javascript:alert(1)"), ("p2", "http://["), ("p3", ""))
    ]
    authors = [{"author_id": "a", "name": EVIL, "affiliations": [EVIL]}, *people("b")]
    dataset = dataset_of(
        papers=papers,
        authors=authors,
        authorships={"p1": ["a"], "p2": ["a", "b"], "p3": ["b"]},
        users={"u": "b"},
        interactions=[("u", "p1", "save", "2024-01-01", EVIL)],
    )
    model: Model = train(dataset).model
    with served(model) as address, browsing(address, EVIL) as (pages, _):
        typed = quote(EVIL, safe="")
        of_people = ("/authors/a", "/authors/b", f"/search?q={typed}", "/search?q=script")
        graphs = ("/graph/papers/p1", "/graph/authors/a", f"/graph/affiliations/{typed}")
        others = (*of_people, *graphs)
        for path in ("/users/u", f"/users/{typed}", "/papers/p1", "/yours", "/", *others):
            shown = pages.get(path, **cookie("u"))
            assert shown.status in (200, 303)
            assert "<script>alert" not in shown.text
            assert "javascript:" not in shown.text
        assert "&lt;script&gt;" in pages.get("/papers/p1").text


def test_service_that_is_away_is_said_in_words_and_no_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        address = f"127.0.0.1:{nobody.getsockname()[1]}"
    with browsing(address, "reader") as (pages, _):
        away = pages.get("/users/reader")
    assert away.status == 503
    assert "The service is away" in away.text
    assert address not in away.text


def test_fault_of_ours_is_a_page_in_words_and_a_line_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a secret")

    with served(None) as address, browsing(address, "reader") as (pages, client):
        monkeypatch.setattr(client, "recommend_papers", fail)
        broken = pages.get("/users/reader")
    assert broken.status == 500
    assert "Something broke" in broken.text
    assert "secret" not in broken.text
    faults = [line.exc_info[0] for line in caplog.records if line.exc_info]
    assert faults == [ZeroDivisionError]
    assert "default-src 'none'" in broken.headers["content-security-policy"]


def test_nobody_to_read_as_is_asked_for() -> None:
    with served(None) as address, browsing(address) as (pages, _):
        assert "Who reads?" in pages.get("/").text
        assert pages.get("/users?id=%20ada%20").headers["location"] == "/users/ada"
        assert pages.get("/yours").headers["location"] == "/"
        assert pages.get("/users/ada").status == 503
