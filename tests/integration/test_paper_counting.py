"""Paper from printing to the sealed count, on real files."""

from __future__ import annotations

import pytest

from backend.ballots.results import count_record
from backend.ballots.seal import BatchesOpen
from backend.paper.types import BatchState, SheetStatus
from backend.polls.types import PollState
from backend.runtime import Runtime
from tests.factories import TO_SEALED, move_poll
from tests.integration.paper_setup import make_paper_hall

pytestmark = pytest.mark.timeout(120)


@pytest.mark.both_databases
async def test_scan_confirmed_by_two_is_counted(rt: Runtime) -> None:
    town = await make_paper_hall(rt)
    run = await town.print(6)
    await town.issue(*town.hall.cards[:5])
    choices = [["a"], ["b"], ["b"], {"invalid": True}, []]
    batch = await town.upload(town.scan(run, choices))
    assert batch.state is BatchState.READY, batch
    assert [sheet.status for sheet in batch.sheets] == [SheetStatus.ACCEPTED] * 5

    await move_poll(rt, town.poll, *TO_SEALED[:3])
    with pytest.raises(BatchesOpen):
        await move_poll(rt, await town.refreshed(), PollState.SEALED)
    assert await town.confirm(batch.id, 5) is BatchState.CONFIRMED
    assert await town.confirm(batch.id, 5) is BatchState.CONFIRMED  # repeating changes nothing

    await move_poll(rt, await town.refreshed(), PollState.SEALED)
    async with rt.work.read() as uow:
        record = await count_record(uow.session, town.poll.id)
    assert record["totals"] == {"a": 1, "b": 2, "c": 0, "abst": 0}
    assert (record["valid"], record["invalid"], record["blank"]) == (3, 1, 1)
    assert record["by_channel"]["paper"]["ballots"] == 5
