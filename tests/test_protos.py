"""The protos: linted, explained, and no older than the code generated from them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.api.field_behavior_pb2 import field_behavior
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

from protos.generate import PROTOS, generate, run_protoc

GENERATED = ("*_pb2.py", "*_pb2.pyi", "*_pb2_grpc.py")
SAYS_ITS_LIMITS = re.compile(r"\b([Dd]efault|maximum|Maximum|[Nn]ever|from 1|[Ee]mpty|Absent)\b")
# Where a SourceCodeInfo path points: field numbers of FileDescriptorProto and DescriptorProto.
MESSAGE, ENUM, SERVICE, MEMBER = 4, 5, 6, 2


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The protos with their comments and all that they import, as one file."""
    path = tmp_path_factory.mktemp("image") / "protos.binpb"
    run_protoc("--include_imports", "--include_source_info", f"--descriptor_set_out={path}")
    return path


@pytest.fixture(scope="module")
def files(image: Path) -> list[FileDescriptorProto]:
    """Our own files."""
    found = FileDescriptorSet.FromString(image.read_bytes()).file
    return [file for file in found if file.package.startswith("readinglist.")]


def generated(folder: Path) -> dict[str, str]:
    paths = [path for pattern in GENERATED for path in folder.rglob(pattern)]
    return {path.relative_to(folder).as_posix(): path.read_text() for path in paths}


def test_generated_code_is_fresh(tmp_path: Path) -> None:
    generate(tmp_path)
    fresh, committed = generated(tmp_path), generated(PROTOS)
    assert sorted(fresh) == sorted(committed), "run `make protos`"
    assert [name for name in fresh if fresh[name] != committed[name]] == [], "run `make protos`"


def lint(image: Path) -> subprocess.CompletedProcess[str]:
    # buf is installed beside the interpreter, which need not be on PATH.
    buf = Path(sys.executable).parent / "buf"
    command = [str(buf), "lint", str(image), "--config", str(PROTOS / "buf.yaml")]
    return subprocess.run(command, cwd=image.parent, capture_output=True, text=True, check=False)


def test_protos_pass_the_lint(image: Path) -> None:
    result = lint(image)
    assert result.returncode == 0, result.stdout + result.stderr


def test_lint_finds_a_breach(image: Path, tmp_path: Path) -> None:
    found = FileDescriptorSet.FromString(image.read_bytes())
    file = next(file for file in found.file if file.package.startswith("readinglist."))
    file.message_type[0].field[0].name = "Parent"
    breached = tmp_path / "breached.binpb"
    breached.write_bytes(found.SerializeToString())
    result = lint(breached)
    assert result.returncode != 0
    assert "lower_snake_case" in result.stdout


def comments(file: FileDescriptorProto) -> dict[tuple[int, ...], str]:
    places = file.source_code_info.location
    return {tuple(place.path): place.leading_comments.strip() for place in places}


def named_things(file: FileDescriptorProto) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Every message, field, enum, value, service and method, with the place of its comment."""
    for kind, things, members in (
        (MESSAGE, file.message_type, "field"),
        (ENUM, file.enum_type, "value"),
        (SERVICE, file.service, "method"),
    ):
        for number, thing in enumerate(things):
            yield thing.name, (kind, number)
            for place, member in enumerate(getattr(thing, members)):
                yield f"{thing.name}.{member.name}", (kind, number, MEMBER, place)


def test_everything_named_has_a_comment(files: list[FileDescriptorProto]) -> None:
    assert files
    silent = [
        name for file in files for name, path in named_things(file) if not comments(file).get(path)
    ]
    assert silent == []


def test_fields_say_default_or_maximum(files: list[FileDescriptorProto]) -> None:
    unlimited = [
        name
        for file in files
        for name, path in named_things(file)
        if path[0] == MESSAGE and len(path) == 4
        if not SAYS_ITS_LIMITS.search(comments(file)[path])
    ]
    assert unlimited == []


def test_fields_say_who_sets_them(files: list[FileDescriptorProto]) -> None:
    silent = [
        f"{message.name}.{field.name}"
        for file in files
        for message in file.message_type
        for field in message.field
        if not field.options.Extensions[field_behavior]
    ]
    assert silent == []
