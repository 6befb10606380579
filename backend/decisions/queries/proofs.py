"""Where the steps of a trace stand in the public log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from backend.decisions.log_keys import ProofRef
from backend.transparency.queries import LOOKUP_MAX, positions_of
from backend.transparency.types import Position


@dataclass(frozen=True, slots=True)
class Proofs:
    """Positions of steps; a step without one is still being entered."""

    positions: Mapping[tuple[str, str], Position]

    def of(self, where: ProofRef | None) -> Position | None:
        """Return where a step stands."""
        return self.positions.get((where.type, where.key)) if where else None

    def entered(self, steps: Iterable[ProofRef | None]) -> int:
        """Count the steps that are in the log."""
        return sum(self.of(where) is not None for where in set(steps) if where)

    def waiting(self, steps: Iterable[ProofRef | None]) -> int:
        """Count the steps that are still being entered."""
        return sum(self.of(where) is None for where in set(steps) if where)


async def proofs_of(session: AsyncSession, steps: Iterable[ProofRef | None]) -> Proofs:
    """Return the positions of steps."""
    wanted = list(dict.fromkeys((where.type, where.key) for where in steps if where))
    positions: dict[tuple[str, str], Position] = {}
    for start in range(0, len(wanted), LOOKUP_MAX):
        found = await positions_of(session, wanted[start : start + LOOKUP_MAX])
        positions |= {(type_.value, key): position for (type_, key), position in found.items()}
    return Proofs(positions)
