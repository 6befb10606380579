"""Which screen follows from a live state."""

from __future__ import annotations

from typing import Any

import pytest

from backend.meetings.screens import RevealStep, Screen, answers_of, may_show_step, reveal_step, shown_to_hall
from backend.polls.types import PollState

Json = dict[str, Any]


def poll(name: str, state: str, *, opened: str | None = None, item: str | None = "i1") -> Json:
    """Return what the rule reads of a poll."""
    return {"id": name, "state": state, "opened_at": opened, "agenda_item": item, "type": "yesno", "options": []}


def hall(*polls: Json, state: str = "running", screen: Json | None = None, questions: list[Json] | None = None) -> Json:
    """Return what the rule reads of a live state."""
    meeting = {"state": state, "screen": screen or {"show": "auto"}, "active_item": "i1"}
    return {"meeting": meeting, "polls": list(polls), "questions": questions or [], "speakers": {"now": None}}


@pytest.mark.parametrize(
    ("state", "screen"),
    [
        ("ready", Screen.READY),
        ("open", Screen.OPEN),
        ("closing", Screen.OPEN),
        ("closed", Screen.CLOSED),
        ("counting", Screen.CLOSED),
        ("sealed", Screen.CLOSED),
        ("revealed", Screen.RESULT),
        ("published", Screen.RESULT),
        ("cancelled", Screen.ENDED),
        ("void", Screen.ENDED),
        ("no_result", Screen.ENDED),
    ],
)
def test_poll_of_the_active_point_gives_its_screen(state: str, screen: Screen) -> None:
    opened = None if state == "ready" else "2027-03-11T19:00"
    assert shown_to_hall(hall(poll("p", state, opened=opened))).screen is screen


@pytest.mark.parametrize(
    ("state", "screen"),
    [
        ("draft", Screen.JOIN),
        ("checkin", Screen.JOIN),
        ("running", Screen.AGENDA),
        ("paused", Screen.PAUSE),
        ("closed", Screen.OVER),
    ],
)
def test_meeting_without_polls_gives_its_screen(state: str, screen: Screen) -> None:
    assert shown_to_hall(hall(state=state)).screen is screen


def test_draft_is_never_shown() -> None:
    assert shown_to_hall(hall(poll("p", "draft"), screen={"show": "poll", "poll": "p"})).screen is Screen.AGENDA


def test_open_poll_wins_over_an_older_result() -> None:
    older, newer = poll("p", "revealed", opened="1"), poll("q", "open", opened="2")
    shown = shown_to_hall(hall(older, newer))
    assert (shown.screen, shown.number) == (Screen.OPEN, 2)


def test_result_stays_until_the_next_point() -> None:
    assert shown_to_hall(hall(poll("p", "revealed", opened="1"), poll("q", "ready"))).screen is Screen.RESULT
    assert shown_to_hall(hall(poll("p", "revealed", opened="1", item="i0"), poll("q", "ready"))).screen is Screen.READY


def test_question_on_stage_is_shown_between_polls() -> None:
    shown = shown_to_hall(hall(questions=[{"id": "f", "state": "visible"}, {"id": "g", "state": "on_stage"}]))
    assert (shown.screen, shown.question) == (Screen.QUESTION, {"id": "g", "state": "on_stage"})


def test_speaker_is_shown_beside_a_result_but_not_over_an_open_poll_or_a_pause() -> None:
    speaking = {"speakers": {"now": {"no": 7}}}
    question = [{"id": "g", "state": "on_stage"}]
    assert shown_to_hall(hall(questions=question) | speaking).screen is Screen.TALK
    assert shown_to_hall(hall(poll("p", "revealed", opened="1")) | speaking).screen is Screen.TALK
    assert shown_to_hall(hall(poll("p", "open", opened="1")) | speaking).screen is Screen.OPEN
    assert shown_to_hall(hall(state="paused") | speaking).screen is Screen.PAUSE


@pytest.mark.parametrize("show", ["black", "join", "checksum"])
def test_choice_of_the_host_stays(show: str) -> None:
    assert shown_to_hall(hall(poll("p", "open", opened="1"), screen={"show": show})).screen == show


def test_chosen_poll_is_shown_in_its_state() -> None:
    polls = poll("p", "revealed", opened="1"), poll("q", "open", opened="2")
    shown = shown_to_hall(hall(*polls, screen={"show": "poll", "poll": "p"}))
    assert (shown.screen, shown.number) == (Screen.RESULT, 1)


@pytest.mark.parametrize(
    ("state", "step", "screen"),
    [
        ("sealed", "question", Screen.REVEAL),
        ("sealed", "turnout", Screen.REVEAL),
        ("revealed", "turnout", Screen.RESULT),
        ("revealed", "bars", Screen.RESULT),
        ("void", "bars", Screen.ENDED),
    ],
)
def test_result_step_by_step_gives_its_screen(state: str, step: str, screen: Screen) -> None:
    shown = shown_to_hall(hall(poll("p", state, opened="1"), screen={"show": "poll", "poll": "p", "step": step}))
    assert shown.screen is screen
    assert shown.step == (step if screen is not Screen.ENDED else None)


def test_steps_of_a_result_go_one_way() -> None:
    assert may_show_step(RevealStep.TURNOUT, PollState.SEALED, RevealStep.QUESTION)
    assert not may_show_step(RevealStep.QUESTION, PollState.SEALED, RevealStep.TURNOUT)
    assert not may_show_step(RevealStep.BARS, PollState.SEALED, RevealStep.TURNOUT)
    assert not may_show_step(RevealStep.TURNOUT, PollState.REVEALED, None)
    assert may_show_step(RevealStep.CHANNELS, PollState.PUBLISHED, RevealStep.BARS_AT_ONCE)
    assert reveal_step({"show": "poll", "poll": "q", "step": "bars"}, "p") is None


def test_answers_have_the_letters_of_paper_and_phone() -> None:
    options = [{"id": "x", "de": "Eins"}, {"id": "y", "de": "Zwei"}, {"id": "e", "de": "Enthaltung", "abstain": True}]
    single = answers_of({"type": "single", "options": options})
    assert [answer.letter for answer in single] == ["A", "B", "–"]
    assert single[0].label == {"de": "Eins"}
    assert [answer.letter for answer in answers_of({"type": "yesno", "options": options[:2]})] == ["", ""]
    assert [answer.letter for answer in answers_of({"type": "scale", "options": []})] == list("12345")
