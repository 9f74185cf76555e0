"""A model that grows: what is new is found by those whom it suits, what is gone by nobody."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recsys.data.events import standing
from recsys.data.tables import Tables
from recsys.errors import UnknownPaper
from recsys.models.grow import grow, withdraw
from recsys.models.model import Model
from recsys.ranking.filters import AuthorFilter, PaperFilter
from recsys.recommender import Recommender
from recsys.storage.bundle import load
from tests.events import did
from tests.small import changes_of, dataset_of, people, small_run, train
from tests.worlds import publish_tiny

PAPERS = [
    {"paper_id": "g1", "title": "Message passing on graphs", "abstract": "Nodes learn.",
     "published_at": "2023-02-01", "categories": ["cs.LG"], "venue": "Graphs"},
    {"paper_id": "g2", "title": "Graph networks for molecules", "abstract": "Message passing.",
     "published_at": "2023-09-10", "categories": ["cs.LG"], "venue": "Graphs"},
    {"paper_id": "g3", "title": "Deeper graph networks", "abstract": "Layers of message passing.",
     "published_at": "2024-03-05", "categories": ["cs.LG"], "venue": "Graphs"},
    {"paper_id": "p1", "title": "Protein folding", "abstract": "A chain folds.",
     "published_at": "2022-06-20", "categories": ["q-bio.BM"], "venue": "Proteins"},
    {"paper_id": "p2", "title": "Inverse protein folding", "abstract": "Which sequence folds.",
     "published_at": "2023-11-02", "categories": ["q-bio.BM"], "venue": "Proteins"},
    {"paper_id": "p3", "title": "Protein complexes", "abstract": "Two chains fold together.",
     "published_at": "2024-04-18", "categories": ["q-bio.BM"], "venue": "Proteins"},
]  # fmt: skip
NEW = {"paper_id": "g9", "title": "Graph networks for materials", "published_at": "2024-05-01"}


@cache
def model() -> Model:
    return train(
        dataset_of(
            papers=PAPERS,
            authors=people("ada", "ben", "cleo", "dan"),
            authorships={
                "g1": ["ada", "ben"], "g2": ["ben", "cleo"], "g3": ["cleo"],
                "p1": ["dan"], "p2": ["cleo", "dan"], "p3": ["dan"],
            },
            users={"u1": "ada", "u2": ""},
            follows=[("u1", "cleo"), ("u2", "dan")],
            interactions=[("u1", "g2", "save"), ("u2", "p1", "like"), ("u2", "p2", "read")],
        )
    ).model  # fmt: skip


def grown(*papers: dict[str, Any], **more: Any) -> Recommender:
    return Recommender(grow(model(), changes_of(papers=papers, **more)))


def listed(ask: Recommender, user: str, **wanted: Any) -> list[str]:
    return [one.id for one in ask.recommend_papers(ask.user(user), k=20, **wanted).results]


def test_new_paper_is_recommended_to_whom_its_text_and_authors_suit():
    ask = grown(NEW, authorships={"g9": ["cleo"]})
    assert "papers/g9" in listed(ask, "u1")[:2]
    assert "papers/g9" not in listed(ask, "u2")[:2]
    found = ask.recommend_papers(ask.user("u1"), k=2).results
    told = next(one.reasons for one in found if one.id == "papers/g9")
    assert "by Cleo, whom you follow" in [reason.text for reason in told]


def test_new_paper_has_similar_papers_and_is_similar_to_others():
    ask = grown(NEW)
    assert ask.similar_papers("g9").results[0].id in ("papers/g1", "papers/g2", "papers/g3")
    assert "papers/g9" in [one.id for one in ask.similar_papers("g3", k=3).results]


def test_new_paper_as_somebodys_reading_makes_a_personal_list():
    ask = grown(NEW)
    found = ask.recommend_papers(ask.stranger(liked=["g9"]), k=2).results
    assert {one.id for one in found} <= {"papers/g1", "papers/g2", "papers/g3"}
    assert found[0].strategy == "folded_in"


def test_new_paper_of_which_only_the_title_is_known_is_found_by_its_words():
    ask = grown({"paper_id": "x", "title": "Protein"})
    found = ask.recommend_papers(ask.stranger(text="protein"), k=20).results
    assert "papers/x" in [one.id for one in found]


def test_new_paper_without_any_known_word_or_author_disturbs_nobody():
    ask = grown({"paper_id": "x", "title": "Zebrafish"})
    before = listed(Recommender(model()), "nobody")
    assert sorted(listed(ask, "nobody")) == sorted([*before, "papers/x"])


def test_new_author_can_be_followed_and_brings_their_papers():
    ask = grown(NEW, authors=people("eve"), authorships={"g9": ["eve"]})
    found = ask.recommend_papers(ask.stranger(followed=["eve"]), k=1).results[0]
    assert found.id == "papers/g9"
    assert [reason.subject for reason in found.reasons][:1] == ["authors/eve"]


def test_new_author_is_suggested_for_likeness_of_work():
    ask = grown(NEW, authors=people("eve"), authorships={"g9": ["eve"]})
    found = ask.suggest_collaborators(ask.author("ada"), k=5).results
    assert "authors/eve" in [one.id for one in found]
    assert ask.similar_authors("eve", k=1).results[0].id != "authors/dan"


def test_known_author_described_anew_is_called_so_and_closed():
    author = {"author_id": "cleo", "name": "Cleo C.", "open_to_collaborate": False,
              "affiliations": ["Elsewhere"]}  # fmt: skip
    ask = grown(authors=[author])
    told = ask.recommend_papers(ask.user("u1"), k=1).results[0]
    assert "Cleo C." in " ".join(reason.text for reason in told.reasons)
    dan = ask.author("dan")
    everybody = AuthorFilter(closed=True, existing_coauthors=True)
    names = [one.title for one in ask.suggest_collaborators(dan, keep=everybody).results]
    assert "Cleo C." in names
    kept = AuthorFilter(existing_coauthors=True)
    assert "Cleo C." not in [one.title for one in ask.suggest_collaborators(dan, keep=kept).results]
    affiliations = ask.model.dataset.authors
    row = affiliations.ids.row("cleo")
    assert affiliations.affiliation_names[affiliations.affiliations[row].indices[0]] == "Elsewhere"


def test_changed_paper_is_listed_once_and_as_it_is_now():
    ask = grown({**PAPERS[2], "title": "Shallow graph networks"}, authorships={"g3": ["cleo"]})
    found = ask.recommend_papers(ask.user("u1"), k=20).results
    titles = [one.title for one in found if one.id == "papers/g3"]
    assert titles == ["Shallow graph networks"]
    assert "Deeper graph networks" not in [one.title for one in found]


def test_changed_paper_that_a_reader_knows_is_not_recommended_again():
    ask = grown({**PAPERS[3], "title": "Folding of proteins"}, authorships={"p1": ["dan"]})
    assert "papers/p1" not in listed(ask, "u2")
    assert "papers/p1" in listed(ask, "u2", keep=PaperFilter(seen=True))


def test_changed_paper_is_a_reason_by_its_new_title():
    ask = grown({**PAPERS[3], "title": "Folding of proteins"}, authorships={"p1": ["dan"]})
    told = " ".join(
        reason.text
        for one in ask.recommend_papers(ask.user("u2"), k=5).results
        for reason in one.reasons
    )
    assert "Folding of proteins" in told
    assert "“Protein folding”" not in told


def test_changed_paper_keeps_its_readers():
    whole = small_run().model
    dataset, row = whole.dataset, int(np.flatnonzero(whole.paper_blend.kinds == 0)[0])
    changed = {"paper_id": dataset.papers.ids[row], "title": dataset.papers.titles[row] + " again"}
    larger = grow(whole, changes_of(papers=[changed]))
    assert larger.paper_blend.kinds[-1] == 0
    readers = larger.readers().users(np.arange(10))
    for scorer in larger.paper_scorers:
        if scorer.name in ("als", "knn", "linear", "lightfm", "popular"):
            old, new = scorer.score(readers, np.array([row, len(dataset.papers)])).T
            np.testing.assert_allclose(new, old, rtol=1e-5, atol=1e-6)


def test_new_paper_that_a_user_saved_counts_in_the_list_by_its_text():
    papers = [NEW, {**PAPERS[2], "paper_id": "g10", "title": "Networks of graphs"}]
    ask = grown(*papers, {"paper_id": "x", "title": "Inverse folding of a protein"})
    by_saved = {
        saved: ask.user("stranger", "", standing([did("stranger", "save", saved)]))
        for saved in ("g9", "x")
    }
    first = {
        saved: [one.id for one in ask.recommend_papers(reader, k=3).results]
        for saved, reader in by_saved.items()
    }
    assert first["g9"][0].startswith("papers/g")
    assert first["x"][0].startswith("papers/p")


def test_changed_paper_dismissed_after_it_was_liked_is_liked_no_more():
    ask = grown({**PAPERS[3], "title": "Folding of proteins"}, authorships={"p1": ["dan"]})
    reader = ask.user("u2", "", standing([did("u2", "dismiss", "p1", day=9)]))
    ids = ask.model.dataset.papers.ids
    assert [ids[row] for row in reader.disliked.indices] == ["p1"]
    assert "p1" not in [ids[row] for row in reader.liked.indices]


def test_withdrawn_paper_is_neither_listed_nor_found_nor_a_reason():
    ask = Recommender(withdraw(model(), ["g3", "p1", "unknown"]))
    for user in ("u1", "u2", "nobody"):
        found = ask.recommend_papers(ask.user(user), keep=PaperFilter(seen=True), k=20).results
        assert not {one.id for one in found} & {"papers/g3", "papers/p1"}
        assert "papers/p1" not in [why.subject for one in found for why in one.reasons]
    with pytest.raises(UnknownPaper):
        ask.similar_papers("g3")


def test_withdrawn_paper_can_be_added_again():
    larger = grow(withdraw(model(), ["g3"]), changes_of(papers=[PAPERS[2]]))
    ask = Recommender(larger)
    assert listed(ask, "nobody").count("papers/g3") == 1
    assert ask.similar_papers("g3", k=1).results


def test_many_small_growths_are_one_large_growth():
    papers = [{"paper_id": f"n{n}", "title": f"Graph networks, part {n}"} for n in range(5)]
    at_once, one_by_one = grown(*papers), model()
    for paper in papers:
        one_by_one = grow(one_by_one, changes_of(papers=[paper]))
    assert listed(Recommender(one_by_one), "u1") == listed(at_once, "u1")


def test_bundle_grows_in_the_memory_that_its_processes_share(tmp_path: Path):
    version = publish_tiny(tmp_path, small_run().model)
    loaded = load(tmp_path, version).model
    larger = grow(loaded, changes_of(papers=[NEW]))
    before, after = (one.text.papers for one in (loaded, larger))
    np.testing.assert_array_equal(after.data[: before.nnz], before.data)
    only = PaperFilter(only=frozenset(["g9"]))
    assert listed(Recommender(larger), "nobody", keep=only) == ["papers/g9"]


def test_grown_model_without_changes_answers_as_before():
    larger = grow(model(), Tables.of({}))
    for user in ("u1", "u2"):
        assert listed(Recommender(larger), user) == listed(Recommender(model()), user)
