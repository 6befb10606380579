"""From a surface's request to a validated command: the poll's frozen parts, its register, the voter's key.

Guarantees: whatever the channel, choices are made canonical and voters checked by the same code.
The register of an open poll never changes, so it is read once per process and poll.
"""

from __future__ import annotations

from collections.abc import Callable

from backend.ballots.cast import Outcome, Prepared, prepare
from backend.ballots.committer import Committer
from backend.ballots.errors import BadChoices
from backend.ballots.types import MAX_REQUEST_KEY_CHARS, NONCE_BYTES, Acknowledgement, CastBallot, FrozenPoll, VoterKey
from backend.cards.errors import CardVoid, NotEntitled, NotInRegister, UnknownCard
from backend.cards.queries import find_card, voter_hash
from backend.cards.types import CardKind
from backend.kit.cache import OncePerKey
from backend.kit.errors import Invalid
from backend.kit.keyring import Keyring
from backend.kit.uow import Work
from backend.polls.choices import InvalidChoices, canonical, canonical_sheet, choices_size
from backend.polls.errors import ChannelClosed, PaperOnly, PollNotOpen
from backend.polls.queries import get_poll, is_registered, register_of
from backend.polls.types import Channel, Grade, PollState, VoterKind

CACHED_POLLS = 64


class VotingDesk:
    """Takes casts from every channel. One per process; caches only what cannot change."""

    def __init__(self, work: Work, committer: Committer, *, keyring: Keyring) -> None:
        self._work = work
        self._committer = committer
        self._keyring = keyring
        self._polls = OncePerKey[FrozenPoll](CACHED_POLLS)
        self._registers = OncePerKey[frozenset[bytes]](CACHED_POLLS)

    async def cast_with_card(
        self, poll_id: str, card: str, *, choices: object, nonce: bytes, channel: Channel, request_key: str
    ) -> Acknowledgement:
        """Cast a ballot for whoever holds the card.

        Raises: the codes of the public contract (`unknown_card`, `already_voted`, `poll_not_open`, …).
        """
        voter = await self.voter(poll_id, card)
        return await self.cast(
            CastBallot(
                poll_id=poll_id, voter=voter, choices=choices, nonce=nonce, channel=channel, request_key=request_key
            )
        )

    async def cast(self, command: CastBallot) -> Acknowledgement:
        """Validate and commit one ballot; return after it is durable."""
        return await self._committer.commit(_prepared(command, await self.frozen(command.poll_id)))

    def prepared_at_once(
        self, poll_id: str, card: str, *, choices: object, nonce: bytes, channel: Channel, request_key: str
    ) -> Prepared | None:
        """Return a ballot ready for the box without waiting, or None when something must be looked up or explained.

        Raises: Invalid, PaperOnly, ChannelClosed, BadChoices.
        """
        poll, register = self._polls.peek(poll_id), self._registers.peek(poll_id)
        if poll is None or register is None:
            return None
        try:
            hashed = voter_hash(self._keyring, card)
        except UnknownCard:
            return None
        if hashed not in register:
            return None
        voter = VoterKey(kind=VoterKind.CARD, hashed=hashed)
        command = CastBallot(
            poll_id=poll_id, voter=voter, choices=choices, nonce=nonce, channel=channel, request_key=request_key
        )
        return _prepared(command, poll)

    async def commit(self, ballot: Prepared) -> Acknowledgement:
        """Put a prepared ballot into the box; return after it is durable."""
        return await self._committer.commit(ballot)

    def submit(self, ballot: Prepared, tell: Callable[[Outcome], None]) -> None:
        """Put a prepared ballot into the box; `tell` gets the outcome, once it is durable. Raises: Unavailable."""
        self._committer.submit(ballot, tell)

    async def voter(self, poll_id: str, card: str) -> VoterKey:
        """Return the voter key of a card code for one poll, checked against the register.

        Raises: UnknownCard, CardVoid, NotEntitled, NotInRegister, NotFound.
        """
        hashed = voter_hash(self._keyring, card)
        if hashed not in await self._register(poll_id):
            await self._explain(poll_id, hashed)
        return VoterKey(kind=VoterKind.CARD, hashed=hashed)

    async def frozen(self, poll_id: str) -> FrozenPoll:
        """Return the unchanging parts of a poll. Raises: NotFound; PollNotOpen while it is a draft."""
        return self._polls.peek(poll_id) or await self._polls.get(poll_id, lambda: self._read_frozen(poll_id))

    async def _read_frozen(self, poll_id: str) -> FrozenPoll:
        async with self._work.read() as uow:
            poll = await get_poll(uow.session, poll_id)
        if poll.state is PollState.DRAFT:
            raise PollNotOpen
        return FrozenPoll(
            id=poll.id,
            meeting_id=poll.meeting_id,
            org_id=poll.org_id,
            definition=poll.definition,
            pad_bytes=poll.pad_bytes,
            choices_bytes=choices_size(poll.definition),
        )

    async def _register(self, poll_id: str) -> frozenset[bytes]:
        known = self._registers.peek(poll_id)
        return known or await self._registers.get(poll_id, lambda: self._read_register(poll_id))

    async def _read_register(self, poll_id: str) -> frozenset[bytes]:
        async with self._work.read() as uow:
            return await register_of(uow.session, poll_id)

    async def _explain(self, poll_id: str, hashed: bytes) -> None:
        """Say why a card is not in the register; return only when the poll has no register yet."""
        async with self._work.read() as uow:
            card = await find_card(uow.session, hashed)
            poll = await get_poll(uow.session, poll_id)
            if await is_registered(uow.session, poll_id, hashed):
                return  # the poll opened between our two looks
        if card.is_void:
            raise CardVoid
        if card.kind is CardKind.GUEST:
            raise NotEntitled
        if poll.opened_at is None and card.meeting_id == poll.meeting_id and card.is_pack_open:
            raise PollNotOpen
        raise NotInRegister


def _prepared(command: CastBallot, poll: FrozenPoll) -> Prepared:
    """Check a command against the frozen parts of its poll. Raises: Invalid, PaperOnly, ChannelClosed, BadChoices."""
    definition = poll.definition
    if len(command.nonce) != NONCE_BYTES or not 0 < len(command.request_key) <= MAX_REQUEST_KEY_CHARS:
        raise Invalid("Die Anfrage ist unvollständig.")
    if definition.grade is Grade.SECRET and command.channel is not Channel.PAPER:
        raise PaperOnly
    if command.channel not in definition.channels:
        raise ChannelClosed
    try:
        read = canonical_sheet if command.voter.kind is VoterKind.SHEET else canonical
        choices = read(definition, command.choices)
    except InvalidChoices as error:
        raise BadChoices(fault=error.fault.value) from error
    return prepare(command, poll, choices)
