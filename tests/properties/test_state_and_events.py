"""State and events: whoever took the state once and followed the events knows what a fresh look would tell."""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from typing_extensions import override

from backend.ballots.redemptions import exchange_for_sheet
from backend.ballots.results import sign_count
from backend.kit.uow import UnitOfWork
from backend.live.frames import Role
from backend.live.news import events_after, tallies
from backend.meetings import live_state
from backend.meetings.actions.agenda import NewItem, next_item
from backend.meetings.actions.agenda_items import add_item, edit_item, move_item, remove_item, set_item
from backend.meetings.actions.captions import keep_captions, switch_captions, write_captions
from backend.meetings.actions.hall import clear_notice, notify_hall, set_stream, show_on_screen
from backend.meetings.actions.meeting import transition_meeting
from backend.meetings.actions.paper import go_back_to_phones, go_on_by_paper
from backend.meetings.actions.questions import (
    NewQuestion,
    answer_in_writing,
    ask_question,
    choose_display,
    defer_question,
    merge_question,
    move_question,
    reject_question,
    upvote_question,
)
from backend.meetings.queries import agenda_of, get_meeting
from backend.meetings.types import Display, ItemState, MeetingState, QuestionState, RejectReason
from backend.polls.actions import call_last
from backend.polls.queries import get_poll
from backend.polls.rules import TRANSITIONS
from backend.polls.types import Channel, PollState
from backend.web.assets import ROOT
from tests.factories import card_key, make_poll
from tests.properties.installation import Installation, Template
from tests.properties.phone_state import VISIBLE, State, applied, counted
from tests.properties.speaking import Speaking
from tests.services import missing

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]  # some hundred transactions, each flushed to the disk

REASON = "Die Frage war missverständlich."
MAX_POLLS = 3
MAX_QUESTIONS = 4
Json = dict[str, Any]


PHONE = """
import { readFileSync } from "node:fs";
import { Hall } from "./backend/web/static/js/ballot/hall.js";
const evenings = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(evenings.map(({ state, messages }) => {
  const phone = new Hall();
  phone.hear({ t: "welcome", card: "none", now: "2027-03-11T18:00:00Z", state }, 0);
  for (const message of messages) phone.hear(message, 0);
  return { ...phone.state, seq: phone.seq };
})));
"""


ROLES = (Role.ATTENDEE, Role.PROJECTOR, Role.MODERATOR)
WORDS = frozenset({"text", "channel", "nickname", "due_on"})


class Hall(Speaking, RuleBasedStateMachine):
    """A host who does anything in any order, and a phone, a wall and a stage that hear of it sooner or later."""

    template: Template
    evenings: list[Json]

    @initialize()
    def join(self) -> None:
        """Take the state once."""
        self.place = Installation(self.template)
        self.meeting_id = self.template.hall.meeting_id
        self.held: dict[Role, State] = {role: self.place.run(self._fresh(role)) for role in ROLES}
        self.evening: Json = {"state": self.held[Role.ATTENDEE], "messages": []}
        self.polls: list[str] = []
        self.questions: list[str] = []

    @rule()
    def hear(self) -> None:
        """Apply everything missed, as a phone does after a break, and compare with a fresh look."""
        for message in self.place.run(self._missed()):
            self.evening["messages"].append(message)
            for role, state in self.held.items():
                self.held[role] = _heard(state, message, role)
        for role, state in self.held.items():
            assert _comparable(state, role) == _comparable(self.place.run(self._fresh(role)), role), role

    @precondition(lambda self: len(self.polls) < MAX_POLLS)
    @rule()
    def add_poll(self) -> None:
        """Draft a question, which the hall does not see yet."""
        poll = self.place.run(make_poll(self.place.rt, self.template.hall, state=PollState.DRAFT))
        self.polls.append(poll.id)

    @precondition(lambda self: self.polls)
    @rule(which=st.integers(0, MAX_POLLS - 1), way=st.integers(0, 9))
    def move_poll(self, which: int, way: int) -> None:
        """Move a poll one step, mostly forwards."""
        self._do(self._move_poll(self.polls[which % len(self.polls)], way))

    @precondition(lambda self: self.polls)
    @rule(which=st.integers(0, MAX_POLLS - 1))
    def call_last(self, which: int) -> None:
        """Begin the last call."""
        self._do(self._call_last(self.polls[which % len(self.polls)]))

    @precondition(lambda self: self.polls)
    @rule(which=st.integers(0, MAX_POLLS - 1), person=st.integers(0, 1))
    def sign(self, which: int, person: int) -> None:
        """Sign a count."""
        self._do(self._sign(self.polls[which % len(self.polls)], self.template.people[person]))

    @precondition(lambda self: self.polls)
    @rule(which=st.integers(0, MAX_POLLS - 1), number=st.integers(0, 7))
    def vote(self, which: int, number: int) -> None:
        """Cast with some card."""
        cast = self.place.rt.desk.cast_with_card(
            self.polls[which % len(self.polls)],
            self.template.hall.cards[number],
            choices=["no"],
            nonce=secrets.token_bytes(32),
            channel=Channel.PHONE,
            request_key=secrets.token_hex(8),
        )
        self._do(cast)

    @precondition(lambda self: self.polls)
    @rule(which=st.integers(0, MAX_POLLS - 1), number=st.integers(0, 7))
    def give_sheet(self, which: int, number: int) -> None:
        """Exchange a card for a sheet."""
        poll, voter = self.polls[which % len(self.polls)], card_key(self.place.rt, self.template.hall.cards[number])
        self._do(self._act(lambda uow: exchange_for_sheet(uow.session, poll, voter)))

    @precondition(lambda self: self.polls)
    @rule(which=st.integers(0, MAX_POLLS - 1))
    def show_provisional(self, which: int) -> None:
        """Show what is counted so far."""
        self._do(self._show_provisional(self.polls[which % len(self.polls)]))

    @rule(is_on=st.booleans())
    def turn_to_paper(self, is_on: bool) -> None:
        """Leave phones behind, or come back to them."""
        self._do(self._turn_to_paper(is_on=is_on))

    @rule(
        target_state=st.sampled_from(
            [
                MeetingState.PAUSED,
                MeetingState.RUNNING,
                MeetingState.CLOSED,
                MeetingState.MINUTED,
                MeetingState.ARCHIVED,
            ]
        )
    )
    def move_meeting(self, target_state: MeetingState) -> None:
        """Pause, go on, close."""
        self._do(self._move_meeting(target_state))

    @rule()
    def next_point(self) -> None:
        """Go on in the agenda, also beyond its end."""
        self._do(self._next_point())

    @rule(which=st.integers(0, 9), deed=st.sampled_from(["add", "edit", "move", "remove", *ItemState]))
    def edit_agenda(self, which: int, deed: str) -> None:
        """Do anything to some point of the agenda."""
        self._do(self._edit_agenda(which, deed))

    @rule(show=st.sampled_from(["auto", "join", "black", "poll"]))
    def choose_screen(self, show: str) -> None:
        """Choose what the wall shows."""
        poll = self.polls[0] if show == "poll" and self.polls else None
        self._do(self._act(lambda uow: show_on_screen(uow, self.meeting_id, show, poll_id=poll)))

    @rule(stands=st.booleans())
    def announce(self, stands: bool) -> None:
        """Say something to everybody, or take it back."""
        say = lambda uow: notify_hall(uow, self.meeting_id, "Gleich geht es weiter.")  # noqa: E731 - beside its pair
        self._do(self._act(say if stands else lambda uow: clear_notice(uow, self.meeting_id)))

    @rule(url=st.sampled_from(["", "https://video.example/saal"]))
    def broadcast(self, url: str) -> None:
        """Name where the evening can be watched, or take it back."""
        self._do(self._act(lambda uow: set_stream(uow, self.meeting_id, url, hosts={"video.example"})))

    @rule(on=st.booleans(), keep=st.booleans())
    def switch_captions(self, on: bool, keep: bool) -> None:
        """Switch the live text."""
        self._do(self._act(lambda uow: switch_captions(uow, self.meeting_id, on=on)))
        self._do(self._act(lambda uow: keep_captions(uow, self.meeting_id, keep=keep)))

    @rule(words=st.integers(1, 60))
    def caption(self, words: int) -> None:
        """Type what is said, more at a time than a screen shows."""
        self.place.clock.advance(timedelta(seconds=1))
        self._do(self._act(lambda uow: write_captions(uow, self.meeting_id, "Marktplatz " * words)))

    @rule(display=st.sampled_from(list(Display)))
    def choose_display(self, display: Display) -> None:
        """Show new questions at once, or after approval."""
        self._do(self._act(lambda uow: choose_display(uow, self.meeting_id, display)))

    @precondition(lambda self: len(self.questions) < MAX_QUESTIONS)
    @rule()
    def ask(self) -> None:
        """Ask from the hall."""
        self._do(self._ask())

    @precondition(lambda self: self.questions)
    @rule(which=st.integers(0, MAX_QUESTIONS - 1), target_state=st.sampled_from(list(QuestionState)))
    def move_question(self, which: int, target_state: QuestionState) -> None:
        """Show a question, hold it back, take it on stage, answer it."""
        question = self.questions[which % len(self.questions)]
        self._do(self._act(lambda uow: move_question(uow, question, target_state)))

    @precondition(lambda self: self.questions)
    @rule(which=st.integers(0, MAX_QUESTIONS - 1), number=st.integers(0, 7))
    def support(self, which: int, number: int) -> None:
        """Support a question."""
        question = self.questions[which % len(self.questions)]
        self._do(self._act(lambda uow: upvote_question(uow, self.meeting_id, question, bytes([number]) * 32)))

    @precondition(lambda self: self.questions)
    @rule(which=st.integers(0, MAX_QUESTIONS - 1), into=st.integers(0, MAX_QUESTIONS - 1), way=st.integers(0, 3))
    def settle_question(self, which: int, into: int, way: int) -> None:
        """Merge a question, refuse it, promise or give an answer."""
        question, other = (self.questions[number % len(self.questions)] for number in (which, into))
        ways: list[Any] = [
            lambda uow: merge_question(uow, question, other),
            lambda uow: reject_question(uow, question, RejectReason.OFF_TOPIC),
            lambda uow: defer_question(uow, question, owner="Bauamt"),
            lambda uow: answer_in_writing(uow, question, "Ja."),
        ]
        self._do(self._act(ways[way]))

    @override
    def teardown(self) -> None:
        """Hear the rest, then close the installation."""
        if hasattr(self, "place"):
            try:
                self.hear()
                self.evenings.append({**self.evening, "fresh": self.place.run(self._fresh(Role.ATTENDEE))})
            finally:
                self.place.close()

    async def _fresh(self, role: Role) -> State:
        async with self.place.rt.work.read() as uow:
            state = await live_state.state(uow.session, self.meeting_id, for_stage=role is Role.MODERATOR)
            fresh: State = json.loads(json.dumps(state))
            return fresh

    async def _missed(self) -> list[dict[str, Any]]:
        """Return the messages a room would send: the events after the phone's number, then the turnout."""
        async with self.place.rt.work.read() as uow:
            events = await events_after(uow.session, self.meeting_id, self.held[Role.ATTENDEE]["seq"])
            latest = await tallies(uow.session, self.meeting_id)
        assert events is not None
        return [json.loads(each.message.payload) for each in events] + [
            json.loads(each.payload) for each in latest.values()
        ]

    async def _move_poll(self, poll_id: str, way: int) -> None:
        rt = self.place.rt
        async with rt.work.write() as uow:
            poll = await get_poll(uow.session, poll_id)
            steps = sorted(TRANSITIONS[poll.state], key=list(PollState).index)
            target = steps[0 if way else -1] if steps else PollState.VOID
            await rt.lifecycle.transition(uow, poll_id, target, version=poll.version, reason=REASON)

    async def _call_last(self, poll_id: str) -> None:
        async with self.place.rt.work.write() as uow:
            await call_last(uow, poll_id, version=(await get_poll(uow.session, poll_id)).version)

    async def _show_provisional(self, poll_id: str) -> None:
        rt = self.place.rt
        async with rt.work.write() as uow:
            version = (await get_poll(uow.session, poll_id)).version
            await rt.lifecycle.show_provisional(uow, poll_id, version=version)

    async def _turn_to_paper(self, *, is_on: bool) -> None:
        rt = self.place.rt
        async with rt.work.write() as uow:
            version = await self._version(uow)
            if is_on:
                await go_on_by_paper(uow, rt.lifecycle, self.meeting_id, version=version)
            else:
                await go_back_to_phones(uow, self.meeting_id, version=version)

    async def _sign(self, poll_id: str, person: str) -> None:
        async with self.place.rt.work.write() as uow:
            await sign_count(uow, poll_id, user_id=person, reason=REASON)

    async def _version(self, uow: UnitOfWork) -> int:
        return (await get_meeting(uow.session, self.meeting_id)).version

    async def _move_meeting(self, target: MeetingState) -> None:
        async with self.place.rt.work.write() as uow:
            await transition_meeting(uow, self.meeting_id, target, version=await self._version(uow))

    async def _next_point(self) -> None:
        async with self.place.rt.work.write() as uow:
            await next_item(uow, self.meeting_id, version=await self._version(uow))

    async def _edit_agenda(self, which: int, deed: str) -> None:
        async with self.place.rt.work.write() as uow:
            items, version = await agenda_of(uow.session, self.meeting_id), await self._version(uow)
            if deed == "add" or not items:
                await add_item(uow, self.meeting_id, NewItem("", {"de": "Anträge"}, 15), version=version)
                return
            item = items[which % len(items)].id
            if deed == "edit":
                new = NewItem("2a", {"de": "Wünsche"}, which)
                await edit_item(uow, self.meeting_id, item, new, version=version)
            elif deed == "move":
                await move_item(uow, self.meeting_id, item, to=which, version=version)
            elif deed == "remove":
                await remove_item(uow, self.meeting_id, item, version=version)
            else:
                await set_item(uow, self.meeting_id, item, ItemState(deed), version=version)

    async def _ask(self) -> None:
        async with self.place.rt.work.write() as uow:
            question = await ask_question(uow, self.meeting_id, NewQuestion("Wer gießt?", Channel.PHONE, "Ida"))
        self.questions.append(question.id)


def _heard(state: State, message: Json, role: Role) -> State:
    """Return what somebody holds after one more message."""
    if message["t"] != "event":
        return counted(state, message)
    return applied(state, message, on_stage=role is Role.MODERATOR)


def _comparable(state: State, role: Role = Role.ATTENDEE) -> State:
    """Return a state without the order of its lists that everybody sorts for themselves.

    The stage fetches what no event tells: drafts of polls, and the words of questions nobody else may see.
    """
    polls = [poll for poll in state["polls"] if role is not Role.MODERATOR or poll["state"] != PollState.DRAFT]
    questions = [
        each if each["state"] in VISIBLE else {name: value for name, value in each.items() if name not in WORDS}
        for each in state["questions"]
    ]
    return {
        **state,
        "polls": sorted(polls, key=lambda poll: str(poll["id"])),
        "questions": sorted(questions, key=lambda question: str(question["id"])),
    }


@pytest.fixture(scope="module")
def template() -> Iterator[Template]:
    """The database every example begins with."""
    made = Template()
    yield made
    made.close()


def _evenings(template: Template, number: int) -> list[Json]:
    """Play evenings, each with its own checks; return what a phone was told and a fresh look at the end."""

    class Machine(Hall):
        """The machine on this module's template."""

    Machine.template, Machine.evenings = template, []
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=number,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
            phases=[Phase.reuse, Phase.generate],  # shrinking would take minutes: every step is flushed to the disk
        ),
    )
    return Machine.evenings


def test_whoever_heard_every_event_knows_the_fresh_state(template: Template) -> None:
    """Holds for the contract in Python and, with the same messages, for the script phones run."""
    evenings = _evenings(template, 20)
    assert evenings
    node = shutil.which("node")
    if node is None:
        missing("Node.js", "apt-get install nodejs")
        return
    done = subprocess.run(  # noqa: S603 - our own script
        [node, "--input-type=module", "--eval", PHONE],
        input=json.dumps(evenings),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=ROOT,
    )
    for held, evening in zip(json.loads(done.stdout), evenings, strict=True):
        assert _as_phones_keep_it(held) == _as_phones_keep_it(evening["fresh"])


def _as_phones_keep_it(state: State) -> Json:
    """Return what a phone follows: it leaves the wall's screen and versions to others."""
    known = _comparable(state)
    return {
        "seq": known["seq"],
        "polls": known["polls"],
        "questions": known["questions"],
        "said": {name: known[name] for name in ("notice", "speakers", "captions", "stream")},
        "agenda": known["agenda"],
        "meeting": {name: known["meeting"][name] for name in ("id", "state", "active_item")},
    }
