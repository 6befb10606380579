"""The demo's settings: secrets everybody can read, so a real installation refuses them by their first letters."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from backend.kit.settings import DEMO_MARK, Settings

LOG_URL = "http://vorfuehrung.mach-mit.example"  # the same whatever port the demo listens on


def demo_settings(data_dir: Path, public_url: str) -> Settings:
    """Return the settings of the demonstration."""
    return Settings(
        mode="demo",
        data_dir=data_dir,
        public_url=public_url,
        log_url=LOG_URL,
        secret_key=SecretStr(f"{DEMO_MARK}{'session' * 6}"),
        card_key=SecretStr(f"{DEMO_MARK}{'cards' * 8}"),
        log_signing_key=SecretStr(f"{DEMO_MARK}{'log' * 12}"),
        n_min=10,
        log_level="WARNING",  # the terminal belongs to the addresses and names a visitor needs
    )
