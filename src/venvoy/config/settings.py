"""The settings of each process.

Sources, in rising order: defaults, the TOML file (`<data>/venvoy.toml`, or
`VENVOY_CONFIG`), `VENVOY_*` environment variables, flags.
"""

import os
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from venvoy.config.surroundings import data_directory, default_data

LogLevel = Annotated[
    Literal["debug", "info", "warning", "error"],
    BeforeValidator(lambda given: given.lower() if isinstance(given, str) else given),
]


def _url(given: str) -> str:
    """Return an address without a slash at its end."""
    parts = urlsplit(given)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("give it as https://HOST:PORT")
    if parts.username is not None or parts.path.strip("/"):
        raise ValueError("neither user nor path may stand in it")
    return given.rstrip("/")


PublicUrl = Annotated[str, AfterValidator(_url)]


def _proxy(given: str) -> str:
    """Return the address of an HTTP proxy."""
    parts = urlsplit(given)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("give it as http://USER:PASSWORD@HOST:PORT")
    return given


ProxyUrl = Annotated[str, AfterValidator(_proxy)]


class _Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="VENVOY_", extra="ignore", frozen=True)

    data: Path = Field(default_factory=default_data)
    """Directory of everything that this process keeps."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags beat the environment, which beats the file."""
        data = Path(init_settings().get("data") or data_directory())
        file = Path(os.environ.get("VENVOY_CONFIG") or data / "venvoy.toml")
        toml = TomlConfigSettingsSource(settings_cls, toml_file=file)
        return init_settings, env_settings, toml


class ControllerSettings(_Settings):
    """Settings of `venvoy up`."""

    host: str = "127.0.0.1"
    """Address that the HTTP port listens on."""
    port: int = Field(default=7300, ge=0, le=65_535)
    """HTTP port of console and API; 0 means any, kept over restarts."""
    nats_port: int = Field(default=7301, ge=0, le=65_535)
    """Port of the embedded NATS server; 0 means any, kept over restarts."""
    gateway_port: int = Field(default=7302, ge=0, le=65_535)
    """Port of the local agent's package gateway; 0 means any, kept over restarts."""
    tls: Literal["auto", "on", "off"] = "auto"
    """Whether HTTP speaks TLS; `auto`: as soon as other machines can reach it."""
    tls_cert: Path | None = None
    """PEM file of a certificate of one's own, with its chain; the fleet's own when absent."""
    tls_key: Path | None = None
    """PEM file of that certificate's key."""
    public_url: PublicUrl | None = None
    """Address at which other machines reach the controller, such as a proxy's in front."""
    database_url: str | None = None
    """SQLAlchemy URL; SQLite below the data directory when absent."""
    default_mirror: str | None = None
    """The index that packages come from; the official index when absent."""
    admin_password: SecretStr | None = None
    """Password of `admin`, set at the first start; a random one when absent."""
    node_offline_seconds: float = Field(default=45.0, gt=0)
    """A node without a sign of life for so long is offline."""
    resolve_timeout_seconds: float = Field(default=300.0, gt=0)
    """A resolution is ended after this."""
    stall_seconds: float = Field(default=120.0, gt=0)
    """A build without output and bytes is ended after this."""
    undelete_days: int = Field(default=7, ge=0, le=3_650)
    """A deleted environment can be brought back for so long."""
    log_level: LogLevel = "info"
    """Level of the process' own log."""

    def file(self, *parts: str) -> Path:
        """Return a path below the controller's own directory."""
        return self.data.joinpath("controller", *parts)


class AgentSettings(_Settings):
    """Settings of an agent."""

    gateway_port: int = Field(default=7302, ge=0, le=65_535)
    """Port of the package gateway on loopback; 0 means any, kept over restarts."""
    default_mirror: str | None = None
    """The index that packages come from; the official index when absent."""
    proxy: ProxyUrl | None = None
    """HTTP proxy to the controller, with user and password; the environment's when absent."""
    interpreters: list[Path] = []
    """Executables, or directories of installations, to look for interpreters in."""
    concurrent_builds: int = Field(default=2, ge=1, le=64)
    """How many replicas are built at once."""
    heartbeat_seconds: float = Field(default=10.0, gt=0)
    """Time between two signs of life."""
    resync_seconds: float = Field(default=300.0, gt=0)
    """Time between two comparisons with the controller, with jitter."""
    drift_seconds: float = Field(default=30.0, gt=0)
    """Time between two looks at the packages of live prefixes."""
    drift_sizes_seconds: float = Field(default=3_600.0, gt=0)
    """Time between two looks at the sizes of all files of live prefixes."""
    use_seconds: float = Field(default=20.0, gt=0)
    """Time between two looks at the processes that work in prefixes."""
    log_level: LogLevel = "info"
    """Level of the process' own log."""
