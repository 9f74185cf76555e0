"""Bytes that are no message: refused as the client's mistake, not taken for the server's."""

from __future__ import annotations

from collections.abc import Iterator

import grpc
import pytest
from google.rpc.error_details_pb2 import ErrorInfo
from grpc_status import rpc_status

from tests.served import channel_to, served
from tests.worlds import tiny_model

METHOD = "/readinglist.v1.RecommendationService/RankPapers"
TEXT = b"\x22"  # field 4, a text


@pytest.fixture(scope="module")
def channel() -> Iterator[grpc.Channel]:
    with served(tiny_model()) as address, channel_to(address) as channel:
        yield channel


@pytest.mark.parametrize(
    "raw",
    [TEXT + b"\x05abc", TEXT + b"\x02\xff\xfe", b"\xff" * 20, b"\x0b" * 500],
    ids=["truncated", "no UTF-8", "no fields", "nested without end"],
)
def test_unreadable_request_is_invalid(channel: grpc.Channel, raw: bytes) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        channel.unary_unary(METHOD)(raw, timeout=60)
    info = ErrorInfo()
    rpc_status.from_call(caught.value).details[0].Unpack(info)
    assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert info.reason == "UNREADABLE_REQUEST"
    assert channel.unary_unary(METHOD)(TEXT + b"\x05graph", timeout=60)
