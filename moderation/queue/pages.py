"""The queue: groups on the left, one case in the middle, the decision on the right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from litestar import Response, get

from backend.accounts.types import Principal, Right
from backend.consultations.flags import masked
from backend.consultations.intake import PERSONAL
from backend.consultations.letters import Reasons, letter
from backend.consultations.lookups import rules_of
from backend.consultations.queries.case import Case, case_of, complaint_of, has_seen_original, notice_of
from backend.consultations.queries.figures import year_figures
from backend.consultations.queries.queue import Queue, queue_of
from backend.consultations.queries.topics import topic_titles
from backend.consultations.rules import complaint_until, is_checked, local_day
from backend.consultations.types import VISIBLE_STATES, Flag, Outcome, Rule
from backend.kit.uow import UnitOfWork
from backend.web.access import access
from backend.web.forms import FormState
from backend.web.rendering import page
from backend.web.security import PERSONAL as OFFICE_ONLY
from moderation.office import AnyRequest, Office, office_of

SECTION = "/moderation"
OPT = {"access": access(Right.MODERATE), "policy": OFFICE_ONLY}
PERSONAL_DATA_RULE = 5
ID_CHARS = 40
CHOICES = ("beitrag", "meldung", "beschwerde")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a text; flagged parts are marked for the reader."""

    text: str
    is_flagged: bool


@get("/verwaltung/{org:str}/moderation", opt=OPT, include_in_schema=False)
async def show_queue(request: AnyRequest, org: str, reader: UnitOfWork, principal: Principal) -> Response[str]:
    """Show the queue with the chosen entry, else with the one that waits longest."""
    office = await office_of(request, reader, principal, org=org, section=SECTION)
    queue = await queue_of(reader.session, office.owner.id)
    beitrag, meldung, beschwerde = (request.query_params.get(name, "")[:ID_CHARS] for name in CHOICES)
    if beschwerde:
        return await complaint_page(request, reader, principal, office=office, complaint_id=beschwerde)
    if meldung:
        return await notice_page(request, reader, office=office, notice_id=meldung)
    if not beitrag and not queue.review:
        if queue.complaints:
            return await complaint_page(request, reader, principal, office=office, complaint_id=queue.complaints[0].id)
        if queue.notices:
            return await notice_page(request, reader, office=office, notice_id=queue.notices[0].id)
        return page(request, "staff/queue/empty.html", status_code=200, **await base(reader, office, queue))
    return await case_page(request, reader, principal, office=office, ref=beitrag or queue.review[0].ref)


async def case_page(
    request: AnyRequest,
    reader: UnitOfWork,
    principal: Principal,
    *,
    office: Office,
    ref: str,
    form: FormState | None = None,
) -> Response[str]:
    """Render one contribution beside the form for its decision."""
    queue = await queue_of(reader.session, office.owner.id)
    case = await case_of(reader.session, office.owner.id, ref)
    rules = await rules_of(reader.session, office.owner.id)
    proposal = _proposal(case)
    context = await base(reader, office, queue) | {
        "case": case,
        "original": stretches(case.text, case.flags),
        "masked": case.text_published or masked(case.text, case.flags),
        "rules": rules,
        "proposal": proposal,
        "proposed_rule": PERSONAL_DATA_RULE if proposal is Outcome.REDACT else None,
        "may_check": principal.may(Right.RECORD_INPUT, office.owner.id),
        "needs_check": not is_checked(case.transcription),
        "topics": (await topic_titles(reader.session, [case.id])).get(case.id, []),
        "letter": preview(case, rules, outcome=proposal, now=reader.now),
        "is_mine": case.assigned_to_id == principal.user_id,
        "may_answer": principal.may(Right.WEIGH, office.owner.id) and case.state in VISIBLE_STATES,
        "form": form,
    }
    return page(request, "staff/queue/case.html", status_code=422 if form else 200, **context)


async def complaint_page(
    request: AnyRequest,
    reader: UnitOfWork,
    principal: Principal,
    *,
    office: Office,
    complaint_id: str,
    form: FormState | None = None,
) -> Response[str]:
    """Render a complaint with its history; the original only after the look was noted."""
    complaint = await complaint_of(reader.session, office.owner.id, complaint_id)
    case = await case_of(reader.session, office.owner.id, complaint.ref)
    decision = next(each for each in case.decisions if each.id == complaint.decision_id)
    seen = await has_seen_original(reader.session, case.id, principal.user_id, since=complaint.received_at)
    context = await base(reader, office, await queue_of(reader.session, office.owner.id)) | {
        "complaint": complaint,
        "case": case,
        "decision": decision,
        "is_first_person": decision.decided_by_id == principal.user_id,
        "original": stretches(case.text, case.flags) if seen else None,
        "masked": masked(case.text, case.flags) if seen else "",
        "form": form,
    }
    return page(request, "staff/queue/complaint.html", status_code=422 if form else 200, **context)


async def notice_page(
    request: AnyRequest, reader: UnitOfWork, *, office: Office, notice_id: str, form: FormState | None = None
) -> Response[str]:
    """Render a report beside the form for its answer."""
    found = await notice_of(reader.session, office.owner.id, notice_id)
    case = await case_of(reader.session, office.owner.id, found.ref)
    context = await base(reader, office, await queue_of(reader.session, office.owner.id)) | {
        "notice": found,
        "case": case,
        "form": form,
    }
    return page(request, "staff/queue/notice.html", status_code=422 if form else 200, **context)


async def base(reader: UnitOfWork, office: Office, queue: Queue) -> dict[str, object]:
    """Return what every page of the queue shows: frame, groups, figures."""
    year = local_day(reader.now).year
    figures = await year_figures(reader.session, office.owner.id, year)
    return office.context() | {
        "queue": queue,
        "figures": figures,
        "year": year,
        "today": local_day(reader.now),
        "base": f"/verwaltung/{office.owner.slug}{SECTION}",
        "case": None,
        "notice": None,
        "complaint": None,
    }


def stretches(text: str, flags: tuple[Flag, ...]) -> list[Stretch]:
    """Return a text cut at its flags."""
    parts, at = [], 0
    for flag in flags:
        parts += [
            Stretch(text[at : flag.start], is_flagged=False),
            Stretch(text[flag.start : flag.end], is_flagged=True),
        ]
        at = flag.end
    return [part for part in [*parts, Stretch(text[at:], is_flagged=False)] if part.text]


def preview(
    case: Case, rules: list[Rule], *, outcome: Outcome, now: datetime, rule_number: int | None = None, facts: str = ""
) -> list[str]:
    """Return the letter the author would get, as paragraphs."""
    number = rule_number or (PERSONAL_DATA_RULE if outcome is Outcome.REDACT else None)
    rule = next((each for each in rules if each.number == number), None)
    reasons = Reasons(case.ref, outcome, rule, facts, bool(case.flags), complaint_until(now))
    return letter(reasons).split("\n\n")


def _proposal(case: Case) -> Outcome:
    return Outcome.REDACT if any(flag.kind in PERSONAL for flag in case.flags) else Outcome.PUBLISH


routes = [show_queue]
