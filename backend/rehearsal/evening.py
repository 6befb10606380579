"""The rehearsed evening from the first card to the published result, and what it compared."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from backend.polls.types import Channel
from backend.rehearsal import paper
from backend.rehearsal.kiosk import Kiosk
from backend.rehearsal.phones import Phones, Vote
from backend.rehearsal.script import Question, Script
from backend.rehearsal.staff import Json, Staff, sign_in
from backend.transparency.verifier import Report, verify_url

LOG_WAIT_S = 20


@dataclass(slots=True)
class Outcome:
    """What one question came to."""

    question: str
    expected: Json
    counted: Json
    differences: list[str]
    reviewed: int


@dataclass(slots=True)
class Rehearsal:
    """The report of a whole rehearsal."""

    case: str
    outcomes: list[Outcome] = field(default_factory=list)
    phones: Json = field(default_factory=dict)
    log: Report | None = None

    @property
    def ok(self) -> bool:
        """Whether every number, every equation and the log agreed."""
        return all(not each.differences for each in self.outcomes) and self.log is not None and self.log.ok


class Evening:
    """Plays one script against one server."""

    def __init__(self, staff: Staff, script: Script, *, chaos: bool = False) -> None:
        self._staff = staff
        self._script = script
        self._chaos = chaos
        self._cards: dict[Channel, list[str]] = {}

    async def play(self) -> Rehearsal:
        """Run the evening and compare every channel and total. Raises: RehearsalError."""
        report = Rehearsal(self._script.case_id)
        meeting = await self._prepare()
        phones = Phones(self._staff.url, meeting["id"], chaos=self._chaos)
        kiosk = await Kiosk.enrol(self._staff, self._script.org, name="Probe-Kiosk")
        try:
            for question in self._script.questions:
                report.outcomes.append(await self._ask(meeting, question, phones, kiosk))
        finally:
            await kiosk.close()
        for target in ("closed", "minuted"):
            meeting = await self._move(meeting, target)
        figures = phones.figures
        report.phones = {
            "votes": len(figures.latencies_ms),
            "p50_ms": round(figures.percentile(0.5), 1),
            "p99_ms": round(figures.percentile(0.99), 1),
            "retries": figures.retries,
            "drops": figures.drops,
            "refused": figures.refused,
            "wrong_codes": figures.wrong_codes,
        }
        report.log = await self._check_log()
        return report

    async def _prepare(self) -> Json:
        """Create meeting and cards, open the packs, let everybody in."""
        script = self._script
        body = {
            "org": script.org,
            "title": {"de": f"Probe: {script.title}"},
            "notice": script.notice,
            "starts_at": datetime.now(UTC).isoformat(),
            "assembly_type": script.assembly_type,
            "agenda": [{"no": "1", "title": {"de": "Abstimmungen"}, "minutes": 30}],
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

    async def _ask(self, meeting: Json, question: Question, phones: Phones, kiosk: Kiosk) -> Outcome:
        """Run one poll through all its states."""
        source = question.source
        body = {key: source[key] for key in ("type", "question", "options")} | {"max": source["max"]}
        poll: Json = await self._staff.post("host", f"/api/v1/meetings/{meeting['id']}/polls", body)
        for target in ("ready", "open"):
            poll = await self._staff.step(poll, target)
        stack = await paper.hand_out(self._staff, poll, self._cards[Channel.PAPER], question.ballots[Channel.PAPER])
        await asyncio.gather(
            phones.vote(self._votes(poll, question)),
            kiosk.cast_all(poll, self._cards[Channel.KIOSK], question.ballots[Channel.KIOSK]),
        )
        for card in self._cards[Channel.PHONE][: question.duplicates]:
            await kiosk.cast(poll, card, question.ballots[Channel.PHONE][0])
        for target in ("closing", "closed", "counting"):
            poll = await self._staff.step(poll, target)
        reviewed = await paper.count(self._staff, poll, stack)
        poll = await self._staff.step(poll, "sealed")
        for teller in paper.TELLERS:
            await self._staff.post(teller, f"/api/v1/polls/{poll['id']}/signatures", {})
        for target in ("revealed", "published"):
            poll = await self._staff.step(poll, target)
        record: Json = await self._staff.get("teller", f"/api/v1/polls/{poll['id']}/count-record")
        return Outcome(
            question=source["question"]["de"],
            expected=question.expected,
            counted=record,
            differences=differences(question, record, is_scaled=self._script.is_scaled),
            reviewed=reviewed,
        )

    def _votes(self, poll: Json, question: Question) -> list[Vote]:
        pairs = zip(self._cards[Channel.PHONE], question.ballots[Channel.PHONE], strict=False)
        return [Vote(poll["id"], card, choices, poll["pad_bytes"]) for card, choices in pairs]

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


def differences(question: Question, record: Json, *, is_scaled: bool = False) -> list[str]:
    """Compare a count record with what the script expects; return what does not agree, in words."""
    expected = question.expected
    open_equations = [equation for equation in record["equations"] if not equation["holds"]]
    found = [f"{equation['name']} {equation['about']}".strip() for equation in open_equations]
    numbers = {"rejected_duplicates": (record["rejected_duplicates"], expected["rejected_duplicates"])}
    for channel, number in expected["ballots"].items():
        numbers[channel] = (record["by_channel"][channel]["ballots"], number)
    if not is_scaled:
        numbers |= {key: (record[key], expected[key]) for key in ("valid", "invalid")}
    found += [f"{name}: {counted} ≠ {wanted}" for name, (counted, wanted) in numbers.items() if counted != wanted]
    return found if is_scaled else found + _different_totals(expected, record)


def _different_totals(expected: Json, record: Json) -> list[str]:
    totals = {"totals": (record["totals"], expected["totals"])}
    for channel, wanted in expected["by_channel"].items():
        totals[channel] = (record["by_channel"][channel]["totals"], wanted)
    return [f"{name}: {counted} ≠ {wanted}" for name, (counted, wanted) in totals.items() if not _same(counted, wanted)]


def _same(counted: dict[str, Any], expected: dict[str, int]) -> bool:
    return {key: number for key, number in counted.items() if number} == {
        key: number for key, number in expected.items() if number
    }


async def rehearse(url: str, script: Script, *, tokens: Path | None = None, chaos: bool = False) -> Rehearsal:
    """Rehearse a script against a running server."""
    async with await sign_in(url, tokens) as staff:
        return await Evening(staff, script, chaos=chaos).play()
