"""What the worker does: one handler per outbox topic."""

from __future__ import annotations

from backend.kit.db import JsonDict
from backend.kit.outbox import Worker
from backend.notifications.mail import Mailer
from backend.runtime import Runtime


def build_worker(rt: Runtime) -> Worker:
    """Return the worker of an installation."""

    async def close_poll(payload: JsonDict) -> None:
        async with rt.work.write() as uow:
            await rt.lifecycle.close_if_due(uow, payload["poll_id"], version=payload["version"])

    async def destroy_key(payload: JsonDict) -> None:
        rt.poll_keys.destroy(payload["poll_id"])

    mailer = Mailer(rt.work, rt.keyring, rt.settings)
    polls = {"poll.close": close_poll, "poll.destroy_key": destroy_key}
    return Worker(rt.work, {**polls, **rt.paper.handlers(), **mailer.handlers(), **rt.rehearsals.handlers()})
