"""The second person of a two-person step, who signs with name and password at the first person's screen.

Guarantees: failures count per source and per name like those of a sign-in; no session begins.
"""

from __future__ import annotations

from typing import Annotated, Any, Protocol

from litestar.connection import ASGIConnection
from pydantic import BaseModel, ConfigDict, Field

from backend.accounts.errors import BadCredentials
from backend.accounts.queries import principal_by_password
from backend.accounts.throttle import Throttle
from backend.accounts.types import Principal, Right
from backend.kit.uow import Work
from backend.web.access import require
from backend.web.source import source_of

PURPOSE = "sign_in"


class Credentials(BaseModel):
    """Name and password of the person beside."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=80)]
    password: Annotated[str, Field(min_length=1, max_length=200)]


class Desk(Protocol):
    """What it takes to check a password."""

    @property
    def work(self) -> Work:
        """Units of work."""

    @property
    def throttle(self) -> Throttle:
        """Limits on failures."""


async def second_person(
    connection: ASGIConnection[Any, Any, Any, Any], desk: Desk, given: Credentials, *, right: Right, org_id: str
) -> Principal:
    """Return the person beside, with the right in this organisation. Raises: BadCredentials, TooMany, Forbidden."""
    names = (source_of(connection), given.name)
    for name in names:
        desk.throttle.check(PURPOSE, name)
    try:
        async with desk.work.read() as uow:
            person = await principal_by_password(uow.session, name=given.name, password=given.password, now=uow.now)
    except BadCredentials:
        for name in names:
            desk.throttle.failed(PURPOSE, name)
        raise
    require(person, right, org_id)
    return person
