"""One recommender ranks everywhere: in evaluation, behind gRPC, in the digest.

In: a model and who asks. Out: answers in ids, titles and reasons.
"""

from __future__ import annotations

from recsys.paper_lists import PaperLists
from recsys.people_lists import PeopleLists


class Recommender(PaperLists, PeopleLists):
    """Answers from one model; holds no state but the model. See `Lists` for its stages."""
