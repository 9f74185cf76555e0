"""Refusals of requests in which very much is wrong, or very long: they still arrive."""

from __future__ import annotations

import grpc
import pytest

from protos.readinglist.v1 import recommendation_pb2 as pb
from serving.client import RecsysClient, RequestFailed
from tests.served import asking, served
from tests.worlds import tiny_model

LONGEST = "papers/" + "\N{KOALA}" * 993


def test_violations_by_the_thousand_are_told_as_far_as_there_is_room() -> None:
    disliked = ["\N{KOALA}" * 1_000] * 1_000
    with (
        served(tiny_model()) as address,
        RecsysClient(address, deadline_s=60) as client,
        pytest.raises(RequestFailed) as caught,
    ):
        client.rank_papers(liked=["x"] * 1_001, disliked=disliked)
    assert (caught.value.code, caught.value.reason) == ("INVALID_ARGUMENT", "INVALID_REQUEST")
    fields = [found.field for found in caught.value.violations]
    assert fields[:2] == ["liked_papers", "liked_papers[0]"]
    assert 10 < len(fields) < 100


@pytest.mark.parametrize("name", [LONGEST, "papers/" + "%00" * 331], ids=["letters", "encoded"])
def test_name_that_is_long_and_unknown_is_not_found(name: str) -> None:
    with (
        served(tiny_model()) as address,
        asking(address) as ask,
        pytest.raises(grpc.RpcError) as caught,
    ):
        ask.ListSimilarPapers(pb.ListSimilarPapersRequest(parent=name), timeout=60)
    assert caught.value.code() == grpc.StatusCode.NOT_FOUND
