"""What the pages around one consultation have in common: the procedure, its organisation, phases, ways, supporters."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from litestar import Request
from litestar.datastructures import Cookie

from backend.accounts.queries import Org, PlaceView, org_by_slug, places_of
from backend.consultations.queries.procedures import Consultation, public_consultation
from backend.consultations.rate import source_of as keyed_source
from backend.consultations.rules import local_day
from backend.consultations.types import ANALOGUE_CHANNELS, ModerationMode, Phase, PhaseType
from backend.kit.entropy import base32
from backend.kit.settings import Settings
from backend.kit.uow import UnitOfWork
from backend.runtime import Runtime
from backend.web.frame import org_view
from backend.web.source import source_of

AnyRequest = Request[Any, Any, Any]
KEY_BYTES = 16
GUEST_BYTES = 16
GUEST_CHARS = 64


@dataclass(frozen=True, slots=True)
class PhaseStep:
    """A phase with its place in time."""

    phase: Phase
    state: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request is: the organisation, the procedure, the day."""

    owner: Org
    consultation: Consultation
    today: date
    places: dict[str, PlaceView]

    def context(self) -> dict[str, object]:
        """Return what every template around a consultation may use."""
        each, today = self.consultation, self.today
        writing = each.writing(today)
        offline = [channel.value for channel in each.channels if channel in ANALOGUE_CHANNELS]
        return {
            "org": org_view(self.owner),
            "section": "mitmachen",
            "c": each,
            "today": today,
            "writing": writing,
            "coming": each.coming(today),
            "current": each.current(today),
            "deciding": each.phase(PhaseType.DECIDE),
            "reads_first": writing is not None and writing.moderation is ModerationMode.PRE,
            "offline": offline,
            "kiosks": [place for place in self.places.values() if "kiosk" in place.kind],
            "places": self.places,
            "rules_path": f"/{self.owner.slug}/regeln",
            "supported": frozenset(),
        }


async def place_of(reader: UnitOfWork, org: str, slug: str) -> Place:
    """Return the place of a request. Raises: NotFound, UnknownConsultation."""
    today = local_day(reader.now)
    owner = await org_by_slug(reader.session, org)
    consultation = await public_consultation(reader.session, org, slug, today=today)
    places = {place.id: place for place in await places_of(reader.session, owner.id)}
    return Place(owner, consultation, today, places)


def phase_steps(consultation: Consultation, today: date) -> list[PhaseStep]:
    """Return the phases with `done`, `now` or `open`; of phases that overlap only the later one is `now`."""
    current = consultation.current(today)
    steps: list[PhaseStep] = []
    for phase in consultation.phases:
        state = "now" if phase is current else "done" if phase.opens_on <= today else "open"
        steps.append(PhaseStep(phase, state))
    return steps


def input_source(request: AnyRequest, rt: Runtime, uow: UnitOfWork) -> str:
    """Return the keyed name of a sender, for limits only."""
    return keyed_source(rt.keyring.throttle, source_of(request), local_day(uow.now))


def form_key(rt: Runtime) -> str:
    """Return a fresh request key for a form."""
    return base32(rt.entropy.bytes(KEY_BYTES))


def mail_is_on(settings: Settings) -> bool:
    """Tell whether answers by e-mail can be offered; the demo shows it without sending."""
    return bool(settings.smtp_url) or settings.mode == "demo"


def guest_name(settings: Settings) -> str:
    """Return the name of the cookie that remembers one's supports until the browser closes."""
    return "__Host-machmit-gast" if settings.is_https else "machmit-gast"


def guest_of(request: AnyRequest, settings: Settings) -> str | None:
    """Return the browser's own random token, if it has one."""
    value = request.cookies.get(guest_name(settings), "")
    return value if 0 < len(value) <= GUEST_CHARS else None


def new_guest(rt: Runtime) -> Cookie:
    """Return a cookie with a fresh token; set only when somebody supports something."""
    return Cookie(
        key=guest_name(rt.settings),
        value=base32(rt.entropy.bytes(GUEST_BYTES)),
        path="/",
        httponly=True,
        secure=rt.settings.is_https,
        samesite="lax",
    )


def supporter_of(token: str) -> bytes:
    """Return what the database keeps of a browser's token."""
    return hashlib.sha256(b"machmit/supporter/v1\0" + token.encode()).digest()
