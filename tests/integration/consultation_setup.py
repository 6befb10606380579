"""A town with a published consultation and two people in its office; shared by the consultation tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from backend.accounts.models import Body, Organisation, Place, RoleGrant, StaffUser
from backend.accounts.types import Role
from backend.consultations.actions.edit_consultation import create_consultation
from backend.consultations.actions.publish_consultation import publish_consultation
from backend.consultations.drafts import ConsultationDraft
from backend.consultations.types import (
    Channel,
    ModerationMode,
    NextStep,
    Phase,
    PhaseRights,
    PhaseType,
)
from backend.kit.uow import UnitOfWork

KATRIN, JONAS, MENTOR = "user-katrin", "user-jonas", "user-mentor"
ORG, SLUG = "auenfurt", "marktplatz"


@dataclass(frozen=True, slots=True)
class Town:
    """Ids of what was set up."""

    org_id: str
    consultation_id: str


def draft(*, moderation: ModerationMode = ModerationMode.PRE, **changes: object) -> ConsultationDraft:
    """Return a complete procedure that collects contributions on the evening of the test clock."""
    fields: dict[str, object] = {
        "title": {"de": "Umgestaltung des Marktplatzes", "ls": "Der Markt-Platz wird neu"},
        "slug": SLUG,
        "summary": {"de": "Der Marktplatz wird ab 2028 erneuert.", "ls": "Wir bauen den Markt-Platz neu."},
        "fixed": [{"de": "Der Stadtbrunnen bleibt."}],
        "open": [{"de": "Bäume und Schatten"}, {"de": "Sitzplätze"}],
        "deciding_body_id": "body-stadtrat",
        "promised_feedback_by": date(2027, 6, 11),
        "channels": [Channel.WEB, Channel.PAPER_CARD, Channel.TELEPHONE, Channel.ORAL],
        "next_steps": [NextStep(date(2027, 4, 20), {"de": "Abwägen"}, {"de": "Jeder Beitrag kommt zu einem Thema."})],
        "phases": [
            Phase(PhaseType.ANNOUNCE, date(2027, 1, 18), date(2027, 1, 31)),
            Phase(PhaseType.COLLECT, date(2027, 2, 1), date(2027, 3, 14), PhaseRights.WRITE, moderation),
            Phase(PhaseType.WEIGH, date(2027, 3, 15), date(2027, 4, 20)),
        ],
    }
    return ConsultationDraft(**(fields | changes))  # type: ignore[arg-type]


async def add_office(uow: UnitOfWork) -> None:
    """Create the town, its council, a place and three people."""
    uow.session.add(
        Organisation(
            id=ORG, slug=ORG, name="Stadt Auenfurt", short_name="Auenfurt", kind="gemeinde", n_min=50, imprint={}
        )
    )
    uow.session.add(
        Organisation(
            id="nachbar", slug="nachbar", name="Nachbarort", short_name="Nachbar", kind="gemeinde", n_min=50, imprint={}
        )
    )
    await uow.session.flush()
    uow.session.add(Body(id="body-stadtrat", org_id=ORG, name="Stadtrat Auenfurt", classification="Hauptorgan"))
    uow.session.add(
        Place(
            id="place-seniorentreff",
            org_id=ORG,
            name="Seniorentreff",
            kind="kiosk",
            address="Brunnengasse 11",
            opening_hours="Mo bis Fr, 9 bis 16 Uhr",
            mentor_hours=["Di 10 bis 12 Uhr"],
            step_free=True,
        )
    )
    people = {
        KATRIN: ("katrin", "Katrin Berger", (Role.MODERATOR, Role.EDITOR)),
        JONAS: ("jonas", "Jonas Weber", (Role.MODERATOR,)),
        MENTOR: ("pia", "Pia Patin", (Role.MENTOR,)),
    }
    for user_id, (name, display_name, roles) in people.items():
        uow.session.add(
            StaffUser(id=user_id, name=name, display_name=display_name, password_hash="x", created_at=uow.now)
        )
        await uow.session.flush()
        for role in roles:
            uow.session.add(RoleGrant(user_id=user_id, org_id=ORG, role=role))
    await uow.session.flush()


async def add_town(uow: UnitOfWork, **changes: object) -> Town:
    """Create the office and a published consultation."""
    await add_office(uow)
    consultation_id = await create_consultation(uow, ORG, draft=draft(**changes))  # type: ignore[arg-type]
    await publish_consultation(uow, consultation_id, version=1)
    return Town(ORG, consultation_id)
