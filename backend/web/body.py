"""Shared shapes of request bodies: nothing unknown, a limit on every string and list."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Line = Annotated[str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True)]
Paragraph = Annotated[str, StringConstraints(min_length=1, max_length=4_000)]
ShortId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+)?$", max_length=12)]
CardText = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Texts = Annotated[dict[Language, Line], Field(min_length=1, max_length=8)]


class Body(BaseModel):
    """A request body that refuses unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=20_000)
