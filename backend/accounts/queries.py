"""Reads: who is signed in, organisations, bodies, places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.actions import token_hash
from backend.accounts.errors import BadCredentials
from backend.accounts.models import ApiToken, Body, Organisation, Place, RoleGrant, StaffSession, StaffUser
from backend.accounts.passwords import is_right
from backend.accounts.types import OrgId, Principal, Role, UserId, state_of
from backend.kit.db import JsonDict
from backend.kit.errors import NotFound

MAX_LISTED = 200
UNKNOWN_ORG = "Diese Gemeinde nutzt Mach mit hier nicht."


@dataclass(frozen=True, slots=True)
class Org:
    """An organisation as surfaces show it."""

    id: str
    slug: str
    name: str
    short_name: str
    kind: str
    parent_id: str | None
    population: int | None
    n_min: int
    imprint: JsonDict
    practice_of: str | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True)
class BodyView:
    """A council or committee."""

    id: str
    org_id: str
    name: str
    classification: str


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A place where people take part."""

    id: str
    org_id: str
    name: str
    kind: str
    address: str
    opening_hours: str | None
    mentor_hours: tuple[str, ...]
    seats: int | None
    step_free: bool
    induction_loop: bool
    mobile_coverage: str | None


async def principal_of_session(session: AsyncSession, cookie: str, now: datetime) -> Principal | None:
    """Return the person behind a session cookie, or None."""
    query = select(StaffSession.user_id, StaffSession.token_hash).where(
        StaffSession.token_hash == token_hash(cookie), StaffSession.expires_at > now
    )
    row = (await session.execute(query)).one_or_none()
    return await _principal(session, row.user_id, now, session_id=row.token_hash) if row else None


async def principal_of_token(session: AsyncSession, token: str, now: datetime) -> Principal | None:
    """Return the person behind a bearer token, limited to the token's organisation, or None."""
    row = await session.get(ApiToken, token_hash(token))
    if row is None or (row.expires_at is not None and row.expires_at <= now):
        return None
    return await _principal(session, row.user_id, now, only_org=row.org_id)


async def principal_of_user(session: AsyncSession, user_id: str, now: datetime) -> Principal | None:
    """Return an active person with the rights of this moment, or None."""
    return await _principal(session, user_id, now)


async def principal_by_password(session: AsyncSession, *, name: str, password: str, now: datetime) -> Principal:
    """Return the person who proves with a password to be at the desk, without a session. Raises: BadCredentials."""
    user = await session.scalar(select(StaffUser).where(StaffUser.name == name, StaffUser.is_active))
    if not is_right(user.password_hash if user else None, password) or user is None:
        raise BadCredentials
    principal = await _principal(session, user.id, now)
    if principal is None:
        raise BadCredentials
    return principal


async def _principal(
    session: AsyncSession, user_id: str, now: datetime, *, session_id: str | None = None, only_org: str | None = None
) -> Principal | None:
    user = await session.get(StaffUser, user_id)
    if user is None or not user.is_active:
        return None
    query = select(RoleGrant.org_id, RoleGrant.role).where(
        RoleGrant.user_id == user_id, (RoleGrant.expires_at.is_(None)) | (RoleGrant.expires_at > now)
    )
    rows = await session.execute(query.limit(MAX_LISTED))
    roles = frozenset((OrgId(row.org_id), Role(row.role)) for row in rows if only_org in {None, row.org_id})
    return Principal(
        user_id=UserId(user.id), name=user.name, display_name=user.display_name, roles=roles, session_id=session_id
    )


async def display_names(session: AsyncSession, user_ids: set[str]) -> dict[str, str]:
    """Return the names of people by id."""
    query = select(StaffUser.id, StaffUser.display_name).where(StaffUser.id.in_(user_ids))
    return {row.id: row.display_name for row in await session.execute(query)}


async def organisations(session: AsyncSession) -> list[Org]:
    """Return all real organisations by name; sandboxes are on no list."""
    query = select(Organisation).where(Organisation.practice_of.is_(None)).order_by(Organisation.name)
    return [_org(row) for row in await session.scalars(query.limit(MAX_LISTED))]


async def org_by_slug(session: AsyncSession, slug: str) -> Org:
    """Return one real organisation. Raises: NotFound, for a sandbox too."""
    org = await any_org_by_slug(session, slug)
    if org.practice_of is not None:
        raise NotFound(UNKNOWN_ORG)
    return org


async def any_org_by_slug(session: AsyncSession, slug: str) -> Org:
    """Return one organisation, sandboxes included: for those who work in it. Raises: NotFound."""
    row = await session.scalar(select(Organisation).where(Organisation.slug == slug))
    if row is None:
        raise NotFound(UNKNOWN_ORG)
    return _org(row)


def practice_org_ids() -> Select[str]:
    """Select the ids of sandboxes, for queries that leave them out."""
    return select(Organisation.id).where(Organisation.practice_of.is_not(None))


async def is_practice(session: AsyncSession, org_id: str) -> bool:
    """Tell whether an organisation is a sandbox."""
    return await session.scalar(practice_org_ids().where(Organisation.id == org_id)) is not None


async def org_by_id(session: AsyncSession, org_id: str) -> Org:
    """Return one organisation. Raises: NotFound."""
    row = await session.get(Organisation, org_id)
    if row is None:
        raise NotFound
    return _org(row)


async def bodies_of(session: AsyncSession, org_ids: list[str]) -> list[BodyView]:
    """Return the councils and committees of some organisations."""
    query = select(Body).where(Body.org_id.in_(org_ids)).order_by(Body.name).limit(MAX_LISTED)
    return [
        BodyView(id=row.id, org_id=row.org_id, name=row.name, classification=row.classification)
        for row in await session.scalars(query)
    ]


async def places_of(session: AsyncSession, org_id: str) -> list[PlaceView]:
    """Return the places of an organisation."""
    query = select(Place).where(Place.org_id == org_id).order_by(Place.name).limit(MAX_LISTED)
    return [_place(row) for row in await session.scalars(query)]


async def place_by_id(session: AsyncSession, place_id: str) -> PlaceView:
    """Return one place. Raises: NotFound."""
    row = await session.get(Place, place_id)
    if row is None:
        raise NotFound
    return _place(row)


def _org(row: Organisation) -> Org:
    return Org(
        id=row.id,
        slug=row.slug,
        name=row.name,
        short_name=row.short_name,
        kind=row.kind,
        parent_id=row.parent_id,
        population=row.population,
        n_min=row.n_min,
        imprint=row.imprint,
        practice_of=row.practice_of,
        state=state_of(row.ars),
    )


def _place(row: Place) -> PlaceView:
    return PlaceView(
        id=row.id,
        org_id=row.org_id,
        name=row.name,
        kind=row.kind,
        address=row.address,
        opening_hours=row.opening_hours,
        mentor_hours=tuple(row.mentor_hours),
        seats=row.seats,
        step_free=row.step_free,
        induction_loop=row.induction_loop,
        mobile_coverage=row.mobile_coverage,
    )
