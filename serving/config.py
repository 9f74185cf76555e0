"""Every choice of a server in one frozen object.

In: flags, environment (RECSYS_*), a TOML file; the former win. Out: `ServeSettings`.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict

from recsys.errors import BadInput
from recsys.storage.state import beside
from serving.guard.exposure import refuse_exposed

_MEGABYTE = 1 << 20


class Experiment(BaseModel):
    """Two models side by side: a share of the users is answered by another one than the current.

    Attributes
    ----------
    name : str
        Decides with a user's id on which side the user is.
    model : str
        Version of the other model, in the same folder.
    share : float
        Of the users, as a fraction.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
    model: str
    share: Annotated[float, Field(ge=0, le=1)] = 0.5


class ServeSettings(BaseSettings):
    """Settings of `recsys serve`.

    Attributes
    ----------
    models : Path
        Folder of published models; its current one is served.
    state : str
        URL of the database that events are kept in; "" for a file beside the models.
    listen : str
        HOST:PORT; port 0 takes a free one, an IPv6 host stands in brackets.
    workers : int
        Processes that share the port.
    threads, queue : int
        Requests that one worker answers at a time, and how many more may wait; beyond, a request
        is refused with RESOURCE_EXHAUSTED.
    grace_s : float
        How long requests under way may take to end when the server is stopped.
    reasons_need_s : float
        With less than this of a deadline left, an answer comes without reasons.
    restarts_per_minute : int
        How often dead workers are started again before the server gives up.
    metrics : str or None
        HOST:PORT where Prometheus finds the metrics of all workers; a port alone is on the
        loopback; None shows them nowhere.
    traces : str or None
        URL of an OTLP receiver (http) for traces; None makes none.
    tls_cert, tls_key, tls_client_ca : Path or None
        PEM files: the server's certificate and key, and who signs the certificates that clients
        must show; without the first two the server speaks in the clear.
    allow_plaintext : bool
        Whether to speak in the clear to other machines.
    api_key_file : Path or None
        The keys that callers must have; None asks for none.
    rate_per_s, rate_burst : float, int
        Calls that each key may make in a second, and all at once, in each worker.
    reflection : bool
        Whether to tell callers of the methods and their messages.
    signing_key_file : Path or None
        Keys that sign tokens, one a line in hexadecimal digits; None for a file beside the
        models, which is made.
    page_token_lifetime_s : float
        How long after its first page a list can be gone on with.
    experiment : Experiment or None
        None where the current model answers everybody.
    """

    model_config = SettingsConfigDict(env_prefix="RECSYS_", frozen=True, extra="forbid")

    models: Path
    state: str = ""
    listen: str = "127.0.0.1:50051"
    workers: Annotated[int, Field(ge=1, le=256)] = 1
    threads: Annotated[int, Field(ge=1, le=1024)] = 4
    queue: Annotated[int, Field(ge=0)] = 64
    max_request_bytes: Annotated[int, Field(ge=1024)] = 4 * _MEGABYTE
    max_response_bytes: Annotated[int, Field(ge=1024)] = 4 * _MEGABYTE
    grace_s: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 10.0
    reasons_need_s: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.05
    restarts_per_minute: Annotated[int, Field(ge=0)] = 5
    metrics: str | None = None
    traces: Annotated[str, Field(pattern="^https?://")] | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    tls_client_ca: Path | None = None
    allow_plaintext: bool = False
    api_key_file: Path | None = None
    rate_per_s: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 200.0
    rate_burst: Annotated[int, Field(ge=1)] = 400
    reflection: bool = True
    signing_key_file: Path | None = None
    page_token_lifetime_s: Annotated[float, Field(gt=0, le=31_536_000)] = 86_400.0
    experiment: Experiment | None = None

    @field_validator("metrics")
    @classmethod
    def _is_on_the_loopback(cls, metrics: str | None) -> str | None:
        return f"127.0.0.1:{metrics}" if metrics and metrics.isdecimal() else metrics

    @field_validator("listen", "metrics")
    @classmethod
    def _has_host_and_port(cls, address: str | None) -> str | None:
        if address is not None:
            host_and_port(address)
        return address

    @model_validator(mode="after")
    def _is_guarded(self) -> Self:
        refuse_exposed(self)
        return self

    @property
    def state_url(self) -> str:
        """Where the state is kept."""
        return self.state or beside(self.models)

    @property
    def host(self) -> str:
        """Where to listen, without brackets."""
        return host_and_port(self.listen)[0]

    @property
    def port(self) -> int:
        """The port that was asked for; 0 for any."""
        return host_and_port(self.listen)[1]


def host_and_port(address: str) -> tuple[str, int]:
    """The two parts of HOST:PORT, without brackets; ValueError where it has other parts."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65_535:
        raise ValueError("must be HOST:PORT with a port from 0 to 65535")
    if ":" in host and not (host.startswith("[") and host.endswith("]")):
        raise ValueError("an IPv6 host stands in brackets: [::1]:50051")
    return host.strip("[]"), int(port)


def read_settings(config: Path | None = None, **flags: Any) -> ServeSettings:
    """Settings from flags (None: not given), the environment and a file.

    Raises
    ------
    BadInput
        The file cannot be read, a key in it is unknown, or a value does not fit.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    # Unknown RECSYS_* variables are let be: Kubernetes sets some for a service named "recsys".
    environment = EnvSettingsSource(ServeSettings)()
    try:
        return ServeSettings(**{**_from_file(config), **environment, **given})
    except ValidationError as error:
        first = error.errors()[0]
        name, told = ".".join(map(str, first["loc"])), first["msg"].removeprefix("Value error, ")
        raise BadInput(f"setting {name!r}: {told}" if name else told) from error


def _from_file(config: Path | None) -> dict[str, Any]:
    if config is None:
        return {}
    try:
        given = tomllib.loads(config.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"cannot read the settings in {config}: {error}") from error
    known = ServeSettings.model_fields
    for key in given:
        if key not in known:
            raise BadInput(f"{config}: unknown key {key!r}; the known ones are {', '.join(known)}")
    return given
