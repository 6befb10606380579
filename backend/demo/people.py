"""Seed: organisations, councils, places and the demo's staff."""

from __future__ import annotations

from typing import Final

from backend.accounts.actions import create_user, grant_role
from backend.accounts.models import Body, Organisation, Place
from backend.accounts.types import Role
from backend.demo.imprints import imprint_of
from backend.demo.story import Story
from backend.kit.uow import UnitOfWork

DEMO_PASSWORD: Final = "mach-mit-vorfuehrung"  # noqa: S105 - printed on the demo page
N_MIN = 10

STAFF: Final[tuple[tuple[str, str, tuple[Role, ...]], ...]] = (
    ("hofmann", "Karin Hofmann (Leitung)", (Role.ADMIN, Role.EDITOR)),
    ("weber", "Jonas Weber (Regie)", (Role.HOST,)),
    ("yilmaz", "Elif Yılmaz (Zähltisch)", (Role.TELLER, Role.DOOR)),
    ("brandt", "Peter Brandt (Zähltisch)", (Role.TELLER, Role.DOOR)),
    ("lang", "Sofia Lang (Moderation)", (Role.MODERATOR, Role.EDITOR)),
    ("kraus", "Miriam Kraus (Moderation)", (Role.MODERATOR,)),
    ("patin", "Helga Roth (Plattformpatin)", (Role.MENTOR,)),
    ("rat", "Anton Fuchs (Stadtrat)", (Role.COUNCIL,)),
)
"""Name, display name, roles: in every organisation of the demo."""


async def seed_places(uow: UnitOfWork, story: Story) -> dict[str, Organisation]:
    """Add organisations with their bodies and places; return the organisations by their id in the story."""
    organisations: dict[str, Organisation] = {}
    for tenant in story.content["tenants"]:
        parent = organisations.get(tenant.get("parent", ""))
        organisations[tenant["id"]] = Organisation(
            id=uow.new_id(),
            slug=tenant["id"],
            name=tenant["name"],
            short_name=tenant["name"].split(" ", 1)[1],
            kind=tenant["type"],
            parent_id=parent.id if parent else None,
            ars=tenant["ars"],
            population=tenant["population"],
            n_min=N_MIN,
            imprint=imprint_of(tenant),
        )
        uow.session.add(organisations[tenant["id"]])
        await uow.session.flush()
    for body in story.content["organizations"]:
        uow.session.add(
            Body(
                id=body["id"],
                org_id=organisations[body["tenant"]].id,
                name=body["name"],
                classification=body["classification"],
            )
        )
    uow.session.add(
        Body(
            id="org-gr-wiesgrund",
            org_id=organisations["wiesgrund"].id,
            name="Gemeinderat Wiesgrund",
            classification="Hauptorgan",
        )
    )
    for place in story.content["places"]:
        uow.session.add(
            Place(
                id=place["id"],
                org_id=organisations[place["tenant"]].id,
                name=place["name"],
                kind=place["kind"],
                address=place["address_de"],
                opening_hours=place.get("opening_hours"),
                mentor_hours=place.get("mentor_hours", []),
                seats=place.get("seats"),
                step_free=place["step_free"],
                induction_loop=place.get("induction_loop", False),
                mobile_coverage=place.get("mobile_coverage"),
            )
        )
    await uow.session.flush()
    return organisations


async def seed_staff(uow: UnitOfWork, organisations: dict[str, Organisation]) -> dict[str, str]:
    """Add the demo's staff with a role in every organisation; return user ids by name."""
    users: dict[str, str] = {}
    for name, display_name, roles in STAFF:
        user = await create_user(uow, name=name, display_name=display_name, password=DEMO_PASSWORD)
        users[name] = user.id
        for organisation in organisations.values():
            for role in roles:
                await grant_role(uow, user_id=user.id, org_id=organisation.id, role=role)
    return users
