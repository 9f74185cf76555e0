"""Titles and abstracts of the generated papers: readable, varied, no title twice.

In: a generator, and the topic and theme of each paper. Out: titles and abstracts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from training.world.plan import TOPICS
from training.world.topic import Topic, phrases

WITHOUT_ABSTRACT_SHARE = 0.12

TITLES = (
    "{method} for {task}",
    "{method} for {task} in {setting}",
    "{quality} {task} with {method}",
    "{task} in {setting}: {quality} {method}",
    "{task} by {method}",
    "Towards {quality} {task} in {setting}",
    "Does {method} help {task} in {setting}?",
    "On the limits of {method} in {task}",
    "{method} and {other} for {task}",
    "From {classic} to {method}: {task} in {setting}",
    "Beyond {classic}: {quality} {task}",
    "Revisiting {method} for {task}",
    "What {method} reveals about {task} in {setting}",
    "A closer look at {task} in {setting}",
    "{quality} {method} improves {task}",
    "Where {classic} falls short in {task}",
    "Beyond {measure}: {method} for {task} in {setting}",
    "Combining {method} with {classic} for {quality} {task}",
)
SURVEY_TITLES = (
    "{task}: a survey",
    "A survey of {task} in {setting}",
    "{method} for {task}: a review",
    "Ten years of {task}: from {classic} to {method}",
    "Open problems in {task} in {setting}",
    "{task} in {setting}: a critical review of {method} and {other}",
)
# Longer forms: taken where a short title is already there.
LONG_TITLES = (
    "{quality} {method} for {task} in {setting}: a comparison with {classic}",
    "Combining {method} and {other} for {quality} {task} in {setting}",
    "Balancing {measure} and cost: {quality} {method} for {task} in {setting}",
    "{task} in {setting} with {quality} {other} and {method}",
)
QUALITIES = phrases(
    "robust; efficient; interpretable; scalable; reliable; fast; adaptive; uncertainty-aware;"
    "data-efficient; accurate; cost-aware; transparent; fine-grained; reproducible; principled"
)
PROBLEMS = (
    "Work on {task} has mostly relied on {classic}, which breaks down in {setting}.",
    "{task} remains hard in {setting}, where examples are few and noise is common.",
    "Progress in {task} is held back by the cost of {classic}.",
    "How far {method} carries over to {task} in {setting} is an open question.",
    "Recent interest in {task} has outrun our understanding of {method}.",
)
CONTRIBUTIONS = (
    "We present {quality} {method} for {task} and test it in {setting}.",
    "We compare {method} with {other} and {classic} for {task}.",
    "This paper combines {method} with {other} and applies both to {task}.",
    "We study when {method} helps {task}, and why it fails in {setting}.",
    "We build an open benchmark for {task} in {setting} and evaluate {method} on it.",
)
RESULTS = (
    "Across {count} studies, {measure} improves by {percent} percent over {classic}.",
    "The gain in {measure} is largest in {setting}, at {percent} percent.",
    "Our results show that {method} reaches the best {measure} with {percent} percent less data.",
    "Neither {other} nor {classic} comes within {percent} percent of this {measure}.",
)
SURVEYS = (
    "We review {count} papers on {task}, from {classic} to {method}.",
    "This survey orders the work on {task} by how it is done: {method}, {other} and {classic}.",
)


@dataclass(frozen=True)
class Subject:
    """What one paper is about, as the words of its texts."""

    task: str
    method: str
    other: str
    setting: str
    classic: str
    measure: str
    quality: str
    count: int
    percent: int


def write_texts(
    rng: np.random.Generator,
    topics: np.ndarray,
    themes: np.ndarray,
    surveys: np.ndarray,
) -> tuple[list[str], list[str]]:
    """Titles and abstracts of n papers; no two titles are the same, some abstracts are empty.

    Parameters
    ----------
    topics, themes : (n,) int64
    surveys : (n,) bool
        Which papers sum up others; their texts say so.
    """
    taken: set[str] = set()
    titles, abstracts = [], []
    # Numbers are drawn in one go: a call for each choice would cost more than the writing.
    draws = rng.random((len(topics), 24))
    for draw, topic, theme, survey in zip(draws, topics, themes, surveys, strict=True):
        subject = _subject(draw, TOPICS[topic], int(theme))
        title = _free_title(rng, draw, subject, taken, survey=bool(survey))
        taken.add(title)
        titles.append(title)
        blank = draw[10] < WITHOUT_ABSTRACT_SHARE
        abstracts.append("" if blank else _abstract(draw, subject, survey=bool(survey)))
    return titles, abstracts


def _subject(draw: np.ndarray, topic: Topic, theme: int) -> Subject:
    line = topic.themes[theme]
    first = int(draw[1] * len(line.methods))
    step = 1 + int(draw[2] * (len(line.methods) - 1))
    return Subject(
        task=_choice(line.tasks, draw[0]),
        method=line.methods[first],
        other=line.methods[(first + step) % len(line.methods)],
        setting=_choice(topic.settings, draw[3]),
        classic=_choice(topic.classics, draw[4]),
        measure=_choice(topic.measures, draw[5]),
        quality=_choice(QUALITIES, draw[6]),
        count=12 + int(draw[7] * 180),
        percent=3 + int(draw[8] * 40),
    )


def _free_title(
    rng: np.random.Generator, draw: np.ndarray, subject: Subject, taken: set[str], *, survey: bool
) -> str:
    title = _fill(_choice(SURVEY_TITLES if survey else TITLES, draw[9]), subject)
    attempts = 0
    while title in taken and attempts < 8:
        title = _fill(_choice(LONG_TITLES, rng.random()), subject)
        attempts += 1
    part, base = 2, title
    while title in taken:
        title, part = f"{base}, part {part}", part + 1
    return title


def _abstract(draw: np.ndarray, subject: Subject, *, survey: bool) -> str:
    if survey:
        sentences = [_choice(PROBLEMS, draw[11]), _choice(SURVEYS, draw[12])]
    else:
        sentences = [_choice(CONTRIBUTIONS, draw[12]), _choice(RESULTS, draw[13])]
        if draw[14] < 0.7:
            sentences.insert(0, _choice(PROBLEMS, draw[11]))
    return " ".join(_fill(sentence, subject) for sentence in sentences)


def _fill(form: str, subject: Subject) -> str:
    text = form.format_map(vars(subject))
    return text[0].upper() + text[1:]


def _choice(options: Sequence[str], uniform: float) -> str:
    return options[int(uniform * len(options))]
