"""What `grpcurl` does with the calls in the docs, for machines that do not have it.

In: its arguments, `-plaintext -d JSON HOST:PORT SERVICE/METHOD`. Out: the answer as JSON on stdout.
"""

from __future__ import annotations

import argparse
from importlib import import_module

import grpc
from google.protobuf import descriptor_pool, json_format, message_factory

for name in ("recommendation", "feedback"):  # which makes them known to the pool
    import_module(f"protos.readinglist.v1.{name}_pb2")


def main() -> None:
    """Make one call."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-plaintext", action="store_true", required=True)
    parser.add_argument("-d", dest="json", required=True)
    parser.add_argument("address")
    parser.add_argument("method")
    given = parser.parse_args()
    service, _, method = given.method.partition("/")
    found = descriptor_pool.Default().FindServiceByName(service).FindMethodByName(method)
    asked, answered = map(message_factory.GetMessageClass, (found.input_type, found.output_type))
    with grpc.insecure_channel(given.address) as channel:
        call = channel.unary_unary(
            f"/{given.method}",
            request_serializer=asked.SerializeToString,
            response_deserializer=answered.FromString,
        )
        print(json_format.MessageToJson(call(json_format.Parse(given.json, asked()), timeout=30)))  # noqa: T201


if __name__ == "__main__":
    main()
