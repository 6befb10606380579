"""Forms of moderation and intake; every string has a limit, unknown fields are refused."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from backend.consultations import limits
from backend.consultations.drafts import ModerationOrder, NewContribution
from backend.consultations.types import AuthorGroup, Channel, ComplaintState, Outcome

Facts = Annotated[str, Field(max_length=limits.FACTS_CHARS)]
Text = Annotated[str, Field(max_length=limits.LETTER_CHARS)]
RuleNumber = Annotated[int, Field(ge=1, le=99)]


class StrictForm(BaseModel):
    """A form that refuses fields it does not know."""

    model_config = ConfigDict(extra="forbid")


class DecisionForm(StrictForm):
    """A moderator's decision."""

    ergebnis: Outcome
    regel: RuleNumber | None = None
    genau: Facts = ""
    oeffentlich: Text | None = None

    def order(self) -> ModerationOrder:
        """Return the domain's value."""
        return ModerationOrder(self.ergebnis, self.regel, self.genau, self.oeffentlich)


class AssignForm(StrictForm):
    """Whose desk a contribution lies on."""

    wer: Annotated[str, Field(pattern="^(ich|niemand)$")]


class AnswerForm(StrictForm):
    """An official answer, or the answer to a report."""

    text: Annotated[str, Field(min_length=1, max_length=limits.TEXT_CHARS)]
    amt: Annotated[str, Field(max_length=limits.OFFICE_CHARS)] = ""


class VerdictForm(StrictForm):
    """The answer to a complaint."""

    ergebnis: ComplaintState
    begruendung: Annotated[str, Field(min_length=1, max_length=limits.FACTS_CHARS)]
    oeffentlich: Text | None = None

    def order(self) -> ModerationOrder:
        """Return the domain's value; the rule stays the one first decided on."""
        outcome = Outcome.PUBLISH if self.ergebnis is ComplaintState.UPHELD else Outcome.REDACT
        return ModerationOrder(outcome, None, self.begruendung, self.oeffentlich)


class IntakeForm(StrictForm):
    """What somebody writes down for somebody else."""

    beteiligung: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
    weg: Channel
    eingang: date
    text: Annotated[str, Field(min_length=1, max_length=limits.LETTER_CHARS)]
    name: Annotated[str, Field(max_length=limits.NICKNAME_CHARS)] | None = None
    alter: AuthorGroup = AuthorGroup.UNKNOWN
    verein: Annotated[str, Field(max_length=limits.ORGANISATION_CHARS)] | None = None
    code: Annotated[str, Field(max_length=300)] | None = None

    def new(self) -> NewContribution:
        """Return the domain's value."""
        return NewContribution(text=self.text, channel=self.weg, nickname=self.name, author_group=self.alter)


class CheckForm(StrictForm):
    """A second person's look at a text."""

    urteil: Annotated[str, Field(pattern="^(stimmt|stimmt_nicht|verbessert)$")]
    text: Text | None = None
