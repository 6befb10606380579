"""The list of speakers as part of a random evening."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from backend.kit.errors import DomainError
from backend.kit.uow import UnitOfWork
from backend.meetings.actions import speakers
from backend.meetings.actions.speakers import NewSpeaker, SpeakingRules
from backend.meetings.types import OrderRule
from tests.properties.installation import Installation

GROUPS = ("Nordstadt", "Südstadt")
NUMBERS = st.integers(1, 4)


class Speaking:
    """Rules a state machine with an installation takes in."""

    place: Installation
    meeting_id: str

    def _do(self, work: Coroutine[Any, Any, object]) -> None:
        """Do something that may be refused just now."""
        try:
            self.place.run(work)
        except DomainError:
            return

    async def _act(self, action: Callable[[UnitOfWork], Awaitable[object]]) -> None:
        async with self.place.rt.work.write() as uow:
            await action(uow)

    @rule(is_open=st.booleans(), by_hand=st.booleans(), order=st.sampled_from(list(OrderRule)))
    def choose_speaking(self, is_open: bool, by_hand: bool, order: OrderRule) -> None:
        """Open or close the list, or change its order in the middle of it."""
        rules = SpeakingRules(is_open, by_hand, order, 60, GROUPS)
        self._do(self._act(lambda uow: speakers.set_speaking_rules(uow, self.meeting_id, rules)))

    @rule(card=st.integers(0, 3), group=st.sampled_from(["", *GROUPS]))
    def request_to_speak(self, card: int, group: str) -> None:
        """Ask to speak with a card."""
        voter = bytes([card]) * 32
        self._do(self._act(lambda uow: speakers.request_to_speak(uow, self.meeting_id, voter, group=group)))

    @rule(group=st.sampled_from(["", *GROUPS]), again=st.none() | NUMBERS)
    def note_speaker(self, group: str, again: int | None) -> None:
        """Put somebody without a phone on the list."""
        new = NewSpeaker(group, "Marktplatz", again)
        self._do(self._act(lambda uow: speakers.note_speaker(uow, self.meeting_id, new)))

    @rule(number=NUMBERS, way=st.integers(0, 3))
    def move_speaker(self, number: int, way: int) -> None:
        """Take up, call, end or withdraw a request."""
        ways = (speakers.admit_speaker, speakers.call_speaker, speakers.end_turn, speakers.withdraw_speaker)
        self._do(self._act(lambda uow: ways[way](uow, self.meeting_id, number)))

    @rule(seconds=st.integers(0, 90), way=st.integers(0, 2))
    def touch_clock(self, seconds: int, way: int) -> None:
        """Let time pass, then stop the clock, let it run on, give more time."""
        self.place.clock.advance(timedelta(seconds=seconds))
        ways = (speakers.pause_clock, speakers.resume_clock, speakers.give_more_time)
        self._do(self._act(lambda uow: ways[way](uow, self.meeting_id)))
