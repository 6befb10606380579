"""The crowd of one meeting: every card's phone joins, stays, and votes when a poll opens.

Guarantees: what the crowd acknowledged is kept, to be found in the openings. With a plan of chaos connections are
cut and requests repeated, as on bad Wi-Fi; the totals must not change.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from backend.polls.choices import Choices
from backend.rehearsal.chaos import Chaos, Mischief
from backend.rehearsal.figures import Figures, Round
from backend.rehearsal.line import Address
from backend.rehearsal.phone import Hall, Lost, Phone
from backend.rehearsal.vote import Vote

AT_ONCE = 200  # ballots on their way at the same moment
UP_TO_DATE_S = 15.0
LOOK_S = 0.1
GAVE_UP = (Lost, TimeoutError)
STORM_EVERY = 2  # in every second question, beginning with the first

Restart = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Answers:
    """What became of the crowd's ballots for one question."""

    accepted: list[Vote] = field(default_factory=list)
    doubles: int = 0  # refused because the card had voted in another tab
    resent_doubles: int = 0  # refused more often than seen, perhaps: their connection ended before an answer
    unexpected: list[str] = field(default_factory=list)


class Phones:
    """All phones of one meeting."""

    def __init__(self, url: str, meeting_id: str, cards: Sequence[str], *, chaos: Chaos | None = None) -> None:
        self.figures = Figures(phones=len(cards))
        self._hall = Hall(Address.of(url, meeting_id), self.figures, asyncio.get_running_loop().time())
        self._phones = [Phone(self._hall, number, card) for number, card in enumerate(cards)]
        self._chaos = chaos
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def join(self) -> None:
        """Open the doors and let everybody in; count who could not get in."""
        self._hall.began = asyncio.get_running_loop().time()
        await self._with_all(phone.join() for phone in self._phones)

    @asynccontextmanager
    async def round(self, question: str) -> AsyncIterator[None]:
        """Measure what happens inside as the vote on one question, from the host's click on."""
        hall, loop = self._hall, asyncio.get_running_loop()
        hall.round = Round(question)
        self.figures.rounds.append(hall.round)
        hall.clicked_at = loop.time()
        try:
            yield
        finally:
            self.figures.voting_s += loop.time() - hall.clicked_at
            hall.clicked_at = None

    async def vote(self, question: int, votes: Sequence[Vote | None], *, restart: Restart | None = None) -> Answers:
        """Let every phone with a ballot cast it; half of them while the server restarts, if it does."""
        answers = Answers()
        casts = [
            self._one(self._phones[number], question, vote, answers)
            for number, vote in enumerate(votes)
            if vote is not None
        ]
        if restart is None:
            await asyncio.gather(*casts)
        else:
            half = len(casts) // 2
            await asyncio.gather(*casts[:half])
            await asyncio.gather(restart(), *casts[half:])
        return answers

    async def storm(self, question: int) -> None:
        """Let everybody lose the network at once and come back within seconds, now and then."""
        if self._chaos is None or question % STORM_EVERY:
            return
        loop = asyncio.get_running_loop()
        began = loop.time()
        for phone in self._phones:
            phone.lose_network(self._chaos.rejoins_after_s(question, phone.number))
        await asyncio.sleep(0)  # connections end in the loop's next turn
        await self._with_all(phone.is_back() for phone in self._phones)
        self.figures.storms_s.append(loop.time() - began)

    async def vote_late(self, question: int, votes: Sequence[Vote | None], choices: Choices, answers: Answers) -> None:
        """Repeat ballots after the poll closed, and try new ones: a repeat has its old answer, a new one none."""
        if self._chaos is None:
            return
        sent = next(vote for vote in votes if vote is not None)
        for phone, vote in zip(self._phones, votes, strict=True):
            try:
                if vote is None:
                    late = Vote(sent.poll, phone.card, choices, sent.pad_bytes)
                    answer = await phone.cast(late)
                    self._expect(answer.code, "poll_not_open", answers)
                elif self._chaos.of(question, phone.number) is Mischief.LATE:
                    self.figures.mischief[Mischief.LATE] += 1
                    answer = await phone.cast(vote)
                    self._expect(answer.code, "", answers)
            except Lost:
                self.figures.drops += 1

    async def are_up_to_date(self, seq: int) -> None:
        """Wait until every phone has heard the meeting's last event; what stays away is missed."""
        try:
            async with asyncio.timeout(UP_TO_DATE_S):
                while any(phone.seq < seq for phone in self._phones):  # noqa: ASYNC110 - phones tell nobody
                    await asyncio.sleep(LOOK_S)
        except TimeoutError:
            self.figures.missed += sum(max(0, seq - phone.seq) for phone in self._phones)

    async def leave(self) -> None:
        """Let everybody hang up; count connections that did not end."""
        clean = await asyncio.gather(*(phone.leave() for phone in self._phones))
        self.figures.left_open += clean.count(False)

    async def _with_all(self, ways: Iterable[Awaitable[None]]) -> None:
        """Wait for every phone; one that gives up is counted and does not end the evening."""
        ended = await asyncio.gather(*ways, return_exceptions=True)
        unforeseen = [each for each in ended if isinstance(each, Exception) and not isinstance(each, GAVE_UP)]
        if unforeseen:
            raise unforeseen[0]
        self.figures.drops += sum(isinstance(each, GAVE_UP) for each in ended)

    async def _one(self, phone: Phone, question: int, vote: Vote, answers: Answers) -> None:
        mischief = self._chaos.of(question, phone.number) if self._chaos else None
        async with self._gate:
            if mischief is not None and mischief is not Mischief.LATE:
                self.figures.mischief[mischief] += 1
            try:
                if mischief is Mischief.TAB:
                    await self._two_tabs(phone, vote, answers)
                else:
                    await self._cast(phone, vote, mischief, answers)
            except Lost:
                self.figures.drops += 1

    async def _cast(self, phone: Phone, vote: Vote, mischief: Mischief | None, answers: Answers) -> None:
        is_slow = mischief is Mischief.SLOW
        if is_slow:
            phone.read_slowly(is_slow=True)
        try:
            answer = await phone.cast(vote, mischief)
        finally:
            if is_slow:
                phone.read_slowly(is_slow=False)
        if self._expect(answer.code, "", answers):
            answers.accepted.append(vote)
        if mischief is Mischief.REPEAT:
            again = await phone.cast(vote)
            self._expect(again.code, "", answers)

    async def _two_tabs(self, phone: Phone, vote: Vote, answers: Answers) -> None:
        """Cast from two connections with one card; exactly one ballot may get in."""
        tab = Phone(self._hall, phone.number, phone.card)
        other = Vote(vote.poll, vote.card, vote.choices, vote.pad_bytes)
        retries = phone.retries
        try:
            await tab.join(is_counted=False)
            both = await asyncio.gather(phone.cast(vote), tab.cast(other))
        finally:
            self.figures.left_open += not await tab.leave()
        taken = [each for each, answer in zip((vote, other), both, strict=True) if answer.t == "ack"]
        refused = [answer.code for answer in both if answer.t == "error"]
        answers.accepted += taken
        if len(taken) == 1 and refused == ["already_voted"]:
            answers.doubles += 1
            answers.resent_doubles += phone.retries - retries + tab.retries
        else:
            answers.unexpected.append(f"zwei Fenster: {len(taken)} angenommen, {', '.join(refused)}")

    @staticmethod
    def _expect(code: str, wanted: str, answers: Answers) -> bool:
        if code != wanted:
            answers.unexpected.append(f"{code or 'angenommen'} statt {wanted or 'angenommen'}")
        return code == wanted
