"""The one door into the ballot box.

Guarantees: a ballot is acknowledged only after its transaction committed; a card or sheet is redeemed at most
once per poll, whatever the channel; a repeated request gets its first answer; nothing stored links a voter to a
ballot or tells an order. No ballot of a phone or kiosk enters after "closed" was committed.
Refuses by the codes of `errors`. Never called inside a unit of work: the committer owns the transaction.
Source: docs/flow.md, docs/adr/0004-ballot-secrecy.md.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from backend.ballots import _rows, envelope
from backend.ballots._rows import Redemption, SealedRow, Voter
from backend.ballots.envelope import RequestKeys
from backend.ballots.errors import AlreadyVoted, IdempotencyMismatch
from backend.ballots.types import Acknowledgement, BallotContent, CastBallot, FrozenPoll, Quiet
from backend.cards.errors import CardVoid
from backend.kit.entropy import Drawn, Entropy
from backend.kit.errors import DomainError, Unavailable
from backend.kit.raw import RawConnection
from backend.polls.choices import Choices
from backend.polls.errors import PollNotOpen
from backend.polls.keys import PollKeyMissing, PollKeys
from backend.polls.rules import accepts_ballots
from backend.polls.types import Channel, PollState
from backend.transparency.ballots import spell_choices, spelt_commitment, tracking_code
from backend.transparency.receipts import BLIND_SIZE, Receipt, issue

BALLOT_ID_BYTES = 16
CONTENT_BYTES = 96  # of an envelope: nonce, commitment and channel, beside the choices
NOISE_BYTES = BLIND_SIZE + BALLOT_ID_BYTES + 2 * envelope.GCM_NONCE_BYTES  # for each ballot that enters
ANSWER_BYTES = 512  # of an envelope: a receipt over a batch of 512 ballots, and the digest of its request

Outcome = Acknowledgement | DomainError


class Prepared(Quiet, frozen=True):
    """A validated command on its way into the box: canonical and committed to."""

    command: CastBallot
    poll: FrozenPoll
    spelt: bytes
    commitment: bytes

    @property
    def voter(self) -> Voter:
        """The pair that may exist once."""
        return self.poll.id, self.command.voter.hashed


class Answer(Quiet, frozen=True, array_like=True):
    """What a request's envelope keeps: what a repeat must equal, and the receipt it is given."""

    body: bytes
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Tools:
    """What casting needs from outside."""

    keys: PollKeys
    sign: Callable[[bytes], bytes]
    entropy: Entropy


def prepare(command: CastBallot, poll: FrozenPoll, choices: Choices) -> Prepared:
    """Commit to canonical choices."""
    spelt = spell_choices(choices)
    return Prepared(command, poll, spelt, commitment=spelt_commitment(poll.id, command.nonce, spelt))


def sealed_bytes(choices_bytes: int) -> int:
    """Return the size of a ballot's envelope, the same for every ballot of a poll."""
    return CONTENT_BYTES + choices_bytes


async def settle(connection: RawConnection, casts: Sequence[Prepared], tools: Tools) -> list[Outcome]:
    """Decide every cast of a batch and put the ballots that enter into the box; tell nobody before the commit."""
    batch = _Batch(connection, casts, tools, Drawn(tools.entropy, NOISE_BYTES * len(casts)))
    await batch.open()
    await batch.enter()
    await batch.answer_rest()
    return [batch.outcomes[number] for number in range(len(casts))]


def refusal(cast: Prepared, state: PollState | None, channel: Channel | None, *, is_void: bool) -> DomainError | None:
    """Return why a voter without a stored request may not vote now, or None."""
    if channel is not None:
        may_change = cast.poll.definition.change_until_close and Channel.PAPER not in {channel, cast.command.channel}
        if not (may_change and _is_open(cast, state)):
            return AlreadyVoted(channel)
    if not _is_open(cast, state):
        return PollNotOpen()
    return CardVoid() if is_void else None


@dataclass(slots=True)
class _Batch:
    """One transaction: redeem whoever is new, put their ballots in, then look at everybody else."""

    connection: RawConnection
    casts: Sequence[Prepared]
    tools: Tools
    entropy: Drawn
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    states: dict[str, PollState] = field(default_factory=dict)
    keys: dict[str, bytes] = field(default_factory=dict)

    async def open(self) -> None:
        """Lock the polls against closing; fetch their keys, which nobody destroys while we hold them."""
        polls = {cast.poll.id for cast in self.casts}
        self.states = await _rows.lock_states(self.connection, polls)
        for poll_id in polls:
            try:
                self.keys[poll_id] = self.tools.keys.get(poll_id)
            except PollKeyMissing:
                continue

    async def enter(self) -> None:
        """Let in the first cast of every voter who is entitled and new."""
        first: dict[Voter, int] = {}
        for number, cast in enumerate(self.casts):
            if cast.poll.id in self.keys and _is_open(cast, self.states.get(cast.poll.id)):
                first.setdefault(cast.voter, number)
        won = await _rows.redeem(self.connection, [_redemption(self.casts[number]) for number in first.values()])
        entering = [number for voter, number in first.items() if voter in won]
        receipts = self._sign(entering)
        pairs = [(self.casts[number], receipt) for number, receipt in zip(entering, receipts, strict=True)]
        shuffled = self.entropy.shuffled
        await _rows.put(
            self.connection,
            shuffled([self._ballot(cast) for cast, _ in pairs]),
            shuffled([self._request(cast, receipt) for cast, receipt in pairs]),
        )

    async def answer_rest(self) -> None:
        """Answer repeats with their first answer and the others with a refusal; change votes that may be changed."""
        rest = [number for number in range(len(self.casts)) if number not in self.outcomes]
        if not rest:
            return
        casts = [self.casts[number] for number in rest]
        voters = list({cast.voter for cast in casts})
        requests = [(cast.poll.id, self._request_keys(cast).mac) for cast in casts if cast.poll.id in self.keys]
        answers = await _rows.answers(self.connection, requests)
        channels = await _rows.channels(self.connection, voters)
        void = await _rows.void_among(self.connection, voters)
        for number, cast in zip(rest, casts, strict=True):
            stored = answers.get(self._request_keys(cast).mac) if cast.poll.id in self.keys else None
            is_void = cast.command.voter.hashed in void
            if stored is not None:
                self.outcomes[number] = self._repeat(cast, stored)
            elif why := self._refusal(cast, channels.get(cast.voter), is_void=is_void):
                self.outcomes[number] = why
            else:
                changed = await self._change(number)
                answers[changed.name] = changed.sealed
        await self._count_refusals()

    def _refusal(self, cast: Prepared, channel: Channel | None, *, is_void: bool) -> DomainError | None:
        why = refusal(cast, self.states.get(cast.poll.id), channel, is_void=is_void)
        if why is None and cast.poll.id not in self.keys:
            return PollKeyMissing()
        if why is None and channel is None:
            return Unavailable()  # a sheet was out when we redeemed and came back since: the repeat will enter
        return why

    async def _change(self, number: int) -> SealedRow:
        """Put a changed ballot in; return the row of its acknowledgement."""
        cast = self.casts[number]
        [receipt] = self._sign([number])
        request = self._request(cast, receipt)
        await _rows.replace(self.connection, self._ballot(cast), request, _redemption(cast))
        return request

    def _sign(self, numbers: Sequence[int]) -> list[Receipt]:
        casts = [self.casts[number] for number in numbers]
        leaves = [(cast.poll.id, cast.commitment, self.entropy.bytes(BLIND_SIZE)) for cast in casts]
        receipts = issue(leaves, self.tools.sign)
        for number, receipt in zip(numbers, receipts, strict=True):
            self.outcomes[number] = _acknowledge(self.casts[number], receipt, is_first=True)
        return receipts

    def _ballot(self, cast: Prepared) -> SealedRow:
        key, entropy = self.keys[cast.poll.id], self.entropy
        if cast.poll.definition.change_until_close:
            name = envelope.changeable_id(key, cast.command.voter.hashed)
        else:
            name = entropy.bytes(BALLOT_ID_BYTES)
        content = BallotContent(cast.command.nonce, cast.commitment, cast.spelt, cast.command.channel)
        size = sealed_bytes(cast.poll.choices_bytes)
        plain = msgspec.msgpack.encode(content)
        return SealedRow(cast.poll.id, name, envelope.seal(key, cast.poll.id, plain, size=size, entropy=entropy))

    def _request(self, cast: Prepared, receipt: Receipt) -> SealedRow:
        plain = msgspec.msgpack.encode(Answer(_body_digest(cast), receipt))
        keys = self._request_keys(cast)
        sealed = envelope.seal(keys.cipher, cast.poll.id, plain, size=ANSWER_BYTES, entropy=self.entropy)
        return SealedRow(cast.poll.id, keys.mac, sealed)

    def _repeat(self, cast: Prepared, sealed: bytes) -> Outcome:
        """Return the first answer to a repeated request, or the mismatch when its body differs."""
        plain = envelope.unseal(self._request_keys(cast).cipher, cast.poll.id, sealed)
        stored = msgspec.msgpack.decode(plain, type=Answer)
        if stored.body != _body_digest(cast):
            return IdempotencyMismatch()
        return _acknowledge(cast, stored.receipt, is_first=False)

    def _request_keys(self, cast: Prepared) -> RequestKeys:
        return envelope.request_keys(self.keys[cast.poll.id], cast.command.voter.hashed, cast.command.request_key)

    async def _count_refusals(self) -> None:
        refused = Counter(
            self.casts[number].poll.id for number, outcome in self.outcomes.items() if isinstance(outcome, AlreadyVoted)
        )
        await _rows.count_refusals(self.connection, refused)


def _is_open(cast: Prepared, state: PollState | None) -> bool:
    return state is not None and accepts_ballots(state, cast.command.channel)


def _redemption(cast: Prepared) -> Redemption:
    voter = cast.command.voter
    return Redemption(cast.poll.id, voter.hashed, voter.kind.value, cast.command.channel.value)


def _body_digest(cast: Prepared) -> bytes:
    """Return what a repeat of the request must equal."""
    return hashlib.sha256(cast.command.nonce + cast.commitment).digest()


def _acknowledge(cast: Prepared, receipt: Receipt, *, is_first: bool) -> Acknowledgement:
    return Acknowledgement(
        commitment=cast.commitment,
        tracking_code=tracking_code(cast.commitment),
        receipt=receipt,
        channel=cast.command.channel,
        is_first=is_first,
    )
