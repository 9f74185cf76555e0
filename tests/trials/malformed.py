"""Thousands of requests that nobody ought to send, against `recsys serve`.

In: how many, and a seed. Out: how each method answered; and what must never be: a code that says
the server is at fault, a worker that died, a word of a request in the log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from random import Random
from tempfile import TemporaryDirectory
from typing import Annotated

import grpc
import typer
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.descriptor_pool import Default
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.rpc.error_details_pb2 import BadRequest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from grpc_status import rpc_status

import protos.readinglist.v1
from protos.readinglist.v1 import recommendation_pb2 as pb
from protos.readinglist.v1.recommendation_pb2_grpc import RecommendationServiceStub
from serving.guard.key_file import add_key
from serving.guard.keys import new_key
from serving.guard.scopes import Scope
from tests.e2e.command_line import RECSYS
from tests.e2e.server_process import ServerProcess, server_process
from tests.served import channel_to
from tests.trials.odd_messages import OddMessages
from tests.trials.odd_texts import MARK, OddTexts
from tests.worlds import publish_tiny

_WORKERS = 2
_AT_ONCE = 8
_DEADLINE_S = 60.0
_AT_FAULT = {"INTERNAL", "UNKNOWN", "UNAVAILABLE", "UNIMPLEMENTED", "DATA_LOSS", "ABORTED"}
_LOOKED_AT = {"OK", "NOT_FOUND", "FAILED_PRECONDITION"}
_OURS = "readinglist."

Metadata = tuple[tuple[str, str | bytes], ...]


@dataclass
class Seen:
    """What came of a trial.

    Attributes
    ----------
    answers : Counter of (method, code)
    marked : Counter of method
        Requests that bore the mark which is looked for in the log.
    faults : list of str
        What must never be; empty where all is well.
    """

    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    marked: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Shot:
    """One request."""

    method: MethodDescriptor
    raw: bytes
    metadata: Metadata

    @property
    def path(self) -> str:
        """What gRPC calls the method."""
        return f"/{self.method.containing_service.full_name}/{self.method.name}"


def run(count: int, seed: int) -> Seen:
    """Send so many requests to a server of its own, to each method as many."""
    seen, rng = Seen(), Random(seed)  # noqa: S311
    with guarded_server() as (server, key), channel_to(server.await_address()) as channel:
        texts = OddTexts(rng)
        odd, good = OddMessages(rng, texts), bearer(key)
        methods = served_methods(channel, good)
        for start in range(0, count, _AT_ONCE):
            some = (methods[n % len(methods)] for n in range(start, min(start + _AT_ONCE, count)))
            shots = [Shot(one, odd.request(one.input_type), _metadata(rng, good)) for one in some]
            for shot, answer in _fire(channel, shots, seen):
                texts.hear(list(_words(answer.response)))
                if answer.readable:
                    odd.learn(shot.method.input_type, shot.raw, answer.disliked)
        seen.faults += _aftermath(server, good)
    return seen


@contextmanager
def guarded_server() -> Iterator[tuple[ServerProcess, str]]:
    """`recsys serve` on the tiny model, and a key that may do everything."""
    with TemporaryDirectory() as place:
        models, keys, config = (Path(place) / name for name in ("models", "keys", "serve.toml"))
        models.mkdir()
        publish_tiny(models)
        key, kept = new_key(Scope, now=datetime.now(UTC))
        add_key(keys, kept)
        config.write_text(f'api_key_file = "{keys}"\nrate_per_s = 1e9\nrate_burst = 1000000\n')
        options = ("--listen", "127.0.0.1:0", "--workers", str(_WORKERS), "--config", str(config))
        with server_process([*RECSYS, "serve", "--models", str(models), *options]) as server:
            server.await_address()
            yield server, key


def bearer(key: str) -> Metadata:
    """How a key is sent."""
    return (("authorization", f"Bearer {key}"),)


def served_methods(channel: grpc.Channel, metadata: Metadata) -> list[MethodDescriptor]:
    """The methods of our own services, as the server tells them by reflection."""
    for module in iter_modules(protos.readinglist.v1.__path__):
        if module.name.endswith("_pb2"):
            import_module(f"{protos.readinglist.v1.__name__}.{module.name}")
    ask = reflection_pb2_grpc.ServerReflectionStub(channel).ServerReflectionInfo
    question = reflection_pb2.ServerReflectionRequest(list_services="")
    told = next(ask(iter([question]), metadata=metadata, timeout=_DEADLINE_S))
    names = sorted(service.name for service in told.list_services_response.service)
    ours = [Default().FindServiceByName(name) for name in names if name.startswith(_OURS)]
    return [method for service in ours for method in service.methods]


def _metadata(rng: Random, good: Metadata) -> Metadata:
    kind = rng.random()
    if kind < 0.92:
        return good
    odd_keys: tuple[Metadata, ...] = (
        *((), bearer(""), bearer(MARK), bearer(f"rl_00000000_{MARK}"), good * 2),
        (("authorization", "Basic dXNlcjpwYXNz"),),
        (*good, ("x-odd", "~" * 4_000)),
        (*good, ("odd-bin", b"\x00\xff")),
    )
    return rng.choice(odd_keys)


@dataclass(frozen=True)
class Answer:
    """What came of one request.

    Attributes
    ----------
    response : Message
        Empty where the request was refused.
    readable : bool
        Whether the method itself had a look at the request.
    disliked : tuple of str
        Paths of the fields that it refused.
    """

    response: Message
    readable: bool
    disliked: tuple[str, ...]


def _fire(channel: grpc.Channel, shots: list[Shot], seen: Seen) -> Iterator[tuple[Shot, Answer]]:
    """Send them all at once; what was answered, in the order of the shots."""
    under_way = [
        channel.unary_unary(shot.path).future(shot.raw, timeout=_DEADLINE_S, metadata=shot.metadata)
        for shot in shots
    ]
    for shot, call in zip(shots, under_way, strict=True):
        code, name = call.code(), shot.method.name
        seen.answers[name, code.name] += 1
        seen.marked[name] += MARK.encode() in shot.raw
        # A refusal that is too long to arrive looks like a client that cannot hear enough.
        if code.name in _AT_FAULT or "metadata size" in (call.details() or ""):
            told = f"{code.name} {call.details()}"
            seen.faults.append(f"{name} answered {told!r} to {shot.raw[:300].hex()}")
        response = GetMessageClass(shot.method.output_type)()
        if code is grpc.StatusCode.OK:
            response.ParseFromString(call.result())
        disliked = _disliked(call)
        readable = code.name in _LOOKED_AT or bool(disliked)
        yield shot, Answer(response, readable, disliked)


def _disliked(call: grpc.Call) -> tuple[str, ...]:
    status = rpc_status.from_call(call)
    return tuple(
        violation.field
        for detail in (status.details if status is not None else ())
        if detail.Is(BadRequest.DESCRIPTOR)
        for violation in BadRequest.FromString(detail.value).field_violations
    )


def _aftermath(server: ServerProcess, metadata: Metadata) -> Iterator[str]:
    """What is wrong with the server when all is over."""
    for _ in range(2 * _WORKERS):  # each time another connection, and so perhaps another worker
        with channel_to(server.await_address()) as channel:
            health = health_pb2_grpc.HealthStub(channel)
            status = health.Check(health_pb2.HealthCheckRequest(), timeout=_DEADLINE_S).status
            if status != health_pb2.HealthCheckResponse.SERVING:
                yield "the server is not healthy"
            # Maybe with nothing: the trial may have deleted every paper.
            ask = RecommendationServiceStub(channel).RankPapers
            code = ask.future(pb.RankPapersRequest(), timeout=_DEADLINE_S, metadata=metadata).code()
            if code is not grpc.StatusCode.OK:
                yield f"a plain question is answered {code.name}"
    for event in ("worker_died", "mistake"):
        yield from (str(line) for line in server.events(event))
    for word in (MARK, "Traceback"):
        lines = [line for line in server.logged.splitlines() if word in line]
        yield from (f"{word!r} stands in the log: {line[:300]}" for line in lines[:5])


def _words(message: Message) -> Iterator[str]:
    """Some of the texts in a message, its tokens among them."""
    for told, value in message.ListFields():
        if isinstance(value, str):
            yield value
        elif told.message_type is not None:
            for inner in [*value][:2] if told.is_repeated else [value]:
                if isinstance(inner, Message):
                    yield from _words(inner)


def malformed(
    count: Annotated[int, typer.Option(min=1, help="How many requests in all.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Another seed makes other requests.")] = 0,
) -> None:
    """Send malformed and odd requests to every method of a real server."""
    seen = run(count, seed)
    for (method, code), times in sorted(seen.answers.items()):
        typer.echo(f"{method:24} {code:20} {times:6}")
    for fault in seen.faults:
        typer.echo(f"FAULT: {fault}")
    typer.echo(f"{sum(seen.answers.values())} requests, {len(seen.faults)} faults")
    if seen.faults:
        raise typer.Exit(1)
