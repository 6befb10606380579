"""The report of a rehearsal as sentences, rows and charts. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from moderation.desk.words import EQUATIONS
from moderation.rehearsal.advice import Advice, advise
from moderation.rehearsal.charts import Chart, bars
from moderation.rehearsal.tongue import Tongue

Json = dict[str, Any]

CHANNELS = ("phone", "kiosk", "paper")


@dataclass(frozen=True, slots=True)
class Cell:
    """A counted number beside the expected one."""

    counted: int
    expected: int

    @property
    def is_same(self) -> bool:
        """Whether they agree."""
        return self.counted == self.expected


@dataclass(frozen=True, slots=True)
class Row:
    """One poll: its channels, invalid sheets, second attempts, all ballots."""

    question: str
    channels: tuple[Cell, ...]
    invalid: Cell
    refused: Cell
    total: Cell
    differences: tuple[str, ...]
    equations: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    is_ok: bool
    title: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything the report shows, in its order."""

    is_ok: bool
    verdict: str
    title: str
    began_at: datetime
    cards: int
    polls: int
    sheets: int
    with_chaos: bool
    with_paper: bool
    rows: tuple[Row, ...]
    advice: tuple[Advice, ...]
    checks: tuple[Check, ...]
    waits: Chart
    waits_line: str
    joins: Chart
    acks: Chart
    acks_line: str
    rounds: tuple[tuple[str, str, str, str], ...]

    @property
    def same(self) -> int:
        """How many polls agree."""
        return sum(not row.differences for row in self.rows)


def sheet_of(report: Json, say: Tongue) -> Sheet:
    """Return the readable form of a report."""
    rows = tuple(_row(poll, say) for poll in report["polls"])
    figures = report["phones"]
    return Sheet(
        is_ok=report["ok"],
        verdict=_verdict(report, rows, say),
        title=report["title"],
        began_at=datetime.fromisoformat(report["began_at"]),
        cards=report["cards"],
        polls=len(rows),
        sheets=sum(row.channels[CHANNELS.index("paper")].counted for row in rows),
        with_chaos=report["chaos"] is not None,
        with_paper=report["with_paper"],
        rows=rows,
        advice=tuple(advise(report, say)),
        checks=tuple(_checks(report, rows, say)),
        waits=bars(_waits(figures["ack_histogram"], say)),
        waits_line=_common_and_slow(figures["ack"], say),
        joins=bars(_steps(figures["joins"], say)),
        acks=bars(_steps(figures["acks"], say)),
        acks_line=_common_and_slow(figures["opening"], say),
        rounds=tuple(
            (
                one["question"],
                say.seconds(one["opening"]["p99_ms"]),
                say.seconds(one["ack"]["p50_ms"]),
                say.seconds(one["ack"]["p99_ms"]),
            )
            for one in figures["rounds"]
        ),
    )


def _verdict(report: Json, rows: tuple[Row, ...], say: Tongue) -> str:
    """Say in one sentence whether the evening may come."""
    cast, wrong = sum(row.total.counted for row in rows), sum(bool(row.differences) for row in rows)
    if report["ok"]:
        text = say.gettext("Bestanden: Alle %(n)s Stimmen sind gezählt, keine fehlt, keine ist doppelt.")
        return text % {"n": say.number(cast)}
    if wrong:
        text = say.gettext("Nicht bestanden: Bei %(n)s von %(all)s Abstimmungen stimmen die Zahlen nicht.")
        return text % {"n": wrong, "all": len(rows)}
    return say.gettext(
        "Nicht bestanden: Die Zahlen stimmen, aber nicht alles andere. Was, steht unter „Vor dem Abend“."
    )


def _row(poll: Json, say: Tongue) -> Row:
    counted, expected = poll["counted"], poll["expected"]
    ballots = expected["ballots"]
    return Row(
        question=poll["question"],
        channels=tuple(Cell(counted["by_channel"].get(name, 0), ballots.get(name, 0)) for name in CHANNELS),
        invalid=Cell(counted["invalid"], expected["invalid"]),
        refused=Cell(counted["rejected_duplicates"], expected["rejected_duplicates"]),
        total=Cell(counted["ballots"], sum(ballots.values())),
        differences=tuple(poll["differences"]),
        equations=tuple(
            (f"{say.gettext(EQUATIONS.get(each['name'], each['name']))} {_sum(each)}", each["holds"])
            for each in counted["equations"]
        ),
    )


def _sum(equation: Json) -> str:
    left, right = ([term["n"] for term in equation[side]] for side in ("left", "right"))
    sign = "≤" if equation["relation"] == "at_most" else "="
    return f"{_terms(left)} {sign} {_terms(right)}" if equation["holds"] else f"{_terms(left)} ≠ {_terms(right)}"


def _terms(numbers: list[int]) -> str:
    text = " + ".join(str(number) for number in numbers) or "0"
    return text.replace("+ -", "− ")


def _checks(report: Json, rows: tuple[Row, ...], say: Tongue) -> Iterator[Check]:
    figures, polls = report["phones"], report["polls"]
    acknowledged = sum(poll["acknowledged"] for poll in polls)
    opened = sum(poll["openings"] or 0 for poll in polls)
    yield Check(
        not any(poll["differences"] for poll in polls),
        say.gettext("Keine Stimme verloren, keine doppelt"),
        say.gettext("%(acks)s bestätigt auf Handy und Kiosk, jede einmal unter %(n)s offengelegten gefunden")
        % {"acks": say.number(acknowledged), "n": say.number(opened)},
    )
    yield Check(
        figures["missed_events"] == figures["drops"] == figures["wrong_codes"] == 0,
        say.gettext("Jedes Handy sah jede Frage und die eigene Prüfnummer"),
        say.gettext("%(n)s Handys, %(joins)s in der Sekunde eingelassen")
        % {"n": say.number(figures["phones"]), "joins": say.number(round(figures["joins_per_s"]))},
    )
    yield from _chaos_checks(report, say)
    holds = [is_held for row in rows for _, is_held in row.equations]
    yield Check(all(holds), say.gettext("%(ok)s von %(n)s Gleichungen gehen auf") % {"ok": sum(holds), "n": len(holds)})
    log = report["log"]
    yield Check(
        bool(log and log["ok"]),
        say.gettext("Protokoll nachgerechnet"),
        say.gettext("Einträge der Probe bleiben darin stehen"),
    )
    yield Check(figures["sockets_left_open"] == 0, say.gettext("Alle Verbindungen beendet"))


def _chaos_checks(report: Json, say: Tongue) -> Iterator[Check]:
    figures, chaos = report["phones"], report["chaos"]
    if chaos is None:
        return
    storms = figures["storms_s"]
    yield Check(
        figures["drops"] == 0,
        say.ngettext("Netz %(n)s-mal für alle getrennt", "Netz %(n)s-mal für alle getrennt", len(storms))
        % {"n": len(storms)},
        say.gettext("alle nach höchstens %(s)s s wieder da, %(retries)s Stimmen noch einmal geschickt")
        % {"s": say.seconds(1_000 * max(storms, default=0)), "retries": say.number(figures["retries"])},
    )
    mischief = figures["mischief"]
    named = {"cut": mischief.get("cut_halfway", 0) + mischief.get("cut_waiting", 0), "tab": mischief.get("tab", 0)}
    named |= {"twice": mischief.get("twice", 0) + mischief.get("repeat", 0) + mischief.get("late", 0)}
    yield Check(
        figures["drops"] == 0,
        say.gettext("Störungen ausgehalten"),
        say.gettext(
            "%(cut)s mitten in der Stimme getrennt, %(twice)s doppelt geschickt, %(tab)s Karten in zwei Fenstern"
        )
        % {name: say.number(number) for name, number in named.items()},
    )
    if chaos["restarts"]:
        yield Check(figures["drops"] == 0, say.gettext("Server während der Abstimmung neu gestartet"))


def _waits(histogram: list[Json], say: Tongue) -> list[tuple[str, int]]:
    last = next(each["up_to_ms"] for each in reversed(histogram) if each["up_to_ms"])
    over = f"> {_short(last, say)}"
    return [(over if each["up_to_ms"] is None else _short(each["up_to_ms"], say), each["n"]) for each in histogram]


def _steps(series: Json, say: Tongue) -> list[tuple[str, int]]:
    step_ms = 1_000 * series["step_s"]
    return [(_short(step_ms * (place + 1), say), number) for place, number in enumerate(series["n"])]


def _short(milliseconds: float, say: Tongue) -> str:
    """Write the end of a bar's span."""
    return f"{say.number(round(milliseconds / 1_000, 2))} s"


def _common_and_slow(spread: Json, say: Tongue) -> str:
    text = say.gettext("üblich %(p50)s s, langsamste 1 von 100: höchstens %(p99)s s")
    return text % {"p50": say.seconds(spread["p50_ms"]), "p99": say.seconds(spread["p99_ms"])}
