"""Sign in and out, make users, grant roles, make API tokens.

Guarantees: only hashes of cookies and tokens are stored; a session ends with its time or with the person.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from backend.accounts.errors import BadCredentials
from backend.accounts.models import ApiToken, RoleGrant, StaffSession, StaffUser
from backend.accounts.passwords import hash_password, is_right
from backend.accounts.types import Role
from backend.kit.errors import Conflict, NotFound
from backend.kit.uow import UnitOfWork

TOKEN_BYTES = 32
SESSION_LENGTH = timedelta(hours=10)  # an evening, or a day in the office


class NameTaken(Conflict):
    """Somebody has this name already."""

    code = "name_taken"
    title = "Diesen Namen gibt es schon"


def token_hash(token: str) -> str:
    """Return what the database may know of a cookie or bearer token."""
    return hashlib.sha256(token.encode()).hexdigest()


async def create_user(uow: UnitOfWork, *, name: str, display_name: str, password: str) -> StaffUser:
    """Make a staff account. Raises: NameTaken, WeakPassword."""
    if await uow.session.scalar(select(StaffUser.id).where(StaffUser.name == name)):
        raise NameTaken
    user = StaffUser(
        id=uow.new_id(),
        name=name,
        display_name=display_name,
        password_hash=hash_password(password),
        is_active=True,
        created_at=uow.now,
    )
    uow.session.add(user)
    await uow.session.flush()
    return user


async def grant_role(
    uow: UnitOfWork, *, user_id: str, org_id: str, role: Role, expires_at: datetime | None = None
) -> None:
    """Give a person a role in an organisation, perhaps only for a shift; granting twice changes the end."""
    grant = await uow.session.get(RoleGrant, (user_id, org_id, role.value))
    if grant is None:
        uow.session.add(RoleGrant(user_id=user_id, org_id=org_id, role=role, expires_at=expires_at))
    else:
        grant.expires_at = expires_at
    await uow.session.flush()


async def sign_in(uow: UnitOfWork, *, name: str, password: str) -> str:
    """Check name and password; return the session's cookie value. Raises: BadCredentials."""
    user = await uow.session.scalar(select(StaffUser).where(StaffUser.name == name, StaffUser.is_active))
    if not is_right(user.password_hash if user else None, password) or user is None:
        raise BadCredentials
    return await start_session(uow, user.id)


async def start_session(uow: UnitOfWork, user_id: str) -> str:
    """Begin a session for a person whose identity is settled; return the cookie value."""
    token = _new_token(uow)
    uow.session.add(
        StaffSession(
            token_hash=token_hash(token), user_id=user_id, created_at=uow.now, expires_at=uow.now + SESSION_LENGTH
        )
    )
    await uow.session.flush()
    return token


async def sign_out(uow: UnitOfWork, session_id: str) -> None:
    """End a session; ending it twice is no error."""
    await uow.session.execute(delete(StaffSession).where(StaffSession.token_hash == session_id))


async def create_token(uow: UnitOfWork, *, user_name: str, org_id: str | None = None) -> str:
    """Make a bearer token that acts as a person, perhaps in one organisation only. Raises: NotFound."""
    user_id = await uow.session.scalar(select(StaffUser.id).where(StaffUser.name == user_name, StaffUser.is_active))
    if user_id is None:
        raise NotFound("Diese Person gibt es nicht.")
    token = f"mm_{_new_token(uow)}"
    uow.session.add(ApiToken(token_hash=token_hash(token), user_id=user_id, org_id=org_id, created_at=uow.now))
    await uow.session.flush()
    return token


def _new_token(uow: UnitOfWork) -> str:
    return base64.urlsafe_b64encode(uow.entropy.bytes(TOKEN_BYTES)).rstrip(b"=").decode()
