"""The life of a poll under every step in every order, with right and stale versions, on a real database."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from typing_extensions import override

from backend.ballots.errors import AlreadyVoted
from backend.ballots.redemptions import turnout
from backend.ballots.results import NotPublished, NotRevealed, count_record, public_result, published_openings
from backend.ballots.seal import BatchesOpen
from backend.jobs import build_worker
from backend.kit.errors import DomainError
from backend.paper.actions.discard import discard_batch
from backend.paper.actions.enter import begin_manual_batch
from backend.polls.errors import InvalidTransition, PollNotOpen, StaleVersion
from backend.polls.keys import PollKeyMissing
from backend.polls.queries import Poll, get_poll
from backend.polls.rules import ENDED, SHOWN, accepts_ballots, may_follow
from backend.polls.types import Channel, PollState
from tests.factories import make_poll
from tests.properties.installation import Installation, Template

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]  # some hundred transactions, each flushed to the disk

REASON = "Die Frage war missverständlich."
SEALED_ONCE = frozenset(
    {PollState.SEALED, PollState.REVEALED, PollState.PUBLISHED, PollState.VOID, PollState.NO_RESULT}
)
MOST_LIKELY = (
    PollState.READY,
    PollState.OPEN,
    PollState.CLOSING,
    PollState.CLOSED,
    PollState.COUNTING,
    PollState.SEALED,
    PollState.REVEALED,
    PollState.PUBLISHED,
)


class PollLife(RuleBasedStateMachine):
    """One poll, its host, some voters, a stack of paper and the worker."""

    template: Template

    @initialize()
    def begin(self) -> None:
        """Make an installation with a draft poll."""
        self.place = Installation(self.template)
        self.hall = self.template.hall
        self.poll: Poll = self.place.run(make_poll(self.place.rt, self.hall, state=PollState.DRAFT))
        self.wording = self._frozen(self.poll)
        self.nonces: dict[str, bytes] = {}
        self.batches: list[str] = []
        self.was_open = self.key_is_gone = False

    @rule()
    def follow_the_usual_way(self) -> None:
        """Press the button of the next step."""
        usual = next((step for step in MOST_LIKELY if may_follow(self.poll.state, step)), None)
        if usual is not None:
            self._press(usual, self.poll.version)

    @rule(target_state=st.sampled_from(list(PollState)), behind=st.sampled_from([0, 0, 1, 2, -1]))
    def press_any_button(self, target_state: PollState, behind: int) -> None:
        """Press any button on a page that may be out of date."""
        self._press(target_state, max(1, self.poll.version - behind))

    @rule(number=st.integers(0, 7))
    def vote(self, number: int) -> None:
        """Cast with some card."""
        card, nonce = self.hall.cards[number], secrets.token_bytes(32)
        cast = self.place.rt.desk.cast_with_card(
            self.poll.id, card, choices=["yes"], nonce=nonce, channel=Channel.PHONE, request_key=secrets.token_hex(8)
        )
        if accepts_ballots(self.poll.state, Channel.PHONE) and card not in self.nonces:
            self.place.run(cast)
            self.nonces[card] = nonce
            return
        with pytest.raises((PollNotOpen, AlreadyVoted)):
            self.place.run(cast)

    @precondition(lambda self: accepts_ballots(self.poll.state, Channel.PAPER))
    @rule()
    def bring_a_stack(self) -> None:
        """Begin a stack of paper nobody has typed in yet."""
        self.batches.append(self.place.run(self._begin_batch()))

    @precondition(lambda self: self.batches)
    @rule()
    def take_the_stack_away(self) -> None:
        """Discard the stack, with a reason."""
        self.place.run(self._discard(self.batches.pop()))

    @rule()
    def let_the_worker_run(self) -> None:
        """Run what is due; nothing comes due by itself, for the clock stands."""
        self.place.run(build_worker(self.place.rt).run_due())
        self.key_is_gone = self.key_is_gone or self.poll.state in ENDED

    @invariant()
    def wording_is_frozen(self) -> None:
        """What people vote on never changes."""
        assert self._frozen(self._now()) == self.wording

    @invariant()
    def key_lives_from_opening_to_the_end(self) -> None:
        """There is a key as long as there is something to read, and none afterwards."""
        if self.was_open and self.poll.state not in ENDED:
            assert self.place.rt.poll_keys.get(self.poll.id)
        elif not self.was_open or self.key_is_gone:
            with pytest.raises(PollKeyMissing):
                self.place.rt.poll_keys.get(self.poll.id)

    @invariant()
    def result_is_hidden_before_it_is_revealed(self) -> None:
        """Result and single ballots are shown in their states and in no other."""
        self.place.run(self._check_what_is_shown())

    @invariant()
    def every_acknowledged_ballot_is_in_the_box(self) -> None:
        """Turnout, and after sealing the count, equal what was acknowledged."""
        self.place.run(self._check_count())

    @override
    def teardown(self) -> None:
        """Close the installation."""
        if hasattr(self, "place"):
            self.place.close()

    def _press(self, target: PollState, version: int) -> None:
        before = self._now()
        is_repeat = (target, version) == (before.state, before.version - 1)
        is_step = version == before.version and may_follow(before.state, target)
        may_happen = is_step and not (target is PollState.SEALED and self.batches)
        refused: DomainError | None = None
        try:
            self.place.run(self._transition(target, version))
        except DomainError as error:
            refused = error
        after = self._now()
        if may_happen:
            assert refused is None
            assert (after.state, after.version) == (target, before.version + 1)
        else:
            assert is_repeat is (refused is None)
            assert refused is None or isinstance(refused, StaleVersion | InvalidTransition | BatchesOpen)
            assert (after.state, after.version) == (before.state, before.version)
        self.poll = after
        self.was_open = self.was_open or after.state is PollState.OPEN

    def _now(self) -> Poll:
        return self.place.run(self._read())

    async def _read(self) -> Poll:
        async with self.place.rt.work.read() as uow:
            return await get_poll(uow.session, self.poll.id)

    async def _transition(self, target: PollState, version: int) -> Poll:
        rt = self.place.rt
        async with rt.work.write() as uow:
            return await rt.lifecycle.transition(uow, self.poll.id, target, version=version, reason=REASON)

    async def _begin_batch(self) -> str:
        async with self.place.rt.work.write() as uow:
            return await begin_manual_batch(uow, self.poll.id, sheets=1, user_id=self.template.people[0])

    async def _discard(self, batch_id: str) -> None:
        async with self.place.rt.work.write() as uow:
            await discard_batch(uow, batch_id, reason=REASON)

    async def _check_what_is_shown(self) -> None:
        async with self.place.rt.work.read() as uow:
            poll = await get_poll(uow.session, self.poll.id)
            if poll.state in SHOWN:
                assert (await public_result(uow.session, poll))["ballots"] == len(self.nonces)
            else:
                with pytest.raises(NotRevealed):
                    await public_result(uow.session, poll)
            if poll.state is PollState.PUBLISHED:
                file = await published_openings(uow.session, poll)
                assert all(nonce.hex().encode() in file for nonce in self.nonces.values())
            else:
                with pytest.raises(NotPublished):
                    await published_openings(uow.session, poll)

    async def _check_count(self) -> None:
        async with self.place.rt.work.read() as uow:
            assert (await turnout(uow.session, [self.poll.id]))[self.poll.id].used == len(self.nonces)
            if self.poll.state in SEALED_ONCE:
                assert (await count_record(uow.session, self.poll.id))["ballots"] == len(self.nonces)
                assert not self.batches

    @staticmethod
    def _frozen(poll: Poll) -> tuple[object, ...]:
        return poll.definition, dict(poll.question), poll.pad_bytes, poll.n_min, poll.sheet_code, poll.meeting_id


@pytest.fixture(scope="module")
def template() -> Iterator[Template]:
    """The database every example begins with."""
    made = Template()
    yield made
    made.close()


def test_poll_keeps_its_promises_whatever_is_pressed(template: Template) -> None:
    class Machine(PollLife):
        """The machine on this module's template."""

    Machine.template = template
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=15,
            stateful_step_count=22,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
            phases=[Phase.reuse, Phase.generate],  # shrinking would take minutes: every step is flushed to the disk
        ),
    )
