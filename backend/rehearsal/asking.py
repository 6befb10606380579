"""One question of a rehearsed evening, through all states of its poll, on all its channels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from backend.polls.types import Channel
from backend.rehearsal import paper
from backend.rehearsal.compare import Outcome, differences, different_openings
from backend.rehearsal.kiosk import Kiosk
from backend.rehearsal.phones import Answers, Phones, Restart
from backend.rehearsal.script import Question
from backend.rehearsal.staff import Json, Staff
from backend.rehearsal.vote import Vote


@dataclass(slots=True)
class Asking:
    """Who takes part in a question."""

    staff: Staff
    phones: Phones
    kiosk: Kiosk
    cards: Mapping[Channel, Sequence[str]]
    is_kiosk_offline: bool = False

    async def ask(self, meeting_id: str, number: int, question: Question, *, restart: Restart | None = None) -> Outcome:
        """Run one poll from draft to published and compare what came out. Raises: RehearsalError, Lost."""
        poll: Json = await self.staff.post("host", f"/api/v1/meetings/{meeting_id}/polls", question.source_body)
        poll = await self.staff.step(poll, "ready")
        votes = {channel: self._votes(poll, question, channel) for channel in (Channel.PHONE, Channel.KIOSK)}
        async with self.phones.round(question.source["question"]["de"]):
            poll = await self.staff.step(poll, "open")
            answers = await self.phones.vote(number, votes[Channel.PHONE], restart=restart)
            stack = await self._hand_out(poll, question)
            kiosk = [vote for vote in votes[Channel.KIOSK] if vote is not None]
            await self._at_the_kiosk(poll, question, kiosk)
            await self.phones.storm(number)
        for target in ("closing", "closed"):
            poll = await self.staff.step(poll, target)
        await self.phones.vote_late(number, votes[Channel.PHONE], question.cast_on(Channel.PHONE)[0], answers)
        poll = await self.staff.step(poll, "counting")
        reviewed = await paper.count(self.staff, poll, stack) if stack else 0
        poll = await self.staff.step(poll, "sealed")
        for teller in paper.TELLERS:
            await self.staff.post(teller, f"/api/v1/polls/{poll['id']}/signatures", {})
        for target in ("revealed", "published"):
            poll = await self.staff.step(poll, target)
        return replace(await self._compare(poll, question, answers, kiosk), reviewed=reviewed)

    async def _hand_out(self, poll: Json, question: Question) -> paper.Stack | None:
        """Print and hand out the sheets of a question; None for an evening without paper."""
        pairs = zip(self.cards[Channel.PAPER], question.ballots.get(Channel.PAPER, ()), strict=False)
        marked = [(card, choices) for card, choices in pairs if choices is not None]
        if not marked:
            return None
        cards, ballots = zip(*marked, strict=True)
        return await paper.hand_out(self.staff, poll, cards, ballots)

    async def _at_the_kiosk(self, poll: Json, question: Question, votes: Sequence[Vote]) -> None:
        """Hand over the kiosk's ballots, then try to vote there with cards that voted on a phone."""
        if self.is_kiosk_offline:
            await self.kiosk.upload(votes)
        else:
            await self.kiosk.cast_all(votes)
        for card in self.cards[Channel.PHONE][: question.duplicates]:
            await self.kiosk.cast(Vote(poll["id"], card, question.cast_on(Channel.PHONE)[0], poll["pad_bytes"]))

    async def _compare(self, poll: Json, question: Question, answers: Answers, kiosk: Sequence[Vote]) -> Outcome:
        record: Json = await self.staff.get("teller", f"/api/v1/polls/{poll['id']}/count-record")
        lines = await self.staff.text(f"/api/v1/polls/{poll['id']}/openings.jsonl")
        found = differences(question, record, doubles=answers.doubles, resent=answers.resent_doubles)
        acknowledged = [*answers.accepted, *kiosk]
        if lines is not None:
            found += different_openings(lines, acknowledged, total=record["ballots"])
        return Outcome(
            question=question.source["question"]["de"],
            expected=question.expected | {"rejected_duplicates": question.duplicates + answers.doubles},
            counted=record,
            differences=found + answers.unexpected,
            acknowledged=len(acknowledged),
            openings=None if lines is None else len(lines.splitlines()),
        )

    def _votes(self, poll: Json, question: Question, channel: Channel) -> list[Vote | None]:
        cards = self.cards[channel]
        pairs = zip(cards, question.ballots.get(channel) or [None] * len(cards), strict=True)
        return [
            None if choices is None else Vote(poll["id"], card, choices, poll["pad_bytes"]) for card, choices in pairs
        ]
