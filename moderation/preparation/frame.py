"""The frame of every page of the preparation: whose meeting, the steps with what they lack, and the way on.

Guarantees: a page shows the meeting of its own organisation only; the list of steps is computed from what is stored,
so one can stop anywhere and come back.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from litestar import Response

from backend.accounts.types import Principal
from backend.cards.queries import packs_of
from backend.cards.types import CardKind
from backend.kit.errors import NotFound
from backend.kit.uow import UnitOfWork
from backend.meetings.checklist import tasks_of
from backend.meetings.plan import Plan
from backend.meetings.preparation import Facts, Lacks, Step, lacks_of, next_step
from backend.meetings.queries import Meeting, agenda_of, get_meeting, plan_of, ticks_of
from backend.polls.queries import Poll, polls_of
from backend.runtime import Runtime
from backend.web.rendering import page
from moderation.office import Office, office_of
from moderation.stage.carry_out import AnyRequest
from moderation.stage.evenings import KEY_BYTES, RUN, SECTION

HERE = "/verwaltung/{org:str}/abende/{meeting_id:str}/vorbereiten"
OPT = RUN
SLUGS = MappingProxyType(
    {
        Step.DATE: "termin",
        Step.AGENDA: "ablauf",
        Step.QUESTIONS: "fragen",
        Step.CREW: "team",
        Step.PRINT: "druck",
        Step.REHEARSAL: "probe",
        Step.EVENING: "abend",
    }
)
LONGEST_EVENING_MINUTES = 240  # after four hours nobody decides well any more; only named, never refused


@dataclass(frozen=True, slots=True)
class Preparation:
    """One meeting being prepared."""

    office: Office
    meeting: Meeting
    plan: Plan
    polls: tuple[Poll, ...]
    stacks: tuple[Poll, ...]
    facts: Facts
    lacks: Lacks

    @property
    def base(self) -> str:
        """Return where the pages of this preparation begin."""
        return home(self.office.owner.slug, self.meeting.id)

    @property
    def next_step(self) -> Step:
        """Return the first step that lacks something."""
        return next_step(self.lacks)


def home(org: str, meeting_id: str, step: Step | None = None, anchor: str = "") -> str:
    """Return the address of the preparation, or of one step."""
    slug = f"/{SLUGS[step]}" if step else ""
    return f"/verwaltung/{org}/abende/{meeting_id}/vorbereiten{slug}{anchor}"


async def preparation_of(
    request: AnyRequest, reader: UnitOfWork, principal: Principal, *, org: str, meeting_id: str
) -> Preparation:
    """Read everything the frame needs. Raises: NotFound."""
    office = await office_of(request, reader, principal, org=org, section=SECTION)
    meeting = await own_meeting(reader, org_id=office.owner.id, meeting_id=meeting_id)
    plan = await plan_of(reader.session, meeting_id)
    known = await polls_of(reader.session, meeting_id)
    polls = tuple(poll for poll in known if not poll.is_waiting_stack)
    facts = await _facts(reader, meeting, plan, polls)
    stacks = tuple(poll for poll in known if poll.is_waiting_stack)
    return Preparation(office, meeting, plan, polls, stacks, facts, lacks_of(facts))


async def own_meeting(uow: UnitOfWork, *, org_id: str, meeting_id: str) -> Meeting:
    """Return a meeting of this organisation. Raises: NotFound."""
    meeting = await get_meeting(uow.session, meeting_id)
    if meeting.org_id != org_id:
        raise NotFound
    return meeting


def prep_page(
    request: AnyRequest, rt: Runtime, preparation: Preparation, step: Step, *, status: int = 200, **context: object
) -> Response[str]:
    """Render one step inside the frame."""
    return page(
        request,
        f"staff/prep/{SLUGS[step]}.html",
        status_code=status,
        prep=preparation,
        meeting=preparation.meeting,
        step=step.value,
        steps=[(each.value, SLUGS[each], preparation.lacks[each]) for each in Step],
        key=rt.entropy.bytes(KEY_BYTES).hex(),
        **preparation.office.context(),
        **context,
    )


async def _facts(reader: UnitOfWork, meeting: Meeting, plan: Plan, polls: tuple[Poll, ...]) -> Facts:
    items = await agenda_of(reader.session, meeting.id)
    packs = await packs_of(reader.session, meeting.id)
    ticked = await ticks_of(reader.session, meeting.id)
    return Facts(
        state=meeting.state,
        has_place=meeting.place_id is not None,
        has_notice=bool(meeting.notice.get("de")),
        items=len(items),
        questions=sum(not poll.is_practice for poll in polls),
        practice=sum(poll.is_practice for poll in polls),
        cards=sum(pack.size - pack.void_count for pack in packs if pack.kind is CardKind.VOTING),
        plan=plan,
        ticks_open=sum(task.id not in ticked for task in tasks_of(plan)),
        overlong_minutes=max(0, sum(item.minutes for item in items) - LONGEST_EVENING_MINUTES),
    )
