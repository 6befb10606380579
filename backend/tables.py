"""Every table of the project, imported once, so that migrations and tests see the whole schema."""

from __future__ import annotations

import importlib
from pathlib import Path

from backend.kit.db import Base

_MODULES = (
    "backend.kit.tables",
    "backend.accounts.models",
    "backend.accounts.devices",
    "backend.transparency.models",
    "backend.cards.models",
    "backend.polls.models",
    "backend.ballots._box",
    "backend.ballots.models",
    "backend.paper.models",
    "backend.meetings.models",
    "backend.meetings.preparation_tables",
    "backend.minutes.models",
    "backend.consultations.models",
    "backend.decisions.models",
    "backend.practice.models",
    "kiosk.models",
)

for _name in _MODULES:
    if Path(__file__).parents[1].joinpath(*_name.split(".")).with_suffix(".py").exists():
        importlib.import_module(_name)

ALL_TABLES = tuple(Base.metadata.sorted_tables)
