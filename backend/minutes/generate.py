"""From what happened to what minutes say. Pure.

Guarantees: the same facts give the same parts; no figure that the public result would not show; no citizen's name –
the facts have none. Refuses nothing: what is not known is left out or called so.
Source: docs/flow.md; practice of German assembly minutes.
"""

from __future__ import annotations

from collections.abc import Iterable

from backend.minutes.poll_parts import poll_parts
from backend.minutes.types import Counted, Facts, ItemFacts, Part, PollFacts, QuestionFacts, SpeechFacts, Spell
from backend.minutes.words import (
    ITEM_OUTCOMES,
    QUESTION_OUTCOMES,
    clock_time,
    counted,
    date_text,
    day,
    number,
)

LEADERS = "leitung"
LOG = "pruefsumme"


def generate(facts: Facts) -> tuple[Part, ...]:
    """Return the generated parts in reading order."""
    return (
        _frame(facts),
        Part(LEADERS, "Leitung und Schriftführung"),
        _attendance(facts),
        *_agenda(facts),
        *_notices(facts),
        *_speech(facts.speech),
        *_questions(facts.questions),
        *poll_parts(facts.polls),
        _incidents(facts),
        _log(facts),
    )


def _frame(facts: Facts) -> Part:
    first = facts.ran[0].began_at if facts.ran else None
    last = facts.ran[-1].ended_at if facts.ran else None
    pairs = [
        ("Veranstalterin", facts.org_name),
        ("Ort", facts.place),
        ("Tag", day(first or facts.starts_at)),
        ("Einlass ab", clock_time(facts.doors_at) if facts.doors_at else ""),
        ("Beginn", clock_time(first) if first else ""),
        *(("Unterbrechung", _from_to(pause)) for pause in facts.pauses),
        ("Ende", clock_time(last) if last else ""),
    ]
    notice = (facts.notice,) if facts.notice else ()
    return Part("rahmen", "Ort und Zeit", pairs=tuple(pair for pair in pairs if pair[1]), paragraphs=notice)


def _attendance(facts: Facts) -> Part:
    pairs = [(_when_counted(each), number(each.people)) for each in facts.counted]
    pairs.append(("Ausgegebene Stimmkarten", number(facts.voting_cards)))
    if facts.guest_cards:
        pairs.append(("Ausgegebene Gästekarten", number(facts.guest_cards)))
    nobody = () if facts.counted else ("Die Personen im Saal wurden nicht gezählt.",)
    return Part("anwesenheit", "Anwesenheit und Stimmkarten", pairs=tuple(pairs), paragraphs=nobody)


def _when_counted(counted_people: Counted) -> str:
    at = counted_people.at
    return f"Gezählte Personen um {clock_time(at)}" if at else "Gezählte Personen"


def _agenda(facts: Facts) -> Iterable[Part]:
    if not facts.items:
        return
    yield Part("tagesordnung", "Verlauf", paragraphs=("Behandelt in der Reihenfolge der Tagesordnung.",))
    for item in facts.items:
        voted = [poll for poll in facts.polls if poll.item_id == item.id and not poll.is_practice]
        yield Part(
            f"punkt-{item.id}",
            f"{item.number} · {item.title}" if item.number else item.title,
            level=2,
            paragraphs=(_treated(item), *_voted(voted)),
        )


def _treated(item: ItemFacts) -> str:
    outcome = ITEM_OUTCOMES.get(item.outcome, item.outcome)
    if not item.spells:
        return f"{outcome[0].upper()}{outcome[1:]}."
    return f"{', '.join(_from_to(spell) for spell in item.spells)}: {outcome}."


def _voted(polls: list[PollFacts]) -> tuple[str, ...]:
    if not polls:
        return ()
    named = [str(poll.number) for poll in polls]
    together = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} und {named[-1]}"
    return (f"{'Abstimmung' if len(named) == 1 else 'Abstimmungen'} dazu: Frage {together}.",)


def _notices(facts: Facts) -> Iterable[Part]:
    if facts.notices:
        points = tuple(f"{clock_time(each.at)}: {each.text}" for each in facts.notices)
        yield Part("mitteilungen", "Mitteilungen an den Saal", points=points)


def _speech(speech: SpeechFacts) -> Iterable[Part]:
    if speech.speakers:
        total = f"{counted(speech.speakers, 'Wortmeldung', 'Wortmeldungen')}, zusammen {_minutes(speech.seconds)}."
        points = tuple(f"{name}: {_minutes(seconds)}" for name, seconds in speech.groups)
        yield Part("wortmeldungen", "Wortmeldungen", paragraphs=(total,), points=points)


def _minutes(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02} Minuten"


def _questions(questions: tuple[QuestionFacts, ...]) -> Iterable[Part]:
    if questions:
        points = tuple(_question(each) for each in questions)
        yield Part("fragen", "Fragen aus dem Saal", points=points)


def _question(question: QuestionFacts) -> str:
    outcome = QUESTION_OUTCOMES.get(question.outcome, question.outcome)
    if question.answer:
        outcome = "schriftlich beantwortet"
    elif question.due_on:
        outcome += f", bis {date_text(question.due_on)}"
    if question.answered_by:
        outcome += f" ({question.answered_by})"
    answer = f" Antwort: {question.answer}" if question.answer else ""
    return f"„{question.text}“ – {outcome}.{answer}"


def _incidents(facts: Facts) -> Part:
    points = [f"{clock_time(each.at)}: {each.text}" for each in facts.incidents]
    points += [f"Frage {poll.number}: {said}" for poll in facts.polls for said in _unusual(poll)]
    return Part("vorkommnisse", "Vorkommnisse", points=tuple(points), paragraphs=() if points else ("Keine.",))


def _unusual(poll: PollFacts) -> Iterable[str]:
    paper = poll.paper
    if poll.state == "cancelled":
        yield f"abgebrochen. Grund: {poll.end_reason}"
    if poll.state == "void":
        yield f"für ungültig erklärt. Grund: {poll.end_reason}"
    if poll.result and poll.result.refused_duplicates:
        tries = counted(poll.result.refused_duplicates, "zweiter Versuch", "zweite Versuche")
        yield f"{tries} mit schon benutzten Karten, nicht gezählt."
    if paper.decided_by_people:
        yield f"{counted(paper.decided_by_people, 'Zettel', 'Zettel')} von Menschen gelesen und entschieden."
    if paper.rejected:
        yield f"{counted(paper.rejected, 'Zettel', 'Zettel')} abgewiesen, nicht gezählt."
    if paper.typed_in:
        yield f"{counted(paper.typed_in, 'Stapel', 'Stapel')} ohne Scanner zu zweit eingegeben."
    for reason in paper.discarded:
        yield f"Scan verworfen und wiederholt: {reason}"


def _log(facts: Facts) -> Part:
    heading = "Prüfsumme des öffentlichen Protokolls"
    if facts.log is None:
        return Part(LOG, heading, paragraphs=("Das Protokoll hat diese Versammlung noch nicht aufgenommen.",))
    log = facts.log
    said = (
        "So stand das öffentliche Protokoll nach dem Schluss der Versammlung. Wer diese Zeilen aufhebt, kann später "
        "prüfen, dass seitdem nichts geändert wurde."
    )
    pairs = (
        ("Protokoll", log.origin),
        ("Einträge", number(log.size)),
        ("Prüfsumme", log.root),
        ("zum Vorlesen", log.read_aloud),
        ("Schlüssel", log.vkey),
    )
    return Part(LOG, heading, pairs=pairs, paragraphs=(said,))


def _from_to(spell: Spell) -> str:
    if spell.ended_at is None:
        return f"ab {clock_time(spell.began_at)}"
    return f"{clock_time(spell.began_at)} bis {clock_time(spell.ended_at)}"
