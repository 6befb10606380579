"""What a client asks for: to vote, to ask, to support a question.

Guarantees: the rights of a message are those of its moment, not those of the `hello`; a ballot holds no unit of
work while it waits for its commit; its acknowledgement and its refusal have the same length for every choice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypedDict

from backend.ballots.cast import Outcome
from backend.ballots.wire import acknowledgement_view, padded
from backend.cards.errors import UnknownCard
from backend.kit.db import JsonDict
from backend.kit.errors import DomainError, Forbidden, NotFound
from backend.kit.idempotency import once
from backend.live.fanout import Member
from backend.live.frames import Ask, Cast, Heard, Role, Upvote, encode, encode_json, refusal_body
from backend.live.identity import THROTTLE_PURPOSE, card_in_hand, check_again
from backend.live.wire import Outgoing
from backend.meetings.actions.questions import NewQuestion, ask_question, upvote_question
from backend.polls.types import Channel
from backend.runtime import Runtime

_CHANNELS = {Role.ATTENDEE: Channel.PHONE, Role.KIOSK: Channel.KIOSK}


class _Ballot(TypedDict):
    choices: object
    nonce: bytes
    channel: Channel
    request_key: str


@dataclass(frozen=True, slots=True)
class Speaker:
    """A member of a room with what its messages need."""

    rt: Runtime
    meeting_id: str
    member: Member
    source: str

    async def cast(self, message: Cast) -> Outgoing:
        """Put a ballot into the box and return its acknowledgement, or its refusal of the same length."""
        pad_bytes = 0
        outcome: Outcome
        try:
            pad_bytes = await self._pad_bytes(message.poll)
            outcome = await self.rt.desk.cast_with_card(message.poll, message.card, **self._ballot(message))
        except DomainError as error:
            outcome = self._noted(error)
        return _spelt(outcome, message.id, pad_bytes)

    def cast_at_once(self, message: Cast, tell: Callable[[Outgoing], None]) -> bool:
        """Put a ballot into the box without waiting; `tell` gets its answer, once, when it is durable.

        Return False when `cast` has to look something up or to refuse.
        """
        try:
            ballot = self.rt.desk.prepared_at_once(message.poll, message.card, **self._ballot(message))
            if ballot is None or ballot.poll.meeting_id != self.meeting_id:
                return False
            request, pad_bytes = message.id, ballot.poll.pad_bytes
            self.rt.desk.submit(ballot, lambda outcome: tell(_spelt(outcome, request, pad_bytes)))
        except DomainError:
            return False
        return True

    async def ask(self, message: Ask) -> Outgoing:
        """Take a question from somebody with a card, or from the kiosk. Raises: DomainError."""
        async with self.rt.work.write() as uow:
            if self.member.role is Role.ATTENDEE:
                await card_in_hand(uow.session, self.member.voter, self.meeting_id)

            async def take() -> JsonDict:
                new = NewQuestion(message.text, self._channel().value, message.nickname, receipt=message.id)
                question = await ask_question(uow, self.meeting_id, new)
                return {"id": question.id, "state": question.state}

            body = {"text": message.text} | ({"nickname": message.nickname} if message.nickname else {})
            answer, _ = await once(uow, f"ask:{self.meeting_id}", message.id, body=body, produce=take)
        return Outgoing(encode(Heard(message.id, answer)))

    async def upvote(self, message: Upvote) -> Outgoing:
        """Count one card's support for a question, once. Raises: DomainError."""
        async with self.rt.work.write() as uow:
            card = await card_in_hand(uow.session, self.member.voter, self.meeting_id)
            votes = await upvote_question(uow, self.meeting_id, message.question, card.voter_hash)
        return Outgoing(encode(Heard(message.id, {"id": message.question, "votes": votes})))

    async def check_stage(self) -> None:
        """Refuse a stage whose person lost the right. Raises: InvalidLiveToken."""
        if self.member.role is not Role.MODERATOR:
            return
        async with self.rt.work.read() as uow:
            await check_again(uow, self.meeting_id, role=self.member.role, subject=self.member.subject)

    async def _pad_bytes(self, poll_id: str) -> int:
        poll = await self.rt.desk.frozen(poll_id)
        if poll.meeting_id != self.meeting_id:
            raise NotFound
        return poll.pad_bytes

    def _ballot(self, message: Cast) -> _Ballot:
        """Return what the desk is given. Raises: Forbidden."""
        return {
            "choices": message.choices,
            "nonce": bytes.fromhex(message.nonce),
            "channel": self._channel(),
            "request_key": message.id,
        }

    def _channel(self) -> Channel:
        channel = _CHANNELS.get(self.member.role)
        if channel is None:
            raise Forbidden("Von hier aus kann niemand abstimmen oder fragen.")
        return channel

    def _noted(self, error: DomainError) -> DomainError:
        """Count an unknown card against its source; say "too many" when there were too many."""
        if isinstance(error, UnknownCard):
            try:
                self.rt.throttle.check(THROTTLE_PURPOSE, self.source)
            except DomainError as too_many:
                return too_many
            self.rt.throttle.failed(THROTTLE_PURPOSE, self.source)
        return error


def _spelt(outcome: Outcome, request: str, pad_bytes: int) -> Outgoing:
    """Spell what became of a ballot; padded once its poll is known."""
    if isinstance(outcome, DomainError):
        body = refusal_body(outcome, request)
        return Outgoing(padded(body, pad_bytes) if pad_bytes else encode_json(body))
    body = {"t": "ack", "id": request, **acknowledgement_view(outcome)}
    return Outgoing(padded(body, pad_bytes))
