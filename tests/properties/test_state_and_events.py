"""State and events: whoever took the state once and followed the events knows what a fresh look would tell."""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from typing_extensions import override

from backend.ballots.results import sign_count
from backend.kit.errors import DomainError
from backend.kit.uow import UnitOfWork
from backend.live.news import events_after, tallies
from backend.meetings import live_state
from backend.meetings.actions.agenda import NewItem, next_item
from backend.meetings.actions.agenda_items import add_item, edit_item, move_item, remove_item, set_item
from backend.meetings.actions.hall import notify_hall, show_on_screen
from backend.meetings.actions.meeting import transition_meeting
from backend.meetings.actions.questions import ask_question, move_question, upvote_question
from backend.meetings.queries import agenda_of, get_meeting
from backend.meetings.types import ItemState, MeetingState, QuestionState
from backend.polls.actions import call_last
from backend.polls.queries import get_poll
from backend.polls.rules import TRANSITIONS
from backend.polls.types import Channel, PollState
from backend.web.assets import ROOT
from tests.factories import make_poll
from tests.properties.installation import Installation, Template
from tests.properties.phone_state import State, applied, counted
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


class Hall(RuleBasedStateMachine):
    """A host who does anything in any order, and a phone that hears of it sooner or later."""

    template: Template
    evenings: list[Json]

    @initialize()
    def join(self) -> None:
        """Take the state once."""
        self.place = Installation(self.template)
        self.meeting_id = self.template.hall.meeting_id
        self.phone: State = self.place.run(self._fresh())
        self.evening: Json = {"state": self.phone, "messages": []}
        self.polls: list[str] = []
        self.questions: list[str] = []

    @rule()
    def hear(self) -> None:
        """Apply everything missed, as a phone does after a break, and compare with a fresh look."""
        for message in self.place.run(self._missed()):
            self.evening["messages"].append(message)
            self.phone = applied(self.phone, message) if message["t"] == "event" else counted(self.phone, message)
        assert _comparable(self.phone) == _comparable(self.place.run(self._fresh()))

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

    @rule(target_state=st.sampled_from([MeetingState.PAUSED, MeetingState.RUNNING, MeetingState.CLOSED]))
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

    @rule()
    def announce(self) -> None:
        """Say something to everybody."""
        self._do(self._act(lambda uow: notify_hall(uow, self.meeting_id, "Gleich geht es weiter.")))

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
        self._do(self._act(lambda uow: upvote_question(uow, question, bytes([number]) * 32)))

    @override
    def teardown(self) -> None:
        """Hear the rest, then close the installation."""
        if hasattr(self, "place"):
            try:
                self.hear()
                self.evenings.append({**self.evening, "fresh": self.place.run(self._fresh())})
            finally:
                self.place.close()

    def _do(self, work: Any) -> None:  # noqa: ANN401 - any coroutine
        """Do something that may be refused just now."""
        try:
            self.place.run(work)
        except DomainError:
            return

    async def _act(self, action: Any) -> None:  # noqa: ANN401 - any action
        async with self.place.rt.work.write() as uow:
            await action(uow)

    async def _fresh(self) -> State:
        async with self.place.rt.work.read() as uow:
            fresh: State = json.loads(json.dumps(await live_state.state(uow.session, self.meeting_id)))
            return fresh

    async def _missed(self) -> list[dict[str, Any]]:
        """Return the messages a room would send: the events after the phone's number, then the turnout."""
        async with self.place.rt.work.read() as uow:
            events = await events_after(uow.session, self.meeting_id, self.phone["seq"])
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
            question = await ask_question(uow, self.meeting_id, text="Wer gießt?", channel=Channel.PHONE)
        self.questions.append(question.id)


def _comparable(state: State) -> State:
    """Return a state without the order of its lists that everybody sorts for themselves."""
    return {
        **state,
        "polls": sorted(state["polls"], key=lambda poll: str(poll["id"])),
        "questions": sorted(state["questions"], key=lambda question: str(question["id"])),
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
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
            phases=[Phase.reuse, Phase.generate],  # shrinking would take minutes: every step is flushed to the disk
        ),
    )
    return Machine.evenings


def test_whoever_heard_every_event_knows_the_fresh_state(template: Template) -> None:
    """Holds for the contract in Python and, with the same messages, for the script phones run."""
    evenings = _evenings(template, 15)
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
        "agenda": known["agenda"],
        "meeting": {name: known["meeting"][name] for name in ("id", "state", "active_item")},
    }
