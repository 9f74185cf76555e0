"""Scores and a task -> quality figures, for the blend and for each single scorer.

In: rankers and a `Task`. Out: one table a scorer, one row a question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType

import numpy as np
import pandas as pd

from recsys.evaluation.metrics import hits, ndcg_at_k, recall_at_k
from recsys.evaluation.task import Step, Task, unwatched
from recsys.models.blend import SEGMENTS, Blend
from recsys.models.readers import Readers
from recsys.models.scorer import Scorer
from recsys.ranking.filters import eligible_cells
from recsys.ranking.ranker import Ranked, Ranker, ranked

BLEND = "blend"
Listener = Callable[[Task, Mapping[str, Ranked]], None]
"""Hears the lists of one block of questions, by the name of who made them."""
Further = Callable[[Ranked], Mapping[str, np.ndarray]]
"""Lists -> further figures by name, one value a list."""
Order = Callable[[Readers, np.ndarray, np.ndarray, int], Ranked]
"""Scores (n_readers, n_rows), their rows and a length -> lists, as an `Arranger` makes them."""


def as_ranked(_: Readers, scores: np.ndarray, rows: np.ndarray, n: int) -> Ranked:
    """The plain ranking, the same for whoever reads it."""
    return ranked(scores, rows, n)


def nothing_further(_: Ranked) -> Mapping[str, np.ndarray]:
    """No figures of lists beyond what was found."""
    return {}


def measure(
    task: Task,
    ranker: Ranker,
    baselines: Iterable[Scorer],
    ks: tuple[int, ...],
    *,
    capped_recall: bool,
    singles: bool = True,
    blends: Mapping[str, Blend] = MappingProxyType({}),
    order: Order = as_ranked,
    further: Further = nothing_further,
    on_block: Step = unwatched,
    on_lists: tuple[Listener, ...] = (),
    threads: int = 1,
) -> pd.DataFrame:
    """Quality of the blend, each of its scorers, and the baselines.

    Parameters
    ----------
    ks : tuple of int
        Lengths of list at which to measure.
    capped_recall : bool
        Whether recall divides by min(k, relevant).
    singles : bool
        Whether to measure each scorer for itself.
    blends : mapping of name to Blend
        Other weights for the ranker's scorers, measured beside its own.
    order : Order
        How blended scores become lists.
    further : Further
        What else to say of each list.
    on_lists : tuple of Listener
        Who wants to hear the lists as they are made.
    threads : int
        How many blocks of questions are scored at a time; nothing else depends on it.

    Returns
    -------
    frame of (scorers x questions) rows with columns scorer, segment, recall@k, ndcg@k
        Whoever has nothing to say about any question is left out: their order means nothing.
    """
    parts, done, spoke = [], 0, {BLEND, *blends}
    baselines = tuple(baselines)

    def answered(block: Task) -> tuple[Task, Mapping[str, Ranked]]:
        return block, rank_each(
            block, ranker, baselines, max(ks), singles=singles, blends=blends, order=order
        )

    # Scoring is work of numpy and scipy, which let other threads go on meanwhile.
    with ThreadPoolExecutor(threads) as together:
        for block, found in together.map(answered, task.blocks()):
            segments = np.array(SEGMENTS)[ranker.blend.segments(block.readers)]
            for name, lists in found.items():
                values = judge(lists, block, ks, capped_recall=capped_recall) | {**further(lists)}
                parts.append(pd.DataFrame({"scorer": name, "segment": segments, **values}))
                if lists.scores[lists.rows >= 0].any():
                    spoke.add(name)
            for listener in on_lists:
                listener(block, found)
            done += len(block)
            on_block(done, len(task))
    table = pd.concat(parts, ignore_index=True)
    return table[table["scorer"].isin(spoke)].reset_index(drop=True)


def rank_each(
    block: Task,
    ranker: Ranker,
    baselines: tuple[Scorer, ...],
    k: int,
    *,
    singles: bool = True,
    blends: Mapping[str, Blend] = MappingProxyType({}),
    order: Order = as_ranked,
) -> Mapping[str, Ranked]:
    """The lists of the blend, of other blends, of each scorer and of each baseline, by name."""
    eligible = eligible_cells(block.out, block.rows)
    segments = ranker.blend.segments(block.readers)
    scores = {s.name: s.score(block.readers, block.rows) for s in ranker.scorers}

    def blended(blend: Blend) -> Ranked:
        total = blend.combine(list(scores.values()), block.rows, eligible, segments)
        return order(block.readers, total, block.rows, k)

    lists = {BLEND: blended(ranker.blend)}
    for name, blend in blends.items():
        lists[name] = lists[BLEND] if blend is ranker.blend else blended(blend)
    alone = scores if singles else {}
    others = {s.name: s.score(block.readers, block.rows) for s in baselines}
    for name, matrix in {**alone, **others}.items():
        lists[name] = ranked(np.where(eligible, matrix, -np.inf), block.rows, k)
    return lists


def judge(
    lists: Ranked, task: Task, ks: tuple[int, ...], *, capped_recall: bool
) -> dict[str, np.ndarray]:
    """One value per question for each metric and length of list."""
    found, n_relevant = hits(lists.rows, task.relevant), task.n_relevant()
    recalls = {f"recall@{k}": recall_at_k(found, n_relevant, k, capped=capped_recall) for k in ks}
    return recalls | {f"ndcg@{k}": ndcg_at_k(found, n_relevant, k) for k in ks}


def means(table: pd.DataFrame, by: str) -> dict[str, dict[str, float]]:
    """Mean of every metric per group, ready for JSON."""
    grouped = table.groupby(by, sort=False).mean(numeric_only=True)
    return {
        str(name): {str(m): float(v) for m, v in row.items()} for name, row in grouped.iterrows()
    }
