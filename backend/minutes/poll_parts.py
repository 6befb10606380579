"""What minutes say of each poll: how it was voted, what came out, what stayed open. Pure.

Guarantees: numbers per channel only where the public result has them; a poll without a result says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from backend.minutes.types import OpenEquation, Part, PartTable, PollFacts, ResultFacts
from backend.minutes.words import CHANNELS, EQUATIONS, STATUS, TYPES, UNITS, clock_time, counted, number

WITHHELD = (
    "Die Ergebnisse der einzelnen Wege stehen nicht hier: Bei so wenigen Stimmen könnte man sonst sehen, wer wie "
    "abgestimmt hat."
)
_NO_RESULT: Mapping[str, str] = {
    "cancelled": "Abgebrochen und nicht ausgezählt.",
    "void": "Für ungültig erklärt.",
    "no_result": "Ohne Ergebnis beendet.",
    "sealed": "Ausgezählt, aber nicht bekannt gegeben.",
    "ready": "Vorbereitet, aber nicht abgestimmt.",
}


def poll_parts(polls: Sequence[PollFacts]) -> Iterable[Part]:
    """Return a section for all polls and one for each; practice polls are named, not counted."""
    real = [poll for poll in polls if not poll.is_practice]
    practised = len(polls) - len(real)
    if not polls:
        return
    said = [f"Es gab {counted(len(real), 'Abstimmung', 'Abstimmungen')}."] if real else []
    if practised:
        times = counted(practised, "Übungsabstimmung", "Übungsabstimmungen")
        said.append(f"Zum Kennenlernen gab es {times}. Ihre Stimmen zählen nicht und sind gelöscht.")
    yield Part("abstimmungen", "Abstimmungen", paragraphs=tuple(said))
    for poll in real:
        yield _poll_part(poll)


def _poll_part(poll: PollFacts) -> Part:
    result = poll.result
    return Part(
        f"abstimmung-{poll.id}",
        f"Frage {poll.number} · {poll.question}",
        level=2,
        pairs=tuple(_pairs(poll)),
        paragraphs=tuple(_result_words(result) if result else _without_result(poll)),
        points=tuple(_open_points(result)) if result else (),
        table=_table(poll, result) if result and result.totals else None,
    )


def _pairs(poll: PollFacts) -> Iterable[tuple[str, str]]:
    grade = "geheim, nur auf Papier" if poll.grade == "secret" else "offen"
    yield "Art", f"{TYPES.get(poll.type, poll.type)}, {grade}"
    if poll.opened_at:
        until = f" bis {clock_time(poll.closed_at)}" if poll.closed_at else ""
        yield "Abgestimmt", f"{clock_time(poll.opened_at)}{until}"
    if poll.result:
        cards = ", ".join(
            f"{CHANNELS.get(channel, channel)} {number(n)}" for channel, n in poll.result.cards.items() if n
        )
        yield "Berechtigte Karten", number(poll.result.entitled)
        yield "Benutzte Karten", f"{number(poll.result.used)}{f' ({cards})' if cards else ''}"
        yield "Stand", _standing(poll.result)


def _standing(result: ResultFacts) -> str:
    status = STATUS.get(result.status, result.status)
    return f"{status}, von zwei Personen unterschrieben" if result.status == "confirmed" else status


def _result_words(result: ResultFacts) -> Iterable[str]:
    parts = [f"{number(result.valid)} gültig", f"{number(result.invalid)} ungültig", f"{number(result.blank)} leer"]
    yield f"{counted(result.ballots, 'Stimme', 'Stimmen')}: {', '.join(parts)}."
    yield from result.outcome
    if result.withheld:
        yield WITHHELD


def _without_result(poll: PollFacts) -> Iterable[str]:
    yield _NO_RESULT.get(poll.state, "Noch nicht abgeschlossen.")
    if poll.end_reason:
        yield f"Grund: {poll.end_reason}"
    if poll.successor is not None:
        yield f"Wiederholt als Frage {poll.successor}."


def _open_points(result: ResultFacts) -> Iterable[str]:
    for equation in result.open_equations:
        yield f"Eine Gleichung blieb offen: {_equation(equation)}."
    for reason in result.reasons:
        yield f"Trotzdem unterschrieben, mit dieser Begründung: {reason}"


def _equation(equation: OpenEquation) -> str:
    name = EQUATIONS.get(equation.name, equation.name)
    about = f" ({CHANNELS.get(equation.about, equation.about)})" if equation.about else ""
    sign = "+" if equation.difference > 0 else "−"
    return f"{name}{about}, Unterschied {sign}{abs(equation.difference)}"


def _table(poll: PollFacts, result: ResultFacts) -> PartTable:
    channels = result.by_channel or {}
    shown = tuple(channels)
    columns = ("Antwort", *(CHANNELS.get(each, each) for each in shown), "zusammen" if shown else _unit(poll))
    rows = tuple(
        (
            _label(poll, option),
            *(number(channels[channel].get(option, 0)) for channel in shown),
            number(total),
        )
        for option, total in _in_order(poll, result.totals)
    )
    return PartTable(columns, rows, tuple(range(1, len(columns))))


def _unit(poll: PollFacts) -> str:
    return UNITS.get(poll.type, "Stimmen")


def _in_order(poll: PollFacts, totals: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return totals in printed order; what is no option – orders of a ranking, words – by number."""
    known = [(option, totals[option]) for option in poll.labels if option in totals]
    others = [(key, n) for key, n in totals.items() if key not in poll.labels]
    return known + sorted(others, key=lambda each: (-each[1], each[0]))


def _label(poll: PollFacts, key: str) -> str:
    """Return what an option is called; an order such as `b>a=c` is spelt with the names of its options."""
    if key in poll.labels:
        return poll.labels[key]
    if poll.type != "ranking":
        return key
    ranks = [" und ".join(poll.labels.get(option, option) for option in rank.split("=")) for rank in key.split(">")]
    return " vor ".join(ranks)
