"""What the client's side of every service is made of.

In: a stub, requests. Out: responses, or `RequestFailed`.
"""

from __future__ import annotations

from typing import Any

import grpc

from serving.client_messages import failure_of


class Calls:
    """The methods of one service over one connection; all of them raise `RequestFailed`.

    Parameters
    ----------
    stub : generated stub
    address : str
        What the server is called in a refusal.
    deadline_s : float
        How long one request may take, retries included.
    """

    def __init__(self, stub: Any, address: str, deadline_s: float) -> None:
        self._stub, self._address, self._deadline_s = stub, address, deadline_s

    def _ask(self, method: Any, request: Any, deadline_s: float | None = None) -> Any:
        try:
            return method(request, timeout=deadline_s or self._deadline_s)
        except grpc.RpcError as error:
            raise failure_of(error, self._address) from error
