"""A report in words: the verdict, the advice its figures ask for, and a file that needs nothing else."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from backend.kit.clock import FixedClock
from backend.kit.i18n import Catalogue
from backend.web import languages
from moderation.rehearsal.advice import Advice, advise
from moderation.rehearsal.charts import FLOOR, TOP, bars
from moderation.rehearsal.file import render_file
from moderation.rehearsal.sheet import sheet_of
from moderation.rehearsal.tongue import Tongue
from tests.unit.moderation.rehearsal_report import a_report, equation

GERMAN = Tongue.of(languages.GERMAN, Catalogue())
NOW = FixedClock(datetime(2027, 3, 10, 18, 0, tzinfo=UTC))
Bend = Callable[[dict[str, Any]], object]


def titles(report: dict[str, Any]) -> list[str]:
    return [each.title for each in advise(report, GERMAN)]


def test_verdict_of_a_good_evening_says_that_no_ballot_is_missing() -> None:
    sheet = sheet_of(a_report(chaos=True), GERMAN)
    assert sheet.verdict == "Bestanden: Alle 124 Stimmen sind gezählt, keine fehlt, keine ist doppelt."
    assert (sheet.is_ok, sheet.same, sheet.sheets) == (True, 1, 33)
    assert all(check.is_ok for check in sheet.checks)


def test_large_numbers_have_the_separators_of_their_language() -> None:
    report = a_report()
    report["polls"][0]["counted"]["ballots"] = 19_300
    english = Tongue.of(languages.LANGUAGES["en"], Catalogue())
    assert "Alle 19.300 Stimmen" in sheet_of(report, GERMAN).verdict
    assert "Alle 19,300 Stimmen" in sheet_of(report, english).verdict
    assert (GERMAN.seconds(1_640), GERMAN.seconds(66), english.seconds(1_640)) == ("1,6", "0,07", "1.6")


def test_verdict_of_a_difference_counts_the_polls_and_shows_both_numbers() -> None:
    report = a_report(differences=("phone: 76 ≠ 77",))
    report["polls"][0]["counted"]["by_channel"]["phone"] = 76
    sheet = sheet_of(report, GERMAN)
    assert sheet.verdict == "Nicht bestanden: Bei 1 von 1 Abstimmungen stimmen die Zahlen nicht."
    assert not sheet.rows[0].channels[0].is_same
    assert not sheet.checks[0].is_ok


def test_verdict_of_a_lost_phone_is_no_pass_though_the_numbers_agree() -> None:
    report = a_report() | {"ok": False}
    assert sheet_of(report, GERMAN).verdict.startswith("Nicht bestanden: Die Zahlen stimmen")


def test_equation_that_does_not_hold_is_written_as_unequal() -> None:
    report = a_report()
    report["polls"][0]["counted"]["equations"] = [equation("channel", left=77, right=76)]
    sheet = sheet_of(report, GERMAN)
    assert sheet.rows[0].equations == (("Stimmen 77 ≠ 76", False),)
    assert [check.title for check in sheet.checks if not check.is_ok] == ["0 von 1 Gleichungen gehen auf"]


def test_flawless_evening_with_mishaps_is_advised_about_sheets_only() -> None:
    assert titles(a_report(chaos=True)) == ["1 Blatt musste geprüft werden"]


@pytest.mark.parametrize(
    ("bend", "title"),
    [
        (lambda r: r["phones"].update(slow_phones=12), "WLAN: 12 Handys brauchten über 2 s in den Saal"),
        (
            lambda r: r["phones"]["opening"].update(p99_ms=1_500),
            "Auf manchen Handys ging die Frage erst nach 1,5 s auf",
        ),
        (lambda r: r["phones"]["ack"].update(p99_ms=2_345), "Manche warteten 2,3 s auf ihre Bestätigung"),
        (lambda r: (r["phones"].update(reconnects=3), r.update(chaos=None)), "Das Netz brach 3-mal von selbst ab"),
        (lambda r: r.update(with_paper=False), "Papier wurde nicht geprobt"),
        (lambda r: r.update(chaos=None), "Geprobt wurde ohne Störungen"),
    ],
)
def test_figure_beyond_its_limit_becomes_advice(bend: Bend, title: str) -> None:
    report = a_report(chaos=True)
    assert title not in titles(report)
    bend(report)
    assert title in titles(report)


@pytest.mark.parametrize(
    "bend",
    [
        lambda r: r["polls"][0]["differences"].append("phone: 1 ≠ 2"),
        lambda r: r["phones"].update(missed_events=1),
        lambda r: r["phones"].update(sockets_left_open=1),
        lambda r: r["log"].update(ok=False),
    ],
)
def test_what_stops_an_evening_comes_first(bend: Bend) -> None:
    report = a_report()
    bend(report)
    first, *rest = advise(report, GERMAN)
    assert first.is_grave
    assert not any(each.is_grave for each in rest)
    assert isinstance(first, Advice)


def test_bars_reach_from_the_floor_to_the_highest_number() -> None:
    chart = bars([("1 s", 0), ("2 s", 5), ("3 s", 10)])
    assert [bar.height for bar in chart.bars] == [0, (FLOOR - TOP) / 2, FLOOR - TOP]
    assert chart.bars[2].y == TOP
    assert chart.top == 10


def test_chart_without_values_is_empty() -> None:
    assert bars([]).bars == ()


def test_file_needs_nothing_but_itself() -> None:
    page = render_file(a_report(chaos=True), NOW)
    assert "<script" not in page
    assert not re.search(r'(src|href)="|@import|url\((?!"?data:)', page)
    assert " style=" not in page
    [style] = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in page.replace("&#39;", "'")
    assert "Bestanden: Alle 124 Stimmen" in page
    assert page.count('<svg class="mm-chart"') == 3
    assert page.count("Als Tabelle") == 3
