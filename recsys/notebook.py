"""The library in a notebook: datasets and models in, pandas frames out.

In: a folder of tables or frames, or a folder of published models. Out: frames, and `OpenModel`,
whose answers are frames. Ids are bare, as in the tables, so that answers join with them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from recsys.answer import Answer
from recsys.data.build import build_dataset
from recsys.data.checked import RawTable, check_tables
from recsys.data.resource_names import reader_name, resource_id
from recsys.data.tables import Tables
from recsys.errors import NotInstalled, UnknownPaper
from recsys.models.model import Model
from recsys.models.readers import Readers
from recsys.ranking.arrange import AS_RANKED, Arrangement
from recsys.ranking.filters import ANY_AUTHOR, ANY_PAPER, AuthorFilter, PaperFilter
from recsys.ranking.reasons import Reason
from recsys.recommender import Recommender
from recsys.storage.bundle import load
from recsys.storage.dataset_folder import read_tables as read_folder

GROUP = "recsys.library"


def read_tables(folder: str | Path) -> dict[str, pd.DataFrame]:
    """The checked tables of a dataset folder by name; the layout is that of `recsys import`.

    Rows that break a rule are not in them, but in the frame `rejected` with what is wrong.

    Raises
    ------
    BadInput
        There is no such folder, or a table in it is not as the layout says.
    TooManyRejects
        More rows break a rule than may be set aside.
    """
    tables, rejected = read_folder(Path(folder))
    return tables.frames() | {"rejected": rejected}


def open_model(models: str | Path, version: str | None = None) -> OpenModel:
    """A published model, memory-mapped; the current one where no version is named.

    Raises
    ------
    NoModel
        Nothing is published in this folder, or not this version.
    BundleCorrupt
        The model is not as it was published.
    """
    loaded = load(Path(models), version)
    return OpenModel(loaded.model, loaded.version)


def train(
    data: str | Path | Mapping[str, pd.DataFrame],
    *,
    config: str | Path | None = None,
    seed: int = 0,
    threads: int = 2,
) -> OpenModel:
    """A model of a dataset folder, or of frames by the names of their tables; not published.

    Parameters
    ----------
    config : path or None
        TOML file of settings, as `recsys train --config` takes.

    Raises
    ------
    BadInput, TooManyRejects
        As `read_tables`.
    NotInstalled
        The extra `training` is not installed.
    """
    tables = _checked(data) if isinstance(data, Mapping) else read_folder(Path(data))[0]
    model = _of_training("train")(
        build_dataset(tables), config=_path(config), seed=seed, threads=threads
    )
    return OpenModel(model, "")


def evaluate(
    folder: str | Path,
    task: str = "papers",
    *,
    ks: Sequence[int] = (20,),
    config: str | Path | None = None,
    seed: int = 0,
    threads: int = 2,
) -> pd.DataFrame:
    """Train on a dataset folder and measure on its test tables, as `recsys evaluate` does.

    Parameters
    ----------
    task : "papers", "collaborators" or "queries"
    ks : sequence of int
        Lengths of list.
    config : path or None
        As for `train`.

    Returns
    -------
    frame of scorers x metrics
        Means over all who asked; the row "blend" is what is served.

    Raises
    ------
    BadInput
        The folder holds no test table of this task.
    NotInstalled
        The extra `training` is not installed.
    """
    results = _of_training("evaluate")(
        Path(folder), task, tuple(sorted(ks)), config=_path(config), seed=seed, threads=threads
    )
    return pd.DataFrame.from_dict(results, orient="index").rename_axis("scorer")


@dataclass(frozen=True)
class OpenModel:
    """A model that answers in frames, best first.

    Frames of answers have the columns rank, paper_id and title (or author_id and name), score
    (a chance from 0 to 1), strategy and reasons (words, heaviest first); what was not known of
    who asked stands in `frame.attrs["missing"]`. `who` is a user's id, or `authors/ID` for a
    profile. Ids of papers and authors that the model does not hold raise UnknownPaper and
    UnknownAuthor; an unknown user gets what is new and much read.

    Attributes
    ----------
    version : str
        "" for a model that is not published.
    """

    model: Model
    version: str

    def recommend(
        self,
        who: str,
        *,
        k: int = 20,
        reading_list: str = "",
        keep: PaperFilter = ANY_PAPER,
        wanted: Arrangement = AS_RANKED,
    ) -> pd.DataFrame:
        """Papers for a reader, or for one of their reading lists."""
        reader = self._reader(who, reading_list)
        return _papers(self._asked.recommend_papers(reader, keep=keep, wanted=wanted, k=k))

    def rank(
        self,
        text: str = "",
        *,
        liked: Sequence[str] = (),
        disliked: Sequence[str] = (),
        followed: Sequence[str] = (),
        k: int = 20,
        keep: PaperFilter = ANY_PAPER,
        wanted: Arrangement = AS_RANKED,
    ) -> pd.DataFrame:
        """Papers about something in words, or for somebody who likes and follows these."""
        reader = self._asked.stranger(text=text, liked=liked, disliked=disliked, followed=followed)
        return _papers(self._asked.recommend_papers(reader, keep=keep, wanted=wanted, k=k))

    def similar(
        self,
        paper_id: str,
        *,
        k: int = 20,
        keep: PaperFilter = ANY_PAPER,
        wanted: Arrangement = AS_RANKED,
    ) -> pd.DataFrame:
        """Papers like one paper."""
        return _papers(self._asked.similar_papers(paper_id, keep=keep, wanted=wanted, k=k))

    def collaborators(
        self, who: str, *, k: int = 20, keep: AuthorFilter = ANY_AUTHOR
    ) -> pd.DataFrame:
        """People whom a reader might write with."""
        answer = self._asked.suggest_collaborators(self._reader(who), keep=keep, k=k)
        return _framed(answer, "authors", "author_id", "name")

    def explain(self, who: str, paper_id: str) -> pd.DataFrame:
        """Why one paper is, or is not, for a reader: what speaks for it, heaviest first.

        Returns
        -------
        frame with columns kind, subject, share, text
            `share` is the part of the score that goes where this one thing is taken away.
            `frame.attrs["score"]` is the chance; 0, and an empty frame, for what was dismissed.

        Raises
        ------
        UnknownPaper
            The model does not hold this paper.
        """
        if self.model.dataset.papers.ids.row(paper_id) < 0:
            raise UnknownPaper(f"paper {paper_id!r} is not in this model; check the id")
        reader, only = self._reader(who), PaperFilter(only=frozenset({paper_id}))
        # As it would be recommended; what the reader knows or wrote competes only when asked for.
        results = self._asked.recommend_papers(reader, keep=only, k=1).results
        if not results:
            known = replace(only, seen=True, own=True)
            results = self._asked.recommend_papers(reader, keep=known, k=1).results
        reasons = [asdict(reason) for one in results for reason in one.reasons]
        frame = pd.DataFrame(reasons, columns=[field.name for field in fields(Reason)])
        frame.attrs["score"] = sum(one.score for one in results)
        return frame

    @property
    def papers(self) -> pd.DataFrame:
        """All papers: paper_id, title, published (UTC)."""
        held = self.model.dataset.papers
        return pd.DataFrame(
            {
                "paper_id": list(held.ids.ids),
                "title": list(held.titles),
                "published": held.published,
            }
        )

    @property
    def authors(self) -> pd.DataFrame:
        """All authors: author_id, name, and on how many papers they stand."""
        held, authorship = self.model.dataset.authors, self.model.signals.authorship
        return pd.DataFrame(
            {
                "author_id": list(held.ids.ids),
                "name": list(held.names),
                "papers": np.diff(authorship.indptr),
            }
        )

    @cached_property
    def _asked(self) -> Recommender:
        return Recommender(self.model)

    def _reader(self, who: str, reading_list: str = "") -> Readers:
        name = reader_name(who)
        if name.startswith("authors/"):
            return self._asked.author(resource_id(name, "authors"))
        return self._asked.user(resource_id(name, "users"), reading_list)


def _papers(answer: Answer) -> pd.DataFrame:
    return _framed(answer, "papers", "paper_id", "title")


def _framed(answer: Answer, collection: str, id_name: str, label: str) -> pd.DataFrame:
    columns: dict[str, Any] = {
        "rank": [one.rank for one in answer.results],
        id_name: [resource_id(one.id, collection) for one in answer.results],
        label: [one.title for one in answer.results],
        "score": [one.score for one in answer.results],
        "strategy": [one.strategy for one in answer.results],
        "reasons": ["; ".join(reason.text for reason in one.reasons) for one in answer.results],
    }
    frame = pd.DataFrame(columns)
    frame.attrs["missing"] = answer.missing
    return frame


def _checked(frames: Mapping[str, pd.DataFrame]) -> Tables:
    raw = {
        name: RawTable(frame.reset_index(drop=True), np.arange(1, len(frame) + 1))
        for name, frame in frames.items()
        if name != "rejected"
    }
    return check_tables(raw)[0]


def _path(given: str | Path | None) -> Path | None:
    return None if given is None else Path(given)


def _of_training(name: str) -> Callable[..., Any]:
    for entry in entry_points(group=GROUP, name=name):
        try:
            return entry.load()
        except ModuleNotFoundError as error:
            raise NotInstalled(
                f"{name} needs the module {error.name!r}; install the extra 'training'"
            ) from error
    raise NotInstalled(f"{name} is not installed; install the extra 'training'")
