"""What the data says, the slow and obvious way, to hold reasons against.

In: a model. Out: `Facts`, questions about people, papers and readers in names.
"""

from __future__ import annotations

import numpy as np

from recsys.answer import Recommendation
from recsys.data.resource_names import resource_id
from recsys.models.model import Model
from recsys.models.readers import Readers
from recsys.ranking.reasons import Reason


class Facts:
    """What the data says, to hold the reasons against."""

    def __init__(self, model: Model) -> None:
        self.model, self.data, self.signals = model, model.dataset, model.signals

    def paper(self, name: str) -> int:
        return self.data.papers.ids.row(resource_id(name, "papers"))

    def author(self, name: str) -> int:
        return self.data.authors.ids.row(resource_id(name, "authors"))

    def follows(self, reader: Readers, author: str) -> bool:
        return bool(reader.follows[0, self.author(author)])

    def wrote(self, author: str, paper: str) -> bool:
        return bool(self.signals.authorship[self.author(author), self.paper(paper)])

    def together(self, one: int, other: int) -> bool:
        return one >= 0 and bool(self.signals.coauthors[one, other])

    def coauthors(self, author: int) -> list[int]:
        return self.signals.coauthors[author].indices.tolist() if author >= 0 else []

    def near(self, author: int, target: str) -> bool:
        """Whether a person writes with somebody of a paper's, or over some steps with a person."""
        if target.startswith("papers/"):
            team = self.signals.authorship[:, [self.paper(target)]].tocoo().row
            return bool(set(team) & set(self.coauthors(author)))
        reached = {author}
        for _ in range(4):
            reached |= {other for person in reached for other in self.coauthors(person)}
        return self.author(target) in reached

    def within_a_year(self, paper: int) -> bool:
        return bool(self.data.ages_days()[paper] <= 365)

    def in_the_top_tenth_by_readers(self, paper: int) -> bool:
        n_readers = np.bincount(self.signals.liked.indices, minlength=len(self.data.papers))
        return bool((n_readers > n_readers[paper]).mean() <= 0.1 and n_readers[paper] > 1)

    def affiliated(self, author: int, name: str) -> bool:
        column = self.data.authors.affiliation_names.row(resource_id(name, "affiliations"))
        return author >= 0 and bool(self.data.authors.affiliations[author, column])

    def published_at(self, author: int, name: str) -> bool:
        venue = self.data.papers.venues.row(resource_id(name, "venues"))
        written = self.signals.authorship[author].indices if author >= 0 else []
        return venue in self.data.papers.venue_rows[written]

    def filed_like_an_interest(self, reader: Readers, paper: str, category: str) -> bool:
        """Whether the paper is in the category, and one of interest is as well."""
        papers = self.data.papers
        column = papers.category_names.row(resource_id(category, "categories"))
        filed = papers.categories[:, [column]].toarray().ravel() > 0
        return bool(filed[self.paper(paper)] and filed[reader.interests().indices].any())

    def both_new(self, own: int, one: Recommendation, reason: Reason) -> bool:
        """Whether no paper of either that is older than two years is at the venue or has a word."""
        papers, kind = self.data.papers, reason.subject.partition("/")[0]
        said = set(resource_id(reason.subject, kind).split(", "))
        for person in (own, self.author(one.id)):
            for row in self.signals.authorship[person].indices:
                there = {
                    self.model.text.terms[term] for term in self.model.text.papers[row].indices
                }
                if papers.venue_rows[row] >= 0:
                    there.add(papers.venues[int(papers.venue_rows[row])])
                if self.data.ages_days()[row] > 730 and said & there:
                    return False
        return True

    def read_by(self, author: str, paper: str) -> bool:
        users = np.flatnonzero(self.data.users.author_rows == self.author(author))
        return any(self.signals.liked[user, self.paper(paper)] for user in users)
