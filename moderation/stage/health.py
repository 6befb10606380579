"""What the process knows of its own machines, as one light and a sentence for each: for the host's eyes.

Guarantees: asks nothing that takes long; what a red light means for the vote is said in words, never by colour alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from backend.accounts.devices import Device, DeviceState, devices_of, is_silent
from backend.kit.outbox import stuck_effects
from backend.kit.pulse import redis_answers
from backend.kit.uow import UnitOfWork
from backend.runtime import Runtime

ANSWERS_S = 1.0


class Light(StrEnum):
    """Green, yellow, red."""

    GOOD = "good"
    LOOK = "look"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Health:
    """The machines behind the evening. `redis` is None where the installation needs none."""

    connected: int
    database: bool
    ballots: bool
    redis: bool | None
    log: bool
    stuck: int
    kiosks: tuple[Device, ...]
    silent: tuple[Device, ...]

    @property
    def light(self) -> Light:
        """Return red when nobody can vote, yellow when somebody should look."""
        if not (self.database and self.ballots):
            return Light.BAD
        is_fine = self.redis is not False and self.log and not self.stuck and not self.silent
        return Light.GOOD if is_fine else Light.LOOK


async def health_of(rt: Runtime, reader: UnitOfWork, org_id: str, *, connected: int) -> Health:
    """Ask every machine once."""
    url = rt.settings.redis_url
    kiosks = [each for each in await devices_of(reader.session, org_id) if each.state is DeviceState.ACTIVE]
    return Health(
        connected=connected,
        database=await rt.db.answers(ANSWERS_S),
        ballots=rt.committer.is_running,
        redis=await redis_answers(url, ANSWERS_S) if url else None,
        log=rt.log.refusal is None,
        stuck=await stuck_effects(reader.session, reader.now),
        kiosks=tuple(kiosks),
        silent=tuple(each for each in kiosks if is_silent(each, reader.now)),
    )
