"""A table of subscribers, as the host app writes it -> `Subscriber`s.

In: a file with the columns user_id, email and digest (none, daily, weekly), and if need be name,
locale and cap. Out: subscribers, and the rows that are none with the reason.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from recsys.data.checked import check_table
from recsys.data.schema import SUBSCRIBERS
from recsys.errors import BadInput
from recsys.storage.state.subscribers import USUAL_CAP, Subscriber
from recsys.storage.table_files import read_files
from serving.digest.letter import address_of

_MOST_PAPERS = 100


def read_subscribers(path: Path) -> tuple[list[Subscriber], list[tuple[int, str]]]:
    """Who wants digests, and (row, reason) for what cannot be taken.

    An address that no mail can be sent to is set aside, not left out.

    Raises
    ------
    BadInput
        The file cannot be read, or a required column is not there.
    """
    frame, rejected = check_table(read_files([path]), SUBSCRIBERS, known_ids={}, now=None)
    rows = frame[frame["digest"] != "none"].to_dict("records")
    refused = zip(rejected["row"].tolist(), rejected["reason"].tolist(), strict=True)
    return [_subscriber(row) for row in rows], list(refused)


def _subscriber(row: Mapping[Hashable, Any]) -> Subscriber:
    cap = row["cap"]
    return Subscriber(
        user_id=str(row["user_id"]),
        address=str(row["email"]),
        name=str(row["name"]),
        locale=str(row["locale"]),
        period="daily" if row["digest"] == "daily" else "weekly",
        cap=USUAL_CAP if pd.isna(cap) else min(max(int(cap), 1), _MOST_PAPERS),
        set_aside=_flaw(str(row["email"])),
    )


def _flaw(address: str) -> str:
    try:
        address_of(address)
    except BadInput as error:
        return str(error)
    return ""
