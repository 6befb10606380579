"""The demo's unused cards: their codes lie in a file, because the database does not know them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from backend.ballots.redemptions import channels_of
from backend.cards.queries import voter_hash
from backend.demo.tonight import CARDS_FILE
from backend.kit.errors import NotFound
from backend.polls.queries import Poll, polls_of
from backend.polls.rules import ENDED
from backend.polls.types import PollState
from backend.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Tonight:
    """The meeting under way with the codes of its cards."""

    meeting_id: str
    voting: tuple[str, ...]
    guests: tuple[str, ...]


def tonight(rt: Runtime) -> Tonight:
    """Return the demo's running meeting. Raises: NotFound."""
    content = rt.storage.get(CARDS_FILE)
    if content is None:
        raise NotFound
    meeting_id, *lines = content.decode().splitlines()
    cards = [line.split(" ", 1) for line in lines]
    return Tonight(
        meeting_id=meeting_id,
        voting=tuple(code for kind, code in cards if kind == "voting"),
        guests=tuple(code for kind, code in cards if kind == "guest"),
    )


async def polls_tonight(rt: Runtime) -> list[Poll]:
    """Return the questions of the running meeting."""
    async with rt.work.read() as uow:
        return await polls_of(uow.session, tonight(rt).meeting_id)


async def current_poll(rt: Runtime) -> Poll | None:
    """Return the question that is open, else the next one that has not ended."""
    polls = await polls_tonight(rt)
    is_open = next((poll for poll in polls if poll.state is PollState.OPEN), None)
    return is_open or next((poll for poll in polls if poll.state not in ENDED), None)


async def unused_cards(rt: Runtime, poll: Poll, count: int) -> list[str]:
    """Return codes that were not used in a poll yet, the last of the stack first: they are shown to visitors."""
    return await _unused(rt, poll, count, reversed(tonight(rt).voting))


async def cards_of_the_crowd(rt: Runtime, poll: Poll, count: int) -> list[str]:
    """Return the same from the other end, so that nobody made up uses a card a visitor already sees."""
    return await _unused(rt, poll, count, tonight(rt).voting)


async def _unused(rt: Runtime, poll: Poll, count: int, stack: Iterable[str]) -> list[str]:
    unused: list[str] = []
    async with rt.work.read() as uow:
        for code in stack:
            if len(unused) == count:
                break
            used = await channels_of(uow.session, voter_hash(rt.keyring, code), [poll.id])
            if not used:
                unused.append(code)
    return unused
