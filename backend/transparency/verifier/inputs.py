"""Completeness: is every accepted input answered by the day that was promised?

Guarantees: pure over the ledger. An input counts as accepted unless it was rejected, withdrawn or
erased; nobody is dropped by silence. It is answered when a weighing of one of its topics was
published or feedback on it was sent.
Source:     docs/algorithms/log.md, "Completeness".
"""

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from backend.transparency.types import LogType
from backend.transparency.verifier.ledger import Ledger, Placed
from backend.transparency.verifier.report import Code, Report


@dataclass(frozen=True, slots=True)
class Answers:
    """When topics were weighed and inputs answered, and which topics an input is in."""

    weighed: dict[str, date]
    fed_back: dict[str, date]
    topics: defaultdict[str, set[str]]

    def first(self, input_: str) -> date | None:
        """Return the day of the first answer to an input."""
        days = [self.weighed[topic] for topic in self.topics[input_] if topic in self.weighed]
        days += [self.fed_back[input_]] if input_ in self.fed_back else []
        return min(days, default=None)


def check_inputs(ledger: Ledger, report: Report, *, as_of: date) -> None:
    """Find the inputs whose promise was broken by `as_of`."""
    promises = _promises(ledger)
    gone = _gone(ledger)
    answers = _answers(ledger)
    for received in ledger.by_type[LogType.INPUT_RECEIVED]:
        report.counts["Beiträge"] += 1
        input_, promised = received.text("input"), promises.get(received.text("consultation"))
        if input_ in gone or received.position in ledger.erased or promised is None:
            continue
        answered = answers.first(input_)
        if answered is None and promised < as_of:
            detail = f"Bis {promised} versprochen, aber ohne Spur: {input_}."
            report.add(Code.INPUT_UNANSWERED, received.position, detail)
        elif answered is not None and answered > promised:
            late = (answered - promised).days
            report.notices.append(f"{received.position}: {input_} {late} Tage nach dem Versprechen beantwortet.")


def _promises(ledger: Ledger) -> dict[str, date]:
    promises: dict[str, date] = {}
    changes = [
        *ledger.by_type[LogType.CONSULTATION_OPENED],
        *ledger.by_type[LogType.CONSULTATION_AMENDED],
    ]
    for each in changes:
        with suppress(ValueError):  # no promise
            promised = date.fromisoformat(each.text("promised_feedback_by"))
            promises[each.text("consultation")] = promised
    return promises


def _gone(ledger: Ledger) -> set[str]:
    """Return the inputs that were withdrawn, or rejected in the end."""
    outcome = {each.text("input"): each.text("outcome") for each in ledger.by_type[LogType.MODERATION_DECIDED]}
    gone = {input_ for input_, last in outcome.items() if last == "reject"}
    return gone | {each.text("input") for each in ledger.by_type[LogType.INPUT_WITHDRAWN]}


def _answers(ledger: Ledger) -> Answers:
    topics: defaultdict[str, set[str]] = defaultdict(set)
    for change in ledger.by_type[LogType.TOPIC_CHANGED]:
        if change.text("change") == "input_added":
            topics[change.text("input")].add(change.text("topic"))
        elif change.text("change") == "input_removed":
            topics[change.text("input")].discard(change.text("topic"))
    return Answers(
        weighed=_first_days(ledger.by_type[LogType.WEIGHING_PUBLISHED], "topic"),
        fed_back=_first_days(ledger.by_type[LogType.FEEDBACK_SENT], "input"),
        topics=topics,
    )


def _first_days(placed: list[Placed], name: str) -> dict[str, date]:
    return {each.text(name): each.entry.at.date() for each in reversed(placed)}
