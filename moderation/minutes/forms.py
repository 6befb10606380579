"""The forms of the minutes' page. The one with the texts is made from the places there are to write.

Guarantees: unknown fields and texts that are too long are refused before anything reads them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from backend.meetings.actions.incidents import MAX_INCIDENT_CHARS
from backend.minutes.types import MAX_HEADING_CHARS, MAX_TEXT_CHARS, SignerRole, TextBlock
from moderation.minutes.desk import Block

Version = Annotated[int, Field(ge=0, le=1_000_000)]
_TEXT = Annotated[str, Field(max_length=MAX_TEXT_CHARS)]
_HEADING = Annotated[str, Field(max_length=MAX_HEADING_CHARS)]


class TextsForm(BaseModel):
    """What was written, on which version; the fields of the places are added by `texts_form`."""

    model_config = ConfigDict(extra="forbid")

    version: Version


class SignForm(BaseModel):
    """A signature in a role; perhaps by the person beside."""

    model_config = ConfigDict(extra="forbid")

    version: Version
    role: SignerRole
    beside: bool = False
    name: Annotated[str, Field(max_length=80)] = ""
    password: Annotated[str, Field(max_length=200)] = ""


class PublishForm(BaseModel):
    """The decision to publish a version."""

    model_config = ConfigDict(extra="forbid")

    version: Version
    sure: Literal["1"]


class IncidentForm(BaseModel):
    """Something that went wrong, for the minutes."""

    model_config = ConfigDict(extra="forbid")

    vorfall: Annotated[str, Field(min_length=1, max_length=MAX_INCIDENT_CHARS)]


def texts_form(blocks: Sequence[Block]) -> type[TextsForm]:
    """Return the form for these places to write."""
    fields: dict[str, Any] = {}
    for number, block in enumerate(blocks):
        fields[f"text_{number}"] = (_TEXT, Field("", alias=text_field(block.key)))
        if block.is_own:
            fields[f"heading_{number}"] = (_HEADING, Field("", alias=heading_field(block.key)))
    made: type[TextsForm] = create_model("MinutesForm", __base__=TextsForm, **fields)
    return made


def texts_of(form: TextsForm, blocks: Sequence[Block]) -> list[TextBlock]:
    """Return what was written in each place."""
    given = form.model_dump(by_alias=True)
    return [
        TextBlock(block.key, given[text_field(block.key)], given.get(heading_field(block.key), "")) for block in blocks
    ]


def text_field(key: str) -> str:
    """Return the name of the field for the text of a place."""
    return f"text-{key}"


def heading_field(key: str) -> str:
    """Return the name of the field for the heading of a place."""
    return f"titel-{key}"
