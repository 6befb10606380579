"""What must hold after any fault: nothing acknowledged is lost, nothing is counted twice, the record agrees."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import func, select

from backend.ballots._box import Ballot, CastRequest, Participation
from backend.ballots.results import count_record, published_openings
from backend.ballots.seal import _open
from backend.runtime import Runtime
from backend.transparency.ballots import parse_openings, tracking_code
from backend.transparency.receipts import Receipt, verify_receipt
from tests.factories import TO_PUBLISHED, move_poll
from tests.faults.crowd import Crowd
from tests.faults.town import Town


@dataclass(frozen=True, slots=True)
class Box:
    """What lies in the ballot box of an unsealed poll."""

    commitments: Counter[bytes]
    redeemed: int
    answers: int


async def look_into_box(rt: Runtime, poll_id: str) -> Box:
    """Open every stored ballot with the poll's key."""
    key = rt.poll_keys.get(poll_id)
    async with rt.work.read() as uow:
        sealed = list(await uow.session.scalars(select(Ballot.sealed).where(Ballot.poll_id == poll_id)))
        redeemed = select(func.count()).select_from(Participation).where(Participation.poll_id == poll_id)
        answers = select(func.count()).select_from(CastRequest).where(CastRequest.poll_id == poll_id)
        return Box(
            commitments=Counter(_open(poll_id, key, each).commitment for each in sealed),
            redeemed=await uow.session.scalar(redeemed) or 0,
            answers=await uow.session.scalar(answers) or 0,
        )


def check_box(box: Box, crowd: Crowd) -> None:
    """Compare the box with what phones were told, once every ballot that was sent has its answer."""
    assert crowd.contradictions == []
    told = crowd.commitments()
    assert len(told) == len(crowd.acknowledged)
    assert [each for each, number in box.commitments.items() if number > 1] == []
    assert told - set(box.commitments) == set(), "acknowledged ballots are lost"
    assert set(box.commitments) - told == set(), "ballots nobody was told of are counted"
    assert (box.redeemed, box.answers) == (len(told), len(told))


async def audit(town: Town, crowd: Crowd) -> int:
    """Check the box, seal and publish, and check every receipt and opening; return the number of ballots."""
    async with town.runtime() as rt:
        check_box(await look_into_box(rt, town.poll.id), crowd)
        poll = await move_poll(rt, await town.poll_now(rt), *TO_PUBLISHED)
        async with rt.work.read() as uow:
            record = await count_record(uow.session, poll.id)
            openings = await published_openings(uow.session, poll)
        told = {answer.ballot["commitment"] for _, answer in crowd.acknowledged.values()}
        check_receipts(crowd, poll.id, rt.keyring.receipt_key().public_key())
    opened = [commitment.hex() for commitment, _ in parse_openings(poll.id, openings)]
    assert record["ballots"] == len(told)
    assert sorted(opened) == sorted(told)
    return len(told)


def check_receipts(crowd: Crowd, poll_id: str, key: Ed25519PublicKey) -> None:
    """Check that everybody can prove what they were told."""
    for _, answer in crowd.acknowledged.values():
        commitment = bytes.fromhex(answer.ballot["commitment"])
        assert answer.ballot["tracking_code"] == tracking_code(commitment)
        verify_receipt(Receipt.from_json(answer.ballot["receipt"]), poll=poll_id, commitment=commitment, key=key)
