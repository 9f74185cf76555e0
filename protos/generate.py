"""The protos -> Python code: messages, stubs and types.

In: the `.proto` files of this folder. Out: `*_pb2.py`, `*_pb2.pyi` and `*_pb2_grpc.py` beside
them, or in another folder: `python protos/generate.py [FOLDER]`.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import grpc_tools
from google.api import field_behavior_pb2
from grpc_tools import protoc

PROTOS = Path(__file__).parent
# protoc writes imports as from the protos' own root; in Python that root is this package.
_OWN_IMPORT = re.compile(r"^(from|import) readinglist\.", re.MULTILINE)


def sources() -> list[str]:
    """The proto files, as they name each other in imports."""
    return sorted(path.relative_to(PROTOS).as_posix() for path in PROTOS.rglob("*.proto"))


def run_protoc(*options: str) -> None:
    """Run protoc on the protos; RuntimeError where it fails, having said why on stderr."""
    well_known = Path(grpc_tools.__file__).parent / "_proto"
    google_api = Path(field_behavior_pb2.__file__).parents[2]
    includes = [f"-I{root}" for root in (PROTOS, well_known, google_api)]
    if protoc.main(["protoc", *includes, *options, *sources()]):
        raise RuntimeError("protoc failed")


def generate(out: Path) -> None:
    """Write the Python code of the protos into a folder, which is made."""
    out.mkdir(parents=True, exist_ok=True)
    run_protoc(f"--python_out={out}", f"--pyi_out={out}", f"--grpc_python_out={out}")
    for source in sources():
        stem = (out / source).with_suffix("")
        for ending in ("_pb2.py", "_pb2.pyi", "_pb2_grpc.py"):
            path = stem.with_name(stem.name + ending)
            path.write_text(_OWN_IMPORT.sub(r"\1 protos.readinglist.", path.read_text()))


if __name__ == "__main__":
    generate(Path(sys.argv[1]) if len(sys.argv) > 1 else PROTOS)
