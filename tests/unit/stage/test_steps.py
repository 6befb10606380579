"""What comes next on the console, from states alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.meetings.screens import RevealStep
from backend.paper.facts import PaperNumbers
from backend.paper.types import Ledger, SheetStatus
from backend.polls.types import PollState
from moderation.stage.steps import Deed, Stop, Wait, current_poll, evening_step, next_step, stop_of
from moderation.stage.timetable import delay_minutes, ends_at, lines_of

NOW = datetime(2027, 3, 11, 18, 30, tzinfo=UTC)
Json = dict[str, Any]


def poll(
    state: str, *, name: str = "p", opened: str | None = None, last_call: str | None = None, practice: bool = False
) -> Json:
    """Return what the rules read of a poll."""
    grace = (NOW + timedelta(seconds=3)).isoformat()
    return {
        "id": name,
        "state": state,
        "practice": practice,
        "opened_at": opened,
        "last_call_ends_at": last_call,
        "grace_ends_at": grace,
        "agenda_item": None,
        "grade": "open",
        "on_paper": False,
        "result": None,
    }


def paper(*, redeemed: int = 0, counted: int = 0, missing: int = 0, open_batches: int = 0) -> PaperNumbers:
    """Return the paper of a poll."""
    return PaperNumbers(
        ledger=Ledger(printed=50, issued=redeemed, missing=missing),
        redeemed=redeemed,
        hand_counted=counted,
        by_status=dict.fromkeys(SheetStatus, 0),
        unknown_serials=0,
        valid=0,
        invalid=0,
        blank=0,
        batches=open_batches,
        open_batches=open_batches,
    )


@pytest.mark.parametrize(
    ("state", "deed", "stop"),
    [
        ("draft", Deed.READY, None),
        ("ready", Deed.OPEN, Stop.READY),
        ("open", Deed.LAST_CALL, Stop.OPEN),
        ("closing", Deed.END, Stop.CLOSED),
        ("closed", Deed.SEAL, Stop.PAPER),
        ("counting", Deed.SEAL, Stop.PAPER),
        ("sealed", Deed.SHOW_QUESTION, Stop.SHOWN),
        ("revealed", Deed.PUBLISH, Stop.SHOWN),
        ("published", None, Stop.SHOWN),
        ("cancelled", Deed.REPEAT, None),
        ("void", Deed.REPEAT, None),
        ("no_result", Deed.REPEAT, None),
    ],
)
def test_every_state_has_its_one_step(state: str, deed: Deed | None, stop: Stop | None) -> None:
    assert next_step(poll(state), NOW, None).deed is deed
    assert stop_of(poll(state)) is stop
    assert PollState(state)


def test_open_poll_after_the_last_call_is_closed_next() -> None:
    called = poll("open", last_call=NOW.isoformat())
    assert next_step(called, NOW, None).deed is Deed.CLOSE
    assert stop_of(called) is Stop.LAST_CALL


def test_closing_waits_for_ballots_in_flight() -> None:
    assert next_step(poll("closing"), NOW, None).wait is Wait.GRACE
    assert next_step(poll("closing"), NOW + timedelta(seconds=4), None).wait is None


@pytest.mark.parametrize(
    ("numbers", "wait"),
    [
        (paper(), None),
        (paper(redeemed=3, counted=3), None),
        (paper(redeemed=3, counted=2, missing=1), None),
        (paper(redeemed=3, counted=2), Wait.SHEETS),
        (paper(redeemed=3, counted=3, open_batches=1), Wait.BATCHES),
    ],
)
def test_counting_waits_for_paper(numbers: PaperNumbers, wait: Wait | None) -> None:
    assert next_step(poll("closed"), NOW, numbers).wait is wait


@pytest.mark.parametrize(
    ("state", "shown", "deed"),
    [
        ("sealed", None, Deed.SHOW_QUESTION),
        ("sealed", RevealStep.QUESTION, Deed.SHOW_TURNOUT),
        ("sealed", RevealStep.TURNOUT, Deed.SHOW_BARS),
        ("revealed", RevealStep.BARS, Deed.SHOW_CHANNELS),
        ("revealed", RevealStep.BARS_AT_ONCE, Deed.SHOW_CHANNELS),
        ("revealed", RevealStep.CHANNELS, Deed.PUBLISH),
        ("revealed", None, Deed.PUBLISH),
    ],
)
def test_result_is_shown_step_by_step(state: str, shown: RevealStep | None, deed: Deed) -> None:
    counted = poll(state) | {"result": {"by_channel": {"phone": {}, "kiosk": {}}}}
    assert next_step(counted, NOW, None, shown).deed is deed


def test_channels_that_are_withheld_are_no_step() -> None:
    counted = poll("revealed") | {"result": {"by_channel": None}}
    assert next_step(counted, NOW, None, RevealStep.BARS).deed is Deed.PUBLISH


def test_poll_on_paper_is_collected_before_it_is_counted() -> None:
    step = next_step(poll("closed") | {"on_paper": True}, NOW, paper(redeemed=3, counted=1))
    assert (step.deed, step.wait) == (Deed.COLLECT, None)


def test_provisional_result_is_offered_once_and_only_for_open_votes() -> None:
    out = paper(redeemed=3, counted=1)
    assert Deed.PROVISIONAL in next_step(poll("closed"), NOW, out).others
    assert Deed.PROVISIONAL not in next_step(poll("closed") | {"result": {}, "grade": "secret"}, NOW, out).others


def test_ways_out_follow_the_states_of_a_poll() -> None:
    assert next_step(poll("open"), NOW, None).others == (Deed.CLOSE, Deed.CANCEL)
    assert next_step(poll("sealed"), NOW, None).others == (Deed.REVEAL, Deed.NO_RESULT, Deed.VOID)
    assert next_step(poll("draft"), NOW, None).others == ()


def test_console_is_about_what_people_vote_on() -> None:
    polls = [poll("published", name="a", opened="1"), poll("ready", name="b"), poll("open", name="c", opened="2")]
    found = current_poll({"polls": polls})
    assert found is polls[2]
    assert current_poll({"polls": polls}, "b") is polls[1]
    assert current_poll({"polls": polls[:2]}) is polls[1]
    assert current_poll({"polls": polls[:1]}) is polls[0]
    assert current_poll({"polls": []}) is None


def evening(state: str = "running", *, begun: int = 0, polls: list[Json] | None = None) -> Json:
    """Return an evening of two points of twenty minutes that began at six; the first begun so late."""
    start = datetime(2027, 3, 11, 18, 0, tzinfo=UTC)
    late = (start + timedelta(minutes=begun)).isoformat()
    items = [
        {"id": "i1", "no": "1", "title": {"de": "Eins"}, "minutes": 20, "state": "active", "started_at": late},
        {"id": "i2", "no": "2", "title": {"de": "Zwei"}, "minutes": 20, "state": "planned", "started_at": None},
    ]
    meeting = {"state": state, "active_item": "i1", "starts_at": start.isoformat()}
    return {"meeting": meeting, "agenda": items, "polls": polls or []}


@pytest.mark.parametrize(
    ("state", "to"), [("draft", "published"), ("published", "checkin"), ("checkin", "running"), ("paused", "running")]
)
def test_evening_goes_phase_by_phase(state: str, to: str) -> None:
    assert evening_step(evening(state)).to == to


def test_evening_goes_on_with_the_next_point_and_closes_after_the_last() -> None:
    running = evening()
    assert evening_step(running).item == running["agenda"][1]
    running["agenda"][1]["state"] = "done"
    assert evening_step(running).to == "closed"
    running["polls"] = [poll("open")]
    step = evening_step(running)
    assert (step.to, step.item) == (None, None)


@pytest.mark.parametrize(("begun", "minutes"), [(4, 4), (1, 0), (-10, -10)])
def test_delay_is_told_from_two_minutes_on(begun: int, minutes: int) -> None:
    assert delay_minutes(evening(begun=begun)) == minutes


def test_timetable_moves_with_the_clock_and_keeps_polls_at_their_point() -> None:
    lines = lines_of(evening(begun=4, polls=[poll("ready")]), NOW)
    assert lines[0].starts_at == datetime(2027, 3, 11, 18, 4, tzinfo=UTC)
    assert lines[1].starts_at == NOW
    assert [line.is_next for line in lines] == [False, True]
    assert len(lines[0].polls) == 1


def test_practice_poll_ends_when_it_is_shown_and_gives_way_to_the_first_question() -> None:
    shown = poll("revealed", name="probe", opened=NOW.isoformat(), practice=True)
    real = poll("ready", name="frage")
    assert next_step(shown, NOW, None).deed is None
    assert next_step(poll("sealed", practice=True), NOW, None).deed is Deed.SHOW_QUESTION
    assert current_poll({"polls": [shown, real]}) == real


def test_postponed_point_takes_no_time() -> None:
    whole, shorter = evening(begun=0), evening(begun=0)
    shorter["agenda"][1]["state"] = "postponed"
    assert ends_at(whole, NOW) - ends_at(shorter, NOW) == timedelta(minutes=20)
    assert delay_minutes(shorter) == delay_minutes(whole)
