"""The demo's sample sheets: handed out while sixty phones vote with the same cards."""

from __future__ import annotations

import pytest

from backend.ballots.redemptions import turnout
from backend.demo.tour.sheets import hand_out
from backend.polls.types import Channel
from backend.runtime import Runtime
from tests.integration.paper_setup import make_paper_hall


@pytest.mark.both_databases
async def test_card_the_crowd_used_meanwhile_is_passed_over(rt: Runtime) -> None:
    town = await make_paper_hall(rt)
    cards = list(town.hall.cards)[:4]
    await rt.desk.cast_with_card(
        town.poll.id, cards[1], choices=["a"], nonce=bytes(32), channel=Channel.PHONE, request_key="k" * 8
    )
    assert await hand_out(rt, town.poll.id, cards, 2) == 2
    assert await hand_out(rt, town.poll.id, cards, 2) == 1
    async with rt.work.read() as uow:
        count = (await turnout(uow.session, [town.poll.id]))[town.poll.id]
    assert count.sheets_out == 3
