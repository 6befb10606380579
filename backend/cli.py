"""`machmit …`: the installation from the command line.

Commands are imported when they are asked for, so that `machmit --help` works on a machine without Pango.
"""

from __future__ import annotations

import importlib
import sys

import click
from typing_extensions import override

from backend.kit.errors import DomainError

COMMANDS = {
    "serve": "backend.commands.running:serve",
    "worker": "backend.commands.running:worker",
    "migrate": "backend.commands.running:migrate",
    "seed": "backend.commands.seeding:seed",
    "user": "backend.commands.people:user",
    "token": "backend.commands.people:token",
    "print": "backend.commands.printing:print_",
    "scan": "backend.commands.paper:scan",
    "log": "backend.commands.log:log",
    "verify": "backend.commands.log:verify",
    "witness": "backend.commands.witness:witness",
    "rehearse": "backend.commands.rehearsing:rehearse",
    "bench": "backend.commands.benching:bench",
}


class LazyGroup(click.Group):
    """A group whose commands are imported on demand."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every command without importing any."""
        return sorted(COMMANDS)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(cls=LazyGroup)
@click.version_option(package_name="machmit")
def cli() -> None:
    """Run the participation platform Mach mit of a town or county."""


def main() -> None:
    """Run the command line; an expected refusal is one sentence and exit status 1."""
    try:
        cli(standalone_mode=True)
    except DomainError as refused:
        click.echo(f"{refused.title}: {refused.detail}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
