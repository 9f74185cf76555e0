"""The client's side of ModelService: models as plain objects, the way to another one.

In: versions. Out: `ModelInfo`, or `RequestFailed`.

    with RecsysClient("127.0.0.1:50051") as client:
        before = client.models.activate("20260101T120000Z-1a2b3c4d")
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from google.protobuf.json_format import MessageToDict

from protos.readinglist.v1 import model_pb2 as pb
from recsys.data.resource_names import resource_id, resource_name
from serving.client_calls import Calls

LOADING_DEADLINE_S = 300.0  # a model is read and checked as a whole before it is served


@dataclass(frozen=True)
class ModelInfo:
    """What is written on a model, and what the process that was asked makes of it.

    Attributes
    ----------
    state : str
        "serving", "available" or "refused".
    refusal : str
        Why it is refused; "" where it is not.
    current : bool
        Whether servers of its folder go over to it.
    previous : bool
        Whether it was current before that one: to activate it is the way back.
    created_at, data_time : datetime or None
        UTC; when it was made, and the latest time in its data.
    state_seq : int
        The last change of the state in its data; 0 for none.
    metrics : mapping
        Quality on the holdouts of its training.
    counts : mapping
        Rows of its data.
    size_bytes : int
        Of its files together.
    """

    version: str
    state: str
    refusal: str
    current: bool
    previous: bool
    created_at: datetime | None
    data_time: datetime | None
    state_seq: int
    metrics: Mapping[str, float]
    counts: Mapping[str, int]
    settings: Mapping[str, Any]
    left_out: tuple[str, ...]
    size_bytes: int


class ModelMethods(Calls):
    """The models of a server; see `Calls`. To activate one may take five minutes."""

    def get(self, version: str) -> ModelInfo:
        """All about one model."""
        request = pb.GetModelRequest(name=resource_name("models", version))
        return _info(self._ask(self._stub.GetModel, request).model)

    def list(self) -> tuple[ModelInfo, ...]:
        """The models that stand side by side, newest first."""
        request, found = pb.ListModelsRequest(), list[ModelInfo]()
        while True:
            page = self._ask(self._stub.ListModels, request)
            found += [_info(model) for model in page.models]
            if not page.next_page_token:
                return tuple(found)
            request.page_token = page.next_page_token

    def activate(self, version: str) -> str | None:
        """Go over to a model.

        Returns the version that was current before, None where none was: to activate it is the
        way back.
        """
        request = pb.ActivateModelRequest(name=resource_name("models", version))
        response = self._ask(self._stub.ActivateModel, request, LOADING_DEADLINE_S)
        before = response.previous_model
        return resource_id(before, "models") if before else None


def _info(model: pb.Model) -> ModelInfo:
    return ModelInfo(
        version=resource_id(model.name, "models"),
        state=pb.ModelState.Name(model.state).removeprefix("MODEL_STATE_").lower(),
        refusal=model.refusal,
        current=model.current,
        previous=model.previous,
        created_at=_moment(model, "create_time"),
        data_time=_moment(model, "data_time"),
        state_seq=model.state_seq,
        metrics=dict(model.metrics),
        counts=dict(model.counts),
        settings=MessageToDict(model.settings),
        left_out=tuple(model.left_out),
        size_bytes=model.size_bytes,
    )


def _moment(model: pb.Model, field: str) -> datetime | None:
    return getattr(model, field).ToDatetime(UTC) if model.HasField(field) else None
