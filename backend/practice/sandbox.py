"""A sandbox organisation: made for one rehearsal with people of its own, thrown away whole.

Guarantees: it is marked before anything happens in it, so no public page, feed or list ever names it; its people
have rights nowhere else. Refuses to remove an organisation that is not a sandbox (`NotASandbox`).
What stays is the public log's: entries that call themselves practice.
"""

from __future__ import annotations

from sqlalchemy import delete, select

from backend.accounts.actions import create_token, create_user, grant_role
from backend.accounts.models import ApiToken, Organisation, StaffSession, StaffUser
from backend.accounts.queries import Org
from backend.accounts.types import Role
from backend.kit.db import Base
from backend.kit.tables import OutboxRow
from backend.kit.uow import UnitOfWork
from backend.polls.models import PollRow
from backend.practice.reach import deletions

PREFIX = "sandbox-"
SLUG_CHARS = 60
PASSWORD_BYTES = 32
PEOPLE = {"host": Role.HOST, "teller": Role.TELLER, "second": Role.TELLER}
DISPLAY = {"host": "Probe: Regie", "teller": "Probe: Zähltisch", "second": "Probe: zweite Person"}


class NotASandbox(RuntimeError):
    """Somebody's real organisation; a mistake in the code, never one of a person."""


async def found_sandbox(uow: UnitOfWork, owner: Org) -> tuple[str, dict[str, str]]:
    """Make the sandbox of an organisation, instead of the one it had; return its id and its people's tokens."""
    slug = f"{PREFIX}{owner.slug}"[:SLUG_CHARS]
    old = await uow.session.scalar(select(Organisation.id).where(Organisation.slug == slug))
    if old is not None:
        await remove_sandbox(uow, old)
    sandbox = Organisation(
        id=uow.new_id(),
        slug=slug,
        name=f"Probe: {owner.name}"[:200],
        short_name=f"Probe: {owner.short_name}"[:80],
        kind=owner.kind,
        n_min=owner.n_min,
        imprint=owner.imprint,
        practice_of=owner.id,
    )
    uow.session.add(sandbox)
    await uow.session.flush()
    return sandbox.id, {part: await _person(uow, slug, sandbox.id, part) for part in PEOPLE}


async def close_sandbox(uow: UnitOfWork, sandbox_id: str) -> None:
    """Let its people do nothing any more."""
    await uow.session.execute(delete(ApiToken).where(ApiToken.org_id == sandbox_id))


async def remove_sandbox(uow: UnitOfWork, sandbox_id: str) -> None:
    """Delete a sandbox with everything in it; removing it twice is no error. Raises: NotASandbox."""
    sandbox = await uow.session.get(Organisation, sandbox_id)
    if sandbox is None:
        return
    if sandbox.practice_of is None:
        raise NotASandbox(sandbox_id)
    await _forget_effects(uow, sandbox_id)
    for statement in deletions(Base.metadata.sorted_tables, sandbox_id):
        await uow.session.execute(statement)
    uow.session.expunge(sandbox)
    people = select(StaffUser.id).where(StaffUser.name.in_([_name(sandbox.slug, part) for part in PEOPLE]))
    await uow.session.execute(delete(StaffSession).where(StaffSession.user_id.in_(people)))
    await uow.session.execute(delete(StaffUser).where(StaffUser.id.in_(people)))


async def _forget_effects(uow: UnitOfWork, sandbox_id: str) -> None:
    """Destroy the keys of its polls and take back what was still to happen to them."""
    polls = set(await uow.session.scalars(select(PollRow.id).where(PollRow.org_id == sandbox_id)))
    waiting = await uow.session.scalars(select(OutboxRow).where(OutboxRow.done_at.is_(None)))
    for row in waiting:
        if row.payload.get("poll_id") in polls:
            row.done_at = uow.now
    for poll_id in sorted(polls):
        await uow.later("poll.destroy_key", f"sandbox:{poll_id}", {"poll_id": poll_id})
    await uow.session.flush()


async def _person(uow: UnitOfWork, slug: str, sandbox_id: str, part: str) -> str:
    name = _name(slug, part)
    password = uow.entropy.bytes(PASSWORD_BYTES).hex()  # nobody knows it: these people come with a token only
    person = await create_user(uow, name=name, display_name=DISPLAY[part], password=password)
    await grant_role(uow, user_id=person.id, org_id=sandbox_id, role=PEOPLE[part])
    return await create_token(uow, user_name=name, org_id=sandbox_id)


def _name(slug: str, part: str) -> str:
    return f"{slug}.{part}"
