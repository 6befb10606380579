"""What to improve before the evening: rules that turn figures into advice. Pure.

Guarantees: every rule names its figure; what stops an evening comes first; a flawless rehearsal gets no advice but
what was not rehearsed. Source: docs/operations/rehearsal.md lists the same rules and limits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from moderation.rehearsal.tongue import Tongue

Json = dict[str, Any]

OPENING_MS = 1_000
ACK_MS = 1_000
REVIEWED_SHARE = 0.03


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to do: what was seen, and what helps. `is_grave`: do not begin the evening like this."""

    icon: str
    title: str
    detail: str
    is_grave: bool = False


def advise(report: Json, say: Tongue) -> list[Advice]:
    """Return what to do before the evening, grave things first."""
    found = [advice for rule in _RULES for advice in rule(report, say)]
    return sorted(found, key=lambda advice: not advice.is_grave)


def _numbers(report: Json, say: Tongue) -> Iterator[Advice]:
    wrong = sum(bool(poll["differences"]) for poll in report["polls"])
    if wrong:
        title = say.ngettext(
            "Bei %(n)s Abstimmung stimmen die Zahlen nicht", "Bei %(n)s Abstimmungen stimmen die Zahlen nicht", wrong
        )
        detail = say.gettext("Beginnen Sie die Versammlung so nicht. Geben Sie diesen Bericht an die Technik.")
        yield Advice("stop", title % {"n": say.number(wrong)}, detail, is_grave=True)


def _phones_lost(report: Json, say: Tongue) -> Iterator[Advice]:
    figures = report["phones"]
    lost = figures["drops"] + figures["wrong_codes"] + figures["missed_events"]
    if lost:
        title = say.gettext("Handys bekamen keine oder eine falsche Antwort")
        detail = say.gettext(
            "%(drops)s gaben auf, %(codes)s Prüfnummern waren falsch, %(missed)s Nachrichten fehlten. "
            "Proben Sie noch einmal; bleibt es so, stimmen Sie auf Papier ab."
        )
        named = {"drops": figures["drops"], "codes": figures["wrong_codes"], "missed": figures["missed_events"]}
        said = {name: say.number(number) for name, number in named.items()}
        yield Advice("phone", title, detail % said, is_grave=True)


def _open_ends(report: Json, say: Tongue) -> Iterator[Advice]:
    left = report["phones"]["sockets_left_open"]
    if left:
        title = say.ngettext("%(n)s Verbindung endete nicht", "%(n)s Verbindungen endeten nicht", left)
        detail = say.gettext(
            "Am Ende des Abends sollten alle aufgelegt haben. Geben Sie diesen Bericht an die Technik."
        )
        yield Advice("link", title % {"n": say.number(left)}, detail, is_grave=True)


def _log(report: Json, say: Tongue) -> Iterator[Advice]:
    if not (report["log"] and report["log"]["ok"]):
        title = say.gettext("Das Protokoll ließ sich nicht nachrechnen")
        detail = say.gettext("Die Befunde stehen unter /protokoll. Klären Sie sie vor dem Abend mit der Technik.")
        yield Advice("shield", title, detail, is_grave=True)


def _slow_joins(report: Json, say: Tongue) -> Iterator[Advice]:
    slow = report["phones"]["slow_phones"]
    if slow:
        title = say.ngettext(
            "WLAN: %(n)s Handy brauchte über 2 s in den Saal", "WLAN: %(n)s Handys brauchten über 2 s in den Saal", slow
        )
        detail = say.gettext(
            "Proben Sie noch einmal vom Platz in der letzten Reihe. Ist es nur dort langsam, fehlt dort ein Sender. "
            "Sonst zeigen Sie den Code schon beim Einlass, dann kommen nicht alle auf einmal."
        )
        yield Advice("wifi", title % {"n": say.number(slow)}, detail)


def _slow_opening(report: Json, say: Tongue) -> Iterator[Advice]:
    wait = report["phones"]["opening"]["p99_ms"]
    if wait > OPENING_MS:
        title = say.gettext("Auf manchen Handys ging die Frage erst nach %(s)s s auf") % {"s": say.seconds(wait)}
        detail = say.gettext("Lesen Sie die Frage nach dem Öffnen laut vor, bevor Sie zum Abstimmen auffordern.")
        yield Advice("clock", title, detail)


def _slow_acks(report: Json, say: Tongue) -> Iterator[Advice]:
    wait = report["phones"]["ack"]["p99_ms"]
    if wait > ACK_MS:
        title = say.gettext("Manche warteten %(s)s s auf ihre Bestätigung") % {"s": say.seconds(wait)}
        detail = say.gettext(
            "Keine Stimme ging verloren. Lassen Sie jede Abstimmung eine Minute länger offen und schließen Sie erst "
            "nach der letzten Aufforderung."
        )
        yield Advice("clock", title, detail)


def _own_breaks(report: Json, say: Tongue) -> Iterator[Advice]:
    breaks = report["phones"]["reconnects"]
    if breaks and report["chaos"] is None:
        title = say.ngettext("Das Netz brach %(n)s-mal von selbst ab", "Das Netz brach %(n)s-mal von selbst ab", breaks)
        detail = say.gettext("Die Handys kamen wieder. Prüfen Sie Sender und Kabel, ehe der Saal voll ist.")
        yield Advice("wifi-off", title % {"n": say.number(breaks)}, detail)


def _doubtful_sheets(report: Json, say: Tongue) -> Iterator[Advice]:
    sheets = sum(poll["counted"]["by_channel"].get("paper", 0) for poll in report["polls"])
    reviewed = sum(poll["reviewed"] for poll in report["polls"])
    if reviewed and reviewed >= REVIEWED_SHARE * sheets:
        title = say.ngettext("%(n)s Blatt musste geprüft werden", "%(n)s Blätter mussten geprüft werden", reviewed)
        detail = say.gettext("Legen Sie dunkle Stifte aus, keine Bleistifte.")
        yield Advice("paper", title % {"n": say.number(reviewed)}, detail)


def _no_paper(report: Json, say: Tongue) -> Iterator[Advice]:
    if not report["with_paper"]:
        title = say.gettext("Papier wurde nicht geprobt")
        detail = say.gettext("Drucken und scannen Sie einmal von Hand, oder proben Sie mit „machmit rehearse“.")
        yield Advice("paper", title, detail)


def _no_chaos(report: Json, say: Tongue) -> Iterator[Advice]:
    if report["chaos"] is None:
        title = say.gettext("Geprobt wurde ohne Störungen")
        detail = say.gettext("Proben Sie noch einmal mit Störungen: Netz weg, doppelt getippt, zu spät.")
        yield Advice("warning", title, detail)


def _left_out(report: Json, say: Tongue) -> Iterator[Advice]:
    left = len(report["left_out"])
    if left:
        title = say.ngettext("%(n)s Frage wurde nicht geprobt", "%(n)s Fragen wurden nicht geprobt", left)
        detail = say.gettext("Auf Papier allein stimmen: %(questions)s")
        yield Advice("paper", title % {"n": say.number(left)}, detail % {"questions": " · ".join(report["left_out"])})


_RULES: tuple[Callable[[Json, Tongue], Iterator[Advice]], ...] = (
    _numbers,
    _phones_lost,
    _open_ends,
    _log,
    _slow_joins,
    _slow_opening,
    _slow_acks,
    _own_breaks,
    _doubtful_sheets,
    _no_paper,
    _left_out,
    _no_chaos,
)
