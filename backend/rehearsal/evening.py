"""The rehearsed evening from the first card to the published result, and what it compared."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from backend.polls.types import Channel
from backend.rehearsal.asking import Asking
from backend.rehearsal.chaos import Chaos
from backend.rehearsal.compare import Outcome
from backend.rehearsal.figures import Figures
from backend.rehearsal.kiosk import Kiosk
from backend.rehearsal.phones import Phones, Restart
from backend.rehearsal.script import Script
from backend.rehearsal.staff import Json, Staff, sign_in
from backend.transparency.verifier import Report, verify_url

LOG_WAIT_S = 20
RESTART_AT = 1  # the question during which the server is restarted, counted from 0

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How an evening is rehearsed: with which mishaps, and who is told how far it is."""

    chaos: Chaos | None = None
    restart: Restart | None = None
    tell: Progress = lambda _: None


@dataclass(slots=True)
class Rehearsal:
    """The report of a whole rehearsal."""

    case: str
    title: str
    cards: int
    with_paper: bool
    left_out: Sequence[str]
    began_at: datetime
    plan: Plan
    outcomes: list[Outcome] = field(default_factory=list)
    figures: Figures = field(default_factory=Figures)
    restarts: int = 0
    log: Report | None = None
    ended_at: datetime | None = None

    @property
    def is_whole(self) -> bool:
        """Whether no phone missed, lost or mistook anything, and every connection ended."""
        figures = self.figures
        return not (figures.drops or figures.wrong_codes or figures.missed or figures.left_open)

    @property
    def ok(self) -> bool:
        """Whether every number, every equation, every ballot and the log agreed."""
        is_same = all(not each.differences for each in self.outcomes)
        return is_same and self.is_whole and self.log is not None and self.log.ok


class Evening:
    """Plays one script against one server."""

    def __init__(self, staff: Staff, script: Script, plan: Plan) -> None:
        self._staff = staff
        self._script = script
        self._plan = plan
        self._cards: dict[Channel, list[str]] = {}

    async def play(self) -> Rehearsal:
        """Run the evening and compare every channel and total. Raises: RehearsalError."""
        script, plan = self._script, self._plan
        report = Rehearsal(
            case=script.case_id,
            title=script.title,
            cards=script.cards,
            left_out=script.left_out,
            with_paper=script.first_use[Channel.PAPER] > 0,
            began_at=datetime.now(UTC),
            plan=plan,
        )
        plan.tell("Karten und Einlass")
        meeting = await self._prepare()
        phones = Phones(self._staff.url, meeting["id"], self._cards[Channel.PHONE], chaos=plan.chaos)
        report.figures = phones.figures
        kiosk = await Kiosk.enrol(self._staff, script.org, name="Probe-Kiosk")
        try:
            await self._votes(meeting, phones, kiosk, report)
        finally:
            await kiosk.close()
            await phones.leave()
        plan.tell("Protokoll nachrechnen")
        report.log = await self._check_log()
        report.ended_at = datetime.now(UTC)
        return report

    async def _votes(self, meeting: Json, phones: Phones, kiosk: Kiosk, report: Rehearsal) -> None:
        """Let everybody in, ask every question, end the meeting."""
        self._plan.tell("Handys kommen herein")
        await phones.join()
        asking = Asking(self._staff, phones, kiosk, self._cards, is_kiosk_offline=self._plan.chaos is not None)
        for number, question in enumerate(self._script.questions):
            self._plan.tell(f"Frage {number + 1} von {len(self._script.questions)}")
            restart = self._plan.restart if number == RESTART_AT else None
            report.restarts += restart is not None
            report.outcomes.append(await asking.ask(meeting["id"], number, question, restart=restart))
        for target in ("closed", "minuted"):
            meeting = await self._move(meeting, target)
        state: Json = await self._staff.get(None, f"/api/v1/meetings/{meeting['id']}/state")
        await phones.are_up_to_date(state["seq"])

    async def _prepare(self) -> Json:
        """Create meeting and cards, open the packs, let everybody in."""
        script = self._script
        body = {
            "org": script.org,
            "title": {"de": f"Probe: {script.title}"},
            "notice": script.notice,
            "starts_at": datetime.now(UTC).isoformat(),
            "assembly_type": script.assembly_type,
            "agenda": list(script.agenda),
        }
        meeting: Json = await self._staff.post("host", "/api/v1/meetings", body)
        path = f"/api/v1/meetings/{meeting['id']}"
        drawn = await self._staff.post("host", f"{path}/cards", {"voting": script.cards, "guest": script.guests})
        for pack in drawn["packs"]:
            await self._staff.post("teller", f"/api/v1/packs/{pack['id']}/open")
        codes = iter([card["code"] for pack in drawn["packs"] for card in pack["cards"] if card["kind"] == "voting"])
        self._cards = {channel: [next(codes) for _ in range(script.first_use[channel])] for channel in Channel}
        for target in ("published", "checkin", "running"):
            meeting = await self._move(meeting, target)
        await self._staff.post("host", f"{path}/people", {"people": script.cards + script.guests})
        return meeting

    async def _move(self, meeting: Json, target: str) -> Json:
        body = {"to": target, "version": meeting["version"]}
        answer: Json = await self._staff.post("host", f"/api/v1/meetings/{meeting['id']}/transitions", body)
        return answer

    async def _check_log(self) -> Report:
        """Verify the server's log once it has taken in what the evening recorded."""
        report = Report()
        for _ in range(LOG_WAIT_S):
            await asyncio.sleep(1)
            report = await asyncio.to_thread(verify_url, self._staff.url)
            if report.ok:
                break
        return report


async def rehearse(url: str, script: Script, plan: Plan | None = None, *, tokens: Path | None = None) -> Rehearsal:
    """Rehearse a script against a running server. Raises: RehearsalError."""
    async with await sign_in(url, tokens) as staff:
        return await Evening(staff, script, plan or Plan()).play()
