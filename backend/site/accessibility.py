"""The accessibility statement as data: what was assessed, what is missing, what people get instead.

Source: Directive (EU) 2016/2102 Art. 7, Implementing Decision (EU) 2018/1523; kept in `accessibility.json`, so that
a change of the statement is a change of one file.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

ANSWER_WITHIN = timedelta(weeks=6)  # after that the enforcement body may be asked


class Gap(BaseModel):
    """Something not everybody can use yet."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    what: str
    why: str
    instead: str
    until: date | None = None


class Statement(BaseModel):
    """The whole statement."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    assessed_on: date
    revised_on: date
    method: str
    enforcement: str
    gaps: tuple[Gap, ...]


def read_statement() -> Statement:
    """Return the statement of this version. Raises: ValidationError when the file is malformed."""
    return Statement.model_validate_json(files("backend.site").joinpath("accessibility.json").read_bytes())


def answer_by(now: datetime) -> datetime:
    """Return when feedback given now must be answered at the latest."""
    return now + ANSWER_WITHIN
