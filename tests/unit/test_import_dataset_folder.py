"""Dataset folders on disk: every format reads the same, and bad input never destroys good data."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.data.tables import Tables
from recsys.errors import BadInput, TooManyRejects
from recsys.storage.dataset_folder import read_evaluation, read_tables, write_tables

ROWS = [
    {"paper_id": "007", "title": 'A "quoted", title', "abstract": "two\nlines", "n": "1"},
    {"paper_id": "hep-th/9901001", "title": "null", "abstract": "", "n": "2"},
]
CSV = (
    'paper_id,title,abstract,n\n007,"A ""quoted"", title","two\nlines",1\nhep-th/9901001,null,,2\n'
)
JSONL = "".join(json.dumps(row) + "\n" for row in ROWS)


def zstd(text: str) -> bytes:
    return pa.compress(text.encode(), codec="zstd", asbytes=True)


def parquet(path: Path, rows: list[dict]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows), path)


def write_csv(folder: Path, **tables: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


@pytest.mark.parametrize(
    "suffix", ["parquet", "csv", "csv.gz", "csv.zst", "jsonl", "jsonl.gz", "jsonl.zst"]
)
def test_papers_in_any_format_read_the_same(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"papers.{suffix}"
    text = CSV if "csv" in suffix else JSONL
    if suffix == "parquet":
        parquet(path, ROWS)
    elif suffix.endswith("gz"):
        path.write_bytes(gzip.compress(text.encode()))
    elif suffix.endswith("zst"):
        path.write_bytes(zstd(text))
    else:
        path.write_text(text)
    tables, rejected = read_tables(tmp_path)
    assert rejected.empty
    read = tables.papers[["paper_id", "title", "abstract", "n"]].to_dict("records")
    assert read == ROWS


def test_papers_in_parts_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    parquet(tmp_path / "papers" / "part-1.parquet", ROWS[1:])
    parquet(tmp_path / "papers" / "part-0.parquet", [{"paper_id": "", "title": "bad"}, *ROWS[:1]])
    (tmp_path / "papers" / "_SUCCESS").write_text("")
    tables, rejected = read_tables(tmp_path, max_reject_share=0.5)
    assert tables.papers["paper_id"].tolist() == ["007", "hep-th/9901001"]
    assert rejected[["table", "row"]].values.tolist() == [["papers", 1]]


def test_parts_count_rows_through(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "a.jsonl").write_text('{"paper_id": "a", "title": ""}\nnot json\n')
    (tmp_path / "papers" / "b.jsonl").write_text('[1]\n{"paper_id": "", "title": ""}\n')
    _, rejected = read_tables(tmp_path, max_reject_share=1)
    assert rejected[["row", "reason"]].values.tolist() == [
        [2, "not a line of JSON"],
        [3, "a line of JSON that is no object"],
        [4, "missing paper_id"],
    ]


def test_csv_row_with_too_many_cells_is_set_aside_by_its_number(tmp_path: Path) -> None:
    text = 'paper_id,title\na,"x\ny"\nb,too,many\n,missing\nc,fine\n'
    tables, rejected = read_tables(write_csv(tmp_path, papers=text), max_reject_share=1)
    assert tables.papers["paper_id"].tolist() == ["a", "c"]
    assert rejected[["row", "reason"]].values.tolist() == [
        [2, "3 cells in a table of 2 columns"],
        [3, "missing paper_id"],
    ]


def test_integer_ids_with_a_gap_stay_integers(tmp_path: Path) -> None:
    parquet(tmp_path / "papers.parquet", [{"paper_id": 12, "title": "t"}])
    parquet(tmp_path / "authors.parquet", [{"author_id": 5, "name": "Ada Poe"}])
    users = [{"user_id": 1, "author_id": 5}, {"user_id": 2, "author_id": None}]
    parquet(tmp_path / "users.parquet", users)
    tables, rejected = read_tables(tmp_path)
    assert rejected.empty
    assert tables.papers["paper_id"].tolist() == ["12"]
    assert tables.users["author_id"].tolist() == ["5", ""]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("papers.parquet", b"PAR1 but not really"),
        ("papers.csv", b""),
        ("papers.csv", b"paper_id,title\na,\xff\xfe\n"),
        ("papers.csv.gz", b"not gzip"),
        ("papers.jsonl.zst", b"not zstd"),
        ("papers.jsonl", b'{"paper_id": "\xff"}\n'),
    ],
)
def test_broken_file_is_refused_by_name(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInput, match=name):
        read_tables(tmp_path)


def test_table_in_two_formats_is_refused(tmp_path: Path) -> None:
    write_csv(tmp_path, papers=CSV)
    parquet(tmp_path / "papers.parquet", ROWS)
    with pytest.raises(BadInput, match=r"papers\.csv and papers\.parquet"):
        read_tables(tmp_path)


def test_folder_without_papers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="papers"):
        read_tables(tmp_path)
    with pytest.raises(BadInput, match="not a folder"):
        read_tables(tmp_path / "missing")


def some_tables(tmp_path: Path) -> tuple[Tables, pd.DataFrame]:
    source = write_csv(
        tmp_path / "source",
        papers="paper_id,title,published_at,categories,code\np1,One,2024-05-06,cs.CV;cs.LG,true\n"
        "p2,Two,,,\n,lost,,,\n",
        authors="author_id,name,open_to_collaborate,verification_level\na,Ada Poe,true,2\n",
        authorships="paper_id,author_id,position\np1,a,3\n",
        interactions="user_id,paper_id,kind,occurred_at,list\n"
        "u,p1,save,2024-05-06T01:02:03.000004Z,to read\n",
        follows="user_id,author_id\n",
    )
    return read_tables(source, max_reject_share=0.5, now=datetime(2026, 1, 1, tzinfo=UTC))


def test_written_dataset_reads_back_the_same(tmp_path: Path) -> None:
    tables, rejected = some_tables(tmp_path)
    write_tables(tmp_path / "out", tables, rejected)
    again, none = read_tables(tmp_path / "out")
    assert none.empty
    assert again.present == tables.present == {*again.frames()}
    for name, frame in tables.frames().items():
        pd.testing.assert_frame_equal(getattr(again, name), frame)
    aside = pd.read_parquet(tmp_path / "out" / "rejected.parquet")
    assert aside.values.tolist() == [["papers", 3, "missing paper_id"]]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "source"]


def test_writing_again_replaces_the_whole_dataset(tmp_path: Path) -> None:
    tables, rejected = some_tables(tmp_path)
    write_tables(tmp_path / "out", tables, rejected)
    write_tables(tmp_path / "out", Tables.of({"papers": tables.papers}))
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["papers.parquet"]


def test_writing_over_something_else_is_refused_and_leaves_it(tmp_path: Path) -> None:
    tables, _ = some_tables(tmp_path)
    home = tmp_path / "home"
    home.mkdir()
    (home / "papers_of_mine.txt").write_text("precious")
    with pytest.raises(BadInput, match=r"papers_of_mine\.txt"):
        write_tables(home, tables)
    assert (home / "papers_of_mine.txt").read_text() == "precious"


def test_failing_write_keeps_the_dataset_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables, _ = some_tables(tmp_path)
    write_tables(tmp_path / "out", tables)
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise OSError("disk full")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OSError, match="disk full"):
        write_tables(tmp_path / "out", Tables.of({"papers": tables.papers.head(0)}))
    monkeypatch.undo()
    assert len(read_tables(tmp_path / "out")[0].papers) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "source"]


def test_too_many_rejects_raise_before_anything_is_written(tmp_path: Path) -> None:
    source = write_csv(tmp_path, papers="paper_id,title\n,a\np,b\n")
    with pytest.raises(TooManyRejects):
        read_tables(source)


@pytest.mark.parametrize(
    ("header", "task"),
    [
        ("user_id,paper_id", "papers"),
        ("author_id,coauthor_id", "collaborators"),
        ("query_id,paper_id", "queries"),
    ],
)
def test_evaluation_tells_its_task_from_the_columns(tmp_path: Path, header: str, task: str) -> None:
    write_csv(tmp_path, test=f"{header}\na,b\na,b\na,c\n", candidates="paper_id\nb\n")
    evaluation = read_evaluation(tmp_path)
    assert evaluation.task == task
    assert evaluation.test.values.tolist() == [["a", "b"], ["a", "c"]]
    assert evaluation.candidates is not None
    assert evaluation.candidates["paper_id"].tolist() == ["b"]
    assert evaluation.queries is None


def test_evaluation_of_queries_reads_text_and_time(tmp_path: Path) -> None:
    queries = "query_id,text,published_before\nq,graphs,2017-01-01\n"
    write_csv(tmp_path, test="query_id,paper_id\nq,p\n", queries=queries)
    read = read_evaluation(tmp_path).queries
    assert read is not None
    assert read["published_before"].tolist() == [pd.Timestamp("2017-01-01", tz="UTC")]


def test_evaluation_files_elsewhere_are_taken_instead(tmp_path: Path) -> None:
    write_csv(tmp_path / "data", test="user_id,paper_id\nu,p\n")
    write_csv(tmp_path / "else", mine="user_id,paper_id\nv,q\n")
    evaluation = read_evaluation(tmp_path / "data", test=tmp_path / "else" / "mine.csv")
    assert evaluation.test["user_id"].tolist() == ["v"]


@pytest.mark.parametrize(
    ("test", "message"),
    [
        ("user_id\nu\n", "must have the columns"),
        ("user_id,paper_id\nu,p\n,p\n", "row 2: missing user_id"),
    ],
)
def test_evaluation_with_a_bad_test_table_is_refused(
    tmp_path: Path, test: str, message: str
) -> None:
    write_csv(tmp_path, test=test)
    with pytest.raises(BadInput, match=message):
        read_evaluation(tmp_path)


def test_evaluation_without_a_test_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no table 'test'"):
        read_evaluation(tmp_path)
