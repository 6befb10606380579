"""Seed: tell the whole story into an empty database, in the order it happened.

Everything goes through the actions people use, so the log, the receipts and the traces of the demo are real.
The two procedures overlap; their steps are played together, by date.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from backend.accounts.models import Organisation
from backend.demo.evening import Evening, hold_evening, plan_evening
from backend.demo.minutes import write_minutes
from backend.demo.open_now import CONSULTATION_ID, seed_open_consultation
from backend.demo.outcome import Outcomes
from backend.demo.people import seed_places, seed_staff
from backend.demo.procedure import seed_consultation, seed_contribution, seed_topics
from backend.demo.story import Json, Story, load_story
from backend.demo.tonight import seed_tonight
from backend.demo.waiting import seed_waiting
from backend.kit.clock import FixedClock
from backend.runtime import Runtime

Step = tuple[datetime, Callable[[], Awaitable[None]]]

PLANNED_BEFORE = timedelta(days=20)
MORNING_AFTER = timedelta(hours=14)
SITTING = timedelta(hours=8)  # after noon: councils sit in the evening
SEEDED_BEFORE = timedelta(days=30)
OPENED_BEFORE = timedelta(days=2, hours=4)
LEFT_BEFORE = timedelta(days=2)


async def seed_if_empty(rt: Runtime, clock: FixedClock) -> bool:
    """Seed the demo unless there is an organisation already; tell whether it did."""
    async with rt.work.read() as uow:
        if await uow.session.scalar(select(Organisation.id).limit(1)):
            return False
    today = clock.now()
    await seed_demo(rt, clock, load_story(today.date()), today=today)
    return True


async def seed_demo(rt: Runtime, clock: FixedClock, story: Story, *, today: datetime) -> None:
    """Seed the whole demo; `clock` stands at `today` again when it ends."""
    cases = [story.case("case-radweg"), story.case("case-marktplatz")]
    clock.set(story.noon(cases[0]["consultation"]["phases"][0]["opens"]) - SEEDED_BEFORE)
    async with rt.work.write() as uow:
        organisations = await seed_places(uow, story)
        users = await seed_staff(uow, organisations)
    plays = [CasePlay(rt, clock, story, case=case, organisations=organisations, users=users) for case in cases]
    own = organisations["auenfurt"]
    now_open = partial(seed_open_consultation, rt, organisation=own, users=users, today=today)
    waiting = partial(seed_waiting, rt, clock, consultation_id=CONSULTATION_ID, users=users, today=today)
    around: list[Step] = [(today - OPENED_BEFORE, now_open), (today - LEFT_BEFORE, waiting)]
    steps = sorted([*around, *(step for play in plays for step in play.steps(today))], key=lambda step: step[0])
    for moment, play_step in steps:
        clock.set(max(moment, clock.now()))
        await play_step()
    clock.set(today)
    await seed_tonight(rt, story, organisation=own, today=today)
    await rt.log.flush()


class CasePlay:
    """One case of the story as dated steps."""

    def __init__(
        self,
        rt: Runtime,
        clock: FixedClock,
        story: Story,
        *,
        case: Json,
        organisations: dict[str, Organisation],
        users: dict[str, str],
    ) -> None:
        self._rt = rt
        self._clock = clock
        self._story = story
        self._case = case
        self._organisation = organisations[case["consultation"]["tenant"]]
        self._users = users
        self._outcomes = Outcomes(rt, story, case=case, users=users)
        self._evening: Evening | None = None

    def steps(self, today: datetime) -> list[Step]:
        """Return every step with its moment; none is later than `today`."""
        story, case = self._story, self._case
        consultation, decision = case["consultation"], case["decision"]
        starts_at = story.at(case["meeting"]["start"])
        last_sitting = story.noon(decision["consultations"][-1]["date"]) + SITTING
        steps: list[Step] = [
            (story.noon(consultation["phases"][0]["opens"]), self._announce),
            (starts_at - PLANNED_BEFORE, self._plan),
            (starts_at, self._hold),
            (starts_at + MORNING_AFTER, self._weigh),
            (story.noon(decision["paper"]["date"]), self._outcomes.carry),
            (last_sitting + MORNING_AFTER, self._outcomes.decide),
            (max(story.noon(decision["feedback"]["sent_at"]), last_sitting + 2 * MORNING_AFTER), self._outcomes.answer),
        ]
        steps += [
            (story.at(source["received_at"]), partial(self._contribute, source))
            for source in consultation["contributions"]
        ]
        steps += [
            (story.noon(source["date"]) + SITTING, partial(self._outcomes.deliberate, source))
            for source in decision["consultations"]
        ]
        return [(min(moment, today), step) for moment, step in steps]

    async def _announce(self) -> None:
        await seed_consultation(self._rt, self._story, case=self._case, organisation=self._organisation)

    async def _contribute(self, source: Json) -> None:
        consultation_id = self._case["consultation"]["id"]
        await seed_contribution(
            self._rt, self._story, consultation_id=consultation_id, source=source, users=self._users
        )

    async def _plan(self) -> None:
        self._evening = await plan_evening(
            self._rt,
            self._story,
            case=self._case,
            organisation=self._organisation,
            starts_at=self._story.at(self._case["meeting"]["start"]),
        )

    async def _hold(self) -> None:
        if self._evening is None:
            raise LookupError(self._case["id"])
        tellers = (self._users["yilmaz"], self._users["brandt"])
        await hold_evening(self._rt, self._clock, self._evening, case=self._case, tellers=tellers)
        await write_minutes(self._rt, self._clock, self._evening.meeting_id, users=self._users)

    async def _weigh(self) -> None:
        if self._evening is None:
            raise LookupError(self._case["id"])
        await seed_topics(self._rt, self._case, by=self._users["hofmann"])
        sources = self._case["meeting"]["polls"]
        polls = {source["id"]: poll.id for source, poll in zip(sources, self._evening.polls, strict=True)}
        await self._outcomes.weigh(polls)
