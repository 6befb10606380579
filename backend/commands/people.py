"""Make staff accounts and tokens."""

from __future__ import annotations

import asyncio

import click

from backend.accounts.actions import create_token, create_user, grant_role
from backend.accounts.queries import org_by_slug
from backend.accounts.types import Role
from backend.commands.session import unit_of_work


@click.group()
def user() -> None:
    """Staff accounts."""


@user.command("create")
@click.argument("name")
@click.option("--display-name", help="Shown to colleagues; the name if not given.")
@click.option("--org", help="Organisation (slug) of the role.")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="Role in the organisation.")
@click.password_option()
def create(name: str, display_name: str | None, org: str | None, role: str | None, password: str) -> None:
    """Make an account, perhaps with a role."""

    async def make() -> None:
        async with unit_of_work() as uow:
            person = await create_user(uow, name=name, display_name=display_name or name, password=password)
            if org and role:
                owner = await org_by_slug(uow.session, org)
                await grant_role(uow, user_id=person.id, org_id=owner.id, role=Role(role))

    asyncio.run(make())
    click.echo(f"{name} ist angelegt. / {name} exists now.")


@click.group()
def token() -> None:
    """Bearer tokens for programs; a token is a person."""


@token.command("create")
@click.option("--user", "user_name", required=True, help="Name of the person the token acts as.")
@click.option("--org", help="Organisation (slug) the token is limited to.")
def create_one(user_name: str, org: str | None) -> None:
    """Make a token; it is printed once."""

    async def make() -> str:
        async with unit_of_work() as uow:
            org_id = (await org_by_slug(uow.session, org)).id if org else None
            return await create_token(uow, user_name=user_name, org_id=org_id)

    click.echo(asyncio.run(make()))
