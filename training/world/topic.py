"""What a research topic of the generated world is made of.

In: phrases, written down in `topics_of_machines` and `topics_of_nature`. Out: `Topic`, the words
that papers of this topic draw their titles, abstracts, venues and categories from.
"""

from __future__ import annotations

from dataclasses import dataclass


def phrases(text: str) -> tuple[str, ...]:
    """The phrases of a text in which semicolons part them."""
    return tuple(phrase.strip() for phrase in text.split(";"))


@dataclass(frozen=True)
class Theme:
    """One line of work within a topic.

    Attributes
    ----------
    tasks : tuple of str
        What is worked on: noun phrases without an article that follow "for" and "of".
    methods : tuple of str
        What it is done with: singular noun phrases without an article.
    """

    tasks: tuple[str, ...]
    methods: tuple[str, ...]


@dataclass(frozen=True)
class Topic:
    """One research topic with its own vocabulary.

    Attributes
    ----------
    name : str
        Also the name that readers give to their reading list on it.
    field : str
        The discipline.
    categories : tuple of str
        The first is carried by every paper, the others by some.
    venues : tuple of str
        Where the papers that are more than preprints appear.
    measures : tuple of str
        What results are stated in: singular noun phrases.
    settings : tuple of str
        Where it is tried: noun phrases that follow "in".
    classics : tuple of str
        Older methods, which every theme compares with.
    themes : tuple of Theme
        The same number in every topic.
    """

    name: str
    field: str
    categories: tuple[str, ...]
    venues: tuple[str, ...]
    measures: tuple[str, ...]
    settings: tuple[str, ...]
    classics: tuple[str, ...]
    themes: tuple[Theme, ...]

    @classmethod
    def of(
        cls, name: str, field: str, themes: tuple[tuple[str, str], ...], **phrase_lists: str
    ) -> Topic:
        """Build a topic from texts with semicolons; a theme is (tasks, methods)."""
        parted = {key: phrases(text) for key, text in phrase_lists.items()}
        planned = tuple(Theme(phrases(tasks), phrases(methods)) for tasks, methods in themes)
        return cls(name, field, themes=planned, **parted)
