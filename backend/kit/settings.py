"""Settings: environment only, parsed once, frozen. Secrets may also come from files (`MACHMIT_…_FILE`).

Refuses to be used in production with missing or demo secrets (`Settings.check_production`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from backend.kit.errors import DomainError

Mode = Literal["production", "demo", "test"]

DEMO_MARK = "demo-only-"  # every secret of the demo begins with this, so production can tell
MIN_SECRET_CHARS = 32
SECRET_FIELDS = ("secret_key", "card_key", "log_signing_key")


class MissingSecret(DomainError):
    """A secret that production needs is absent, too short or the demo's."""

    code = "missing_secret"
    status = 500


class Settings(BaseSettings):
    """Everything the outside decides."""

    model_config = SettingsConfigDict(env_prefix="MACHMIT_", frozen=True, extra="ignore")

    mode: Mode = "production"
    database_url: str = ""
    redis_url: str | None = None
    data_dir: Path = Path("data")
    key_dirs: str = ""
    public_url: str = "http://127.0.0.1:8000"
    log_url: str = ""  # names the log where that address differs from public_url, and must never change
    log_policy: Path | None = None  # C2SP tlog-policy: the witnesses asked before a checkpoint is published
    secret_key: SecretStr = SecretStr("")
    card_key: SecretStr = SecretStr("")
    log_signing_key: SecretStr = SecretStr("")
    metrics_token: SecretStr = SecretStr("")
    smtp_url: str | None = None
    mail_from: str = "machmit@localhost"
    stream_hosts: str = ""  # where broadcasts of meetings may be, e.g. "video.example.org, stream.example.org"
    n_min: int = Field(default=50, ge=5)
    embedded_worker: bool = True
    log_level: str = "INFO"

    @property
    def db_url(self) -> str:
        """Return the SQLAlchemy address; SQLite in the data directory unless set."""
        if not self.database_url:
            return f"sqlite+aiosqlite:///{(self.data_dir / 'machmit.db').absolute()}"
        return _with_driver(self.database_url)

    @property
    def poll_key_dirs(self) -> tuple[Path, ...]:
        """Return the folders that keep poll keys, outside database and backups."""
        named = tuple(Path(part) for part in self.key_dirs.split(os.pathsep) if part)
        return named or (self.data_dir / "keys",)

    @property
    def allowed_stream_hosts(self) -> frozenset[str]:
        """Return the servers a meeting may be broadcast from."""
        return frozenset(name.strip().lower() for name in self.stream_hosts.split(",") if name.strip())

    @property
    def is_https(self) -> bool:
        """Tell whether people reach the installation through TLS."""
        return self.public_url.startswith("https://")

    def check_production(self) -> None:
        """Refuse missing or demo secrets in production. Raises: MissingSecret naming them."""
        if self.mode != "production":
            return
        weak = [f"MACHMIT_{name.upper()}" for name in SECRET_FIELDS if _is_weak(getattr(self, name))]
        if weak:
            names = ", ".join(weak)
            detail = (
                f"Diese Geheimnisse fehlen, sind zu kurz oder stammen aus der Demo: {names}. "
                f"Setzen Sie je mindestens {MIN_SECRET_CHARS} zufällige Zeichen, zum Beispiel mit: openssl rand -hex 32"
            )
            raise MissingSecret(detail, names=weak)


def _is_weak(secret: SecretStr) -> bool:
    value = secret.get_secret_value()
    return len(value) < MIN_SECRET_CHARS or value.startswith(DEMO_MARK)


def _with_driver(url: str) -> str:
    for plain, driver in (
        ("postgresql://", "postgresql+asyncpg://"),
        ("postgres://", "postgresql+asyncpg://"),
        ("sqlite://", "sqlite+aiosqlite://"),
    ):
        if url.startswith(plain):
            return driver + url.removeprefix(plain)
    return url


def load_settings(environ: Mapping[str, str] | None = None, **overrides: object) -> Settings:
    """Read settings from the environment and from `MACHMIT_…_FILE` secrets; `overrides` win."""
    source = os.environ if environ is None else environ
    values: dict[str, object] = {
        name.removeprefix("MACHMIT_").removesuffix("_FILE").lower(): Path(path).read_text(encoding="utf-8").strip()
        for name, path in source.items()
        if name.startswith("MACHMIT_") and name.endswith("_FILE")
    }
    if environ is not None:
        values |= {
            name.removeprefix("MACHMIT_").lower(): value
            for name, value in environ.items()
            if name.startswith("MACHMIT_") and not name.endswith("_FILE")
        }
    return Settings(**(values | overrides))  # type: ignore[arg-type]
