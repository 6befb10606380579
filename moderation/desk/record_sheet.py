"""A count record as rows, lines and sentences, for the page and for the printed sheet. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from backend.kit.db import JsonDict
from backend.paper.incidents import Incidents
from backend.paper.types import SheetHeading
from backend.polls.queries import Poll
from backend.polls.rules import is_moderated
from backend.polls.types import PollType
from backend.tally.equations import Term
from moderation.desk.equations import Line, Status
from moderation.desk.reading import LETTERS
from moderation.desk.words import Words
from printables.types import CountEquation, CountRecordDocument, CountRow

PLACES_TO_SIGN = 2
_SUBTRACTED = frozenset({"sheets_exchanged", "sheets_returned"})  # a zero does not show its sign
_LETTERED = frozenset({PollType.SINGLE, PollType.MULTI, PollType.BUDGET, PollType.RANKING})


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the result: what it is, per channel, together."""

    kind: str
    label: str
    values: tuple[int, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Signature:
    """Who confirmed, and why in spite of an open equation."""

    user_id: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Record:
    """A sealed count in the form people read."""

    status: str
    is_balanced: bool
    entitled: int
    used: int
    refused: int
    channels: tuple[str, ...]
    rows: tuple[Row, ...]
    lines: tuple[Line, ...]
    incidents: Incidents
    signatures: tuple[Signature, ...]


def record_of(content: JsonDict, poll: Poll, incidents: Incidents) -> Record:
    """Return the readable form of a stored count record."""
    channels = tuple(content["by_channel"])
    columns = [content["by_channel"][channel] for channel in channels]
    labels = _labels(poll)
    rows = [
        Row("option", labels.get(name, name), tuple(column["totals"].get(name, 0) for column in columns), total)
        for name, total in content["totals"].items()
        if name in labels or not is_moderated(poll.definition.type)  # words may hang on no wall before they passed
    ]
    rows += [Row(kind, "", tuple(column[kind] for column in columns), content[kind]) for kind in ("invalid", "blank")]
    rows.append(Row("ballots", "", tuple(column["ballots"] for column in columns), content["ballots"]))
    return Record(
        status=content["status"],
        is_balanced=content["balanced"],
        entitled=content["entitled"],
        used=content["used"],
        refused=content["rejected_duplicates"],
        channels=channels,
        rows=tuple(rows),
        lines=tuple(_line(equation) for equation in content["equations"]),
        incidents=incidents,
        signatures=tuple(Signature(each["user"], each["reason"]) for each in content["signatures"]),
    )


def record_document(
    record: Record, poll: Poll, *, heading: SheetHeading, place: str, signers: tuple[str, ...], words: Words
) -> CountRecordDocument:
    """Return the printed form of a count record, in German."""
    names = {"invalid": "ungültig", "blank": "leer", "ballots": "Stimmen"}
    facts = f"Stimmberechtigte Karten: {record.entitled}. Davon benutzt: {record.used}."
    return CountRecordDocument(
        meeting_title=heading.meeting_title,
        date_text=heading.date_text,
        place=place,
        question=poll.question.get("de", ""),
        facts=facts,
        notice=heading.notice,
        status_text=words.status[record.status],
        rows=tuple(
            CountRow(row.label or names[row.kind], row.values, row.total, sum=row.kind == "ballots")
            for row in record.rows
        ),
        equations=tuple(_printed(line, words) for line in record.lines),
        incidents=tuple(sentences(record, words)),
        signers=signers + ("Zählteam",) * (PLACES_TO_SIGN - len(signers)),
        question_no=heading.question_no,
        question_count=heading.question_count,
        channels=tuple((channel, words.channels[channel]) for channel in record.channels),
    )


def sentences(record: Record, words: Words) -> list[str]:
    """Return the incidents as sentences."""
    happened = record.incidents
    found = [f"Blätter {words.decided[by.value]}: {number}." for by, number in sorted(happened.decided.items())]
    found += [f"Abgewiesen: {number} × {words.reasons[reason]}" for reason, number in sorted(happened.rejected.items())]
    found += [f"Scan verworfen: {reason}" for reason in happened.discarded]
    if happened.typed_in:
        found.append(f"Ohne Scanner zu zweit eingegebene Stapel: {happened.typed_in}.")
    if record.refused:
        found.append(f"Zweite Versuche mit schon benutzten Karten, nicht gezählt: {record.refused}.")
    found += [f"Unterschrieben mit Begründung: {each.reason}" for each in record.signatures if each.reason]
    return found


def _labels(poll: Poll) -> Mapping[str, str]:
    choosable = poll.definition.choosable
    letters = LETTERS if poll.definition.type in _LETTERED else ""
    labels = {str(option.id): option.label.get("de", str(option.id)) for option in poll.definition.options}
    return labels | {
        str(option.id): f"{letter} · {labels[str(option.id)]}"
        for option, letter in zip(choosable, letters, strict=False)
    }


def _line(equation: JsonDict) -> Line:
    left, right = ([_term(each) for each in equation[side]] for side in ("left", "right"))
    status: Status = "ok" if equation["holds"] else "open"
    return Line(
        name=equation["name"],
        status=status,
        left=tuple(left),
        right=tuple(right),
        is_at_most=equation["relation"] == "<=",
        difference=sum(each["n"] for each in equation["left"]) - sum(each["n"] for each in equation["right"]),
        about=equation["about"],
    )


def _term(term: JsonDict) -> Term:
    return Term(term["name"], abs(term["n"]), is_subtracted=term["n"] < 0 or term["name"] in _SUBTRACTED)


def _printed(line: Line, words: Words) -> CountEquation:
    title = words.equations[line.name]
    if line.about:
        title = f"{title} {words.channels.get(line.about, line.about)}"
    sides = [_side(line.left, words), _side(line.right, words)]
    if line.is_at_most:
        sides.reverse()
    relation = ("≥" if line.is_at_most else "=") if line.status == "ok" else ("<" if line.is_at_most else "≠")
    return CountEquation(label=title, numbers=f" {relation} ".join(sides), holds=line.status == "ok")


def _side(terms: tuple[Term, ...], words: Words) -> str:
    if not terms:
        return "0"
    signs = ["", *(" − " if term.is_subtracted else " + " for term in terms[1:])]
    spelt = [f"{term.number} {words.terms.get(term.name, term.name)}" for term in terms]
    return "".join(sign + part for sign, part in zip(signs, spelt, strict=True))
