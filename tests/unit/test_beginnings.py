"""What two people have both begun with lately is told as that, and changes no share."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.ranking.beginnings import told_as_new
from recsys.ranking.reasons import Reason
from recsys.ranking.shares import Speaking
from recsys.recommender import Recommender
from tests.small import dataset_of, people, train
from tests.worlds import tiny_model

OLD, NEW = "2015-01-01", "2023-06-01"


def reasons(*, other_since: str | None, undated: bool = False) -> dict[str, Reason]:
    """Why ann should meet ben: both write at Nodes on networks since 2023, ann on coins before.

    Ben wrote on the sea in 2015, and had a paper on networks at Nodes then, too, or never had.
    """
    papers = [
        ("a-old", "coins of rome", OLD, "Coins"),
        ("a-new", "graph networks", NEW, "Nodes"),
        ("b-old", "ice of the sea", OLD, "Sea"),
        ("b-new", "deep graph networks", NEW, "Nodes"),
        ("c", "clay pots", OLD, "Pots"),
    ]
    if other_since is not None or undated:
        papers.append(("b-before", "graph networks before", other_since, "Nodes"))
    writers = {"a": "ann", "b": "ben", "c": "cat"}
    rows = [
        dict(zip(("paper_id", "title", "published_at", "venue"), p, strict=True)) for p in papers
    ]
    dataset = dataset_of(
        papers=rows,
        authors=people("ann", "ben", "cat"),
        authorships={row["paper_id"]: [writers[row["paper_id"][0]]] for row in rows},
    )
    ask = Recommender(train(dataset).model)
    found = ask.suggest_collaborators(ask.author("ann"), k=1).results[0]
    assert found.id == "authors/ben"
    return {reason.kind: reason for reason in found.reasons}


def test_told_as_new_is_what_neither_has_done_until_two_years_ago() -> None:
    told = reasons(other_since=None)
    assert told["new_topic"].text.startswith("you are both new to ")
    assert "graph" in told["new_topic"].text
    assert told["new_venue"].text == "you are both new at Nodes"


@pytest.mark.parametrize("since", [OLD, None], ids=["old", "undated"])
def test_told_as_new_is_nothing_that_one_has_done_before_or_at_an_unknown_time(
    since: str | None,
) -> None:
    told = reasons(other_since=since, undated=True)
    assert {"new_topic", "new_venue"} & set(told) == set()
    assert told["venue"].text == "you both publish at Nodes"


def test_told_as_new_keeps_every_share_and_leaves_strangers_alone() -> None:
    model = tiny_model()
    dan, finn = (model.dataset.authors.ids.row(id_) for id_ in ("dan", "finn"))
    venue = model.dataset.papers.venues.row("Folds")
    things = [
        Speaking("venue", "venue", venue, 0.25),
        Speaking("shared_coauthor", "author", dan, 0.5),
    ]
    readers = model.readers()
    finns, dans = (readers.authors(np.array([row])) for row in (finn, dan))
    told = told_as_new(model, finns, [finn], [things])
    assert told == [[things[0]._replace(kind="new_venue"), things[1]]]
    assert told_as_new(model, dans, [finn], [things]) == [things]
    assert told_as_new(model, readers.strangers(), [finn], [things]) == [things]
