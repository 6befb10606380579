"""What weighing and deciding refuse, with a sentence that says what is missing."""

from __future__ import annotations

from backend.decisions.rules import Gap
from backend.kit.errors import Conflict, DomainError, Forbidden, Invalid, NotFound

GAPS_SHOWN = 5


class UnknownTrace(NotFound):
    """No such topic, weighing, paper, decision or milestone, or not in this organisation."""

    code = "unknown_trace"


class Incomplete(Conflict):
    """Something is missing before this may become public; `gaps` lists it."""

    code = "incomplete"
    title = "Es fehlt noch etwas"


class SamePerson(Forbidden):
    """The second pair of eyes belongs to the person who wrote it."""

    code = "second_person_needed"
    title = "Freigeben muss jemand anderes"


class WrongStage(Conflict):
    """The step does not fit where the thing stands."""

    code = "wrong_stage"


class Frozen(Conflict):
    """A body has deliberated on it; what it saw stays as it was."""

    code = "frozen"
    title = "Darüber wurde schon beraten"


class BrokenChain(Invalid):
    """The order of the bodies contradicts itself."""

    code = "broken_chain"


def incomplete(gaps: tuple[Gap, ...]) -> DomainError:
    """Return the refusal that names the first gaps in words and all of them by code."""
    sentences = " ".join(gap.sentence for gap in gaps[:GAPS_SHOWN])
    more = len(gaps) - GAPS_SHOWN
    if more > 0:
        sentences += f" Und noch {more} weitere Punkte."
    return Incomplete(sentences, gaps=[{"code": gap.code.value, "subject": gap.subject} for gap in gaps])
