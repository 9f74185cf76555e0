"""Worlds small enough to know the answers by heart.

In: nothing. Out: `tiny_tables` -> `tiny_dataset` -> `tiny_model`: two circles of people, one on
graphs and one on proteins, and a newcomer. Nothing here is trained; all scorers are made by hand.

Who ought to get what, best first:
    reader        read g1 and g2, follows cleo: g3 and g4, both by cleo. Collaborator: cleo.
    u-ada         is ada, wrote g1, read g2, follows cleo: g4, g3. Collaborator: cleo, who
                  writes with ben as ada does.
    u-eva         is eva, wrote p1, opened p3: p2. Collaborator: finn, through dan.
    newcomer      nothing known: g2, g1, p3, being what is popular and new.
    authors/finn  a profile that nobody has claimed, wrote p3 with dan: p1, p2. Collaborator: eva.
    "protein folding" in words: p1, p3, p2. Similar to g1: g2, g3, g4.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from recsys.data.build import build_dataset
from recsys.data.checked import RawTable, check_tables
from recsys.data.dataset import Dataset
from recsys.data.strings import Vocabulary
from recsys.data.tables import Tables
from recsys.features.signals import Signals, SignalSettings, build_signals, fade
from recsys.features.text import TextSpace, terms, unit_rows, weigh
from recsys.models.asked import ExpertScorer, NearbyScorer, Topic
from recsys.models.blend import N_KINDS, N_SHAPES, SEGMENTS, Blend
from recsys.models.circles import Circle, CirclePaperScorer, CircleScorer
from recsys.models.factors import FactorScorer, FeatureScorer
from recsys.models.groups import CategoryScorer, SharedGroupScorer
from recsys.models.model import Model
from recsys.models.neighbors import BridgeScorer, Likeness, NeighborScorer
from recsys.models.priors import PriorScorer
from recsys.models.scorer import Scorer
from recsys.models.text_profile import Bm25, TextProfileScorer, TopicScorer, WordsScorer
from recsys.models.walks import WalkScorer
from recsys.models.writers import WritersScorer
from recsys.storage.bundle import publish

CREATED = datetime(2024, 2, 29, 12, 30, 15, 999, tzinfo=UTC)
OLD_ARXIV_ID = "hep-th/9901001"
GRAPHS, PROTEINS = 0, 1

PAPERS = [
    # id, title, abstract, published, categories, venue
    ("g1", "Graph neural networks", "Message passing on graphs.", "2022-01-10", "cs.LG", "Nodes"),
    ("g2", "Deep graph networks", "Deeper message passing.", "2022-06-01", "cs.LG", "Nodes"),
    ("g3", "Sampling in graph networks", "Sampled message passing.", "2023-03-01", "cs.LG", ""),
    ("g4", "Graph transformers", "", "2023-09-01", "cs.LG", "Nodes"),
    ("p1", "Protein folding", "Folding a protein chain.", "2021-05-01", "q-bio", "Folds"),
    ("p2", "Folding protein chains faster", "Chain sampling.", "2022-11-01", "q-bio", "Folds"),
    ("p3", "Protein design", "Design of a protein by folding.", "2023-06-01", "q-bio", "Folds"),
    (OLD_ARXIV_ID, "Strings without a home", "", "1999-01-01", "hep-th", ""),
]
AUTHORS = [
    # id, name, affiliations, open to collaborate
    ("ada", "Ada Arden", ["Northern College"], True),
    ("ben", "Ben Birch", ["Northern College"], True),
    ("cleo", "Cleo Calder", ["Southern College"], True),
    ("dan", "Dan Dale", ["Folding House"], True),
    ("eva", "Eva Elm", ["Folding House"], None),
    ("finn", "Finn Ford", [], None),
]
AUTHORSHIPS = {
    "g1": ["ada", "ben"],
    "g2": ["ben"],
    "g3": ["cleo"],
    "g4": ["ben", "cleo"],
    "p1": ["dan", "eva"],
    "p2": ["dan"],
    "p3": ["dan", "finn"],
}
USERS = {"u-ada": "ada", "u-eva": "eva", "reader": "", "newcomer": ""}
FOLLOWS = [("reader", "cleo", "2023-05-01"), ("u-ada", "cleo", "2023-05-01")]
INTERACTIONS = [
    ("reader", "g1", "like", "2023-09-10"),
    ("reader", "g2", "save", "2023-09-12"),
    ("reader", OLD_ARXIV_ID, "dismiss", "2023-09-13"),
    ("u-ada", "g2", "read", "2023-09-01"),
    ("u-eva", "p1", "like", "2023-08-01"),
    ("u-eva", "p3", "open", "2023-10-01"),
]


def tiny_tables() -> Tables:
    """Eight papers, six authors, four users, checked as any other dataset."""
    frames = {
        "papers": pd.DataFrame(
            [(*paper[:4], [paper[4]], paper[5]) for paper in PAPERS],
            columns=["paper_id", "title", "abstract", "published_at", "categories", "venue"],
        ),
        "authors": pd.DataFrame(
            AUTHORS, columns=["author_id", "name", "affiliations", "open_to_collaborate"]
        ),
        "authorships": pd.DataFrame(
            [(paper, author) for paper, team in AUTHORSHIPS.items() for author in team],
            columns=["paper_id", "author_id"],
        ),
        "users": pd.DataFrame(USERS.items(), columns=["user_id", "author_id"]),
        "follows": pd.DataFrame(FOLLOWS, columns=["user_id", "author_id", "followed_at"]),
        "interactions": pd.DataFrame(
            INTERACTIONS, columns=["user_id", "paper_id", "kind", "occurred_at"]
        ),
    }
    numbered = {
        name: RawTable(frame, np.arange(1, len(frame) + 1)) for name, frame in frames.items()
    }
    tables, rejected = check_tables(numbered)
    assert rejected.empty, rejected
    return tables


def tiny_dataset() -> Dataset:
    """The tiny tables as a dataset."""
    return build_dataset(tiny_tables())


def tiny_model() -> Model:
    """A model of the tiny world with a scorer of every class; equal weights for all of them."""
    dataset = tiny_dataset()
    signals = build_signals(dataset, SignalSettings())
    text = tiny_text(dataset)
    topics = tiny_topics(text)
    paper_scorers = tiny_paper_scorers(dataset, signals, text, topics)
    author_scorers = tiny_author_scorers(dataset, signals, text, topics)
    return Model(
        dataset,
        signals,
        text,
        paper_scorers,
        even_blend(paper_scorers, len(dataset.papers)),
        author_scorers,
        even_blend(author_scorers, len(dataset.authors)),
    )


def publish_tiny(models_dir: Path, model: Model | None = None, **changes: Any) -> str:
    """Publish the tiny model, or the given one, with something in every field of the manifest."""
    told = {
        "created_at": CREATED,
        "settings": {"als": {"factors": 2}, "kinds": ("a", "b")},
        "seed": 7,
        "metrics": {"papers.recall@20": 0.5, "papers.ndcg@20": float("nan")},
        "signals": {"follows": 2},
        "left_out": ("claimed profiles",),
    }
    return publish(models_dir, model or tiny_model(), **{**told, **changes})


def even_blend(scorers: tuple[Scorer, ...], n_targets: int) -> Blend:
    """Every scorer counts alike, but what is the same for everyone counts a tenth, and whose
    papers somebody reads even less: whom they follow is to come first.
    """
    names = tuple(scorer.name for scorer in scorers)
    less: dict[type, float] = {PriorScorer: 0.1, WritersScorer: 0.02}
    each = np.array([less.get(type(scorer), 1.0) for scorer in scorers])
    weights = np.tile(each[:, None] / N_SHAPES, (len(SEGMENTS), N_KINDS, 1, N_SHAPES))
    return Blend(
        names,
        kinds=np.zeros(n_targets, dtype=np.int8),
        scales=np.ones(len(scorers), dtype=np.float32),
        pulls=tuple(np.ones((len(scorers), n_targets), dtype=np.float32)),
        weights=weights.astype(np.float32),
    )


def tiny_text(dataset: Dataset) -> TextSpace:
    """Every term of every paper, weighed."""
    both = zip(dataset.papers.titles, dataset.papers.abstracts, strict=True)
    texts = [f"{title} {abstract}" for title, abstract in both]
    names = sorted({term for text in texts for term in terms(text)})
    found = np.array([[name in terms(text) for name in names] for text in texts])
    idf = (np.log((1 + len(texts)) / (1 + found.sum(axis=0))) + 1).astype(np.float32)
    space = TextSpace(
        Vocabulary.of(names), idf, sparse.csr_matrix((0, len(names)), dtype=np.float32)
    )
    return TextSpace(space.terms, idf, weigh(space.counts(texts), idf))


def tiny_topics(text: TextSpace) -> TopicScorer:
    """Two topics, told from the papers' ids; the old one on strings belongs to neither."""
    papers = np.zeros((len(PAPERS), 2), dtype=np.float32)
    papers[:4, GRAPHS] = 1.0
    papers[4:7, PROTEINS] = 1.0
    return TopicScorer("topics", papers, papers, (text.papers.T @ papers).astype(np.float32))


def tiny_paper_scorers(
    dataset: Dataset, signals: Signals, text: TextSpace, topics: TopicScorer
) -> tuple[Scorer, ...]:
    """One of each class that scores papers."""
    n_authors, factors = len(dataset.authors), topics.papers
    people = unit_sums(signals.authorship) @ factors
    likeness = (unit_rows(signals.liked.T.tocsr()) @ unit_rows(signals.liked.T.tocsr()).T).tocsr()
    likeness.setdiag(0.0)
    likeness.eliminate_zeros()
    weighing = Bm25(text.idf, 12.0)
    postings = Topic(text.papers.T.tocsr(), most=3)
    by_text = (text.papers @ text.papers.T).tocsr()
    by_text.setdiag(0.0)
    by_text.eliminate_zeros()
    walk = unit_sums(signals.coauthors)
    gram = factors.T @ factors + people.T @ people + np.eye(2)
    nothing = np.zeros((n_authors, 2), dtype=np.float32)
    return (
        FactorScorer(
            "als",
            factors,
            np.asarray(people, dtype=np.float32),
            np.linalg.inv(gram).astype(np.float32),
            confidence=10.0,
            follow_weight=1.0,
        ),
        NeighborScorer("knn", Likeness(likeness.astype(np.float32))),
        BridgeScorer("bridge", Likeness(likeness.astype(np.float32)), unit_sums(by_text)),
        FeatureScorer(
            "lightfm",
            user_factors=np.zeros((len(dataset.users), 2), dtype=np.float32),
            profile_factors=np.asarray(people, dtype=np.float32),
            coauthor_factors=nothing,
            followed_factors=np.asarray(people, dtype=np.float32),
            paper_factors=factors,
            paper_bias=np.zeros(len(PAPERS), dtype=np.float32),
            coauthors=walk,
        ),
        TextProfileScorer("text", text.papers, text.papers, np.ones(len(text.terms), dtype=bool)),
        WordsScorer("words", text.papers, weighing),
        NearbyScorer("nearby", postings, topics.papers),
        ExpertScorer("experts", postings, signals.authorship.T.tocsr()),
        topics,
        CirclePaperScorer(
            "coauthors", Circle("coauthor", "profile", (walk,)), signals.authorship.T.tocsr()
        ),
        CirclePaperScorer(
            "followed", Circle("followed_author", "follows", ()), signals.authorship.T.tocsr()
        ),
        CategoryScorer("category", dataset.papers.categories, unit_rows(dataset.papers.categories)),
        prior("new", fade(dataset.ages_days(), 365.0)),
        prior("popular", np.asarray(signals.liked.sum(axis=0), dtype=np.float32).ravel()),
    )


def tiny_author_scorers(
    dataset: Dataset, signals: Signals, text: TextSpace, topics: TopicScorer
) -> tuple[Scorer, ...]:
    """One of each class that scores people."""
    walk = unit_sums(signals.coauthors)
    people = unit_sums(signals.authorship) @ topics.papers
    return (
        WalkScorer("walk", walk, restart=0.3, steps=3, follow_weight=0.3),
        CircleScorer("adamic_adar", Circle("shared_coauthor", "profile", (walk, walk))),
        CircleScorer("followed", Circle("followed", "follows", ())),
        TopicScorer(
            "similar_work", topics.papers, np.asarray(people, dtype=np.float32), topics.terms
        ),
        TextProfileScorer(
            "similar_words",
            text.papers,
            unit_rows((signals.authorship @ text.papers).tocsr()),
            np.ones(len(text.terms), dtype=bool),
        ),
        SharedGroupScorer("affiliation", unit_rows(dataset.authors.affiliations), "affiliation"),
        WritersScorer("reads", unit_sums(signals.authorship.T.tocsr())),
        prior("active", np.asarray(signals.authorship.sum(axis=1), np.float32).ravel()),
    )


def prior(name: str, values: np.ndarray) -> PriorScorer:
    """One value a target, told wherever it is one of the better half."""
    return PriorScorer(name, values, values > np.median(values))


def unit_sums(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """The matrix with rows that add up to 1; empty rows stay empty."""
    sums = np.asarray(matrix.sum(axis=1)).ravel()
    scale = np.divide(1.0, sums, out=np.zeros(len(sums), dtype=np.float32), where=sums > 0)
    return (sparse.diags(scale.astype(np.float32)) @ matrix).tocsr()
