"""Handing out, exchanging and returning sheets."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from backend.ballots.errors import AlreadyVoted
from backend.ballots.redemptions import channels_of, turnout
from backend.cards.actions import void_cards
from backend.cards.errors import CardVoid, NotEntitled, NotInRegister, UnknownCard
from backend.cards.types import CardKind
from backend.kit.errors import Conflict, DomainError, Invalid
from backend.kit.keyring import Keyring
from backend.paper.actions.issue import return_sheet, spoil_sheet
from backend.paper.codes import sheet_key
from backend.paper.door import NothingToUndo, card_equations, count_card, handed_out
from backend.paper.errors import NoSheetOut, NotASheet, NotYetFrozen, SerialModeOnly, SheetSeen, SheetVoid
from backend.paper.facts import paper_facts, paper_numbers
from backend.paper.ledger import count_leftovers, ledger_of
from backend.paper.types import PrintRun, SheetStatus, SheetVariant
from backend.polls.actions import NewPoll
from backend.polls.errors import ChannelClosed, PollNotOpen
from backend.polls.types import Channel, Grade, PollState, PollType
from backend.runtime import Runtime
from printables.sheet_code import SheetCode, SheetFlag, encode
from tests.factories import YES_NO, make_hall, make_poll, move_poll
from tests.integration.paper_setup import PaperHall, make_paper_hall

pytestmark = pytest.mark.timeout(120)


def code_text(town: PaperHall, run: PrintRun, number: int = 0, *, flags: SheetFlag = SheetFlag.NONE) -> str:
    """Return what a hand scanner reads from a printed sheet."""
    code = SheetCode(town.poll.sheet_code, int(str(run.layout["layout"])), run.serials[number], flags)
    return encode(code, sheet_key(town.rt.keyring, town.poll.id))


async def spoil(town: PaperHall, text: str) -> None:
    async with town.rt.work.write() as uow:
        await spoil_sheet(uow, town.rt.keyring, text, meeting_id=town.hall.meeting_id)


async def give_back(town: PaperHall, text: str, card: str) -> None:
    async with town.rt.work.write() as uow:
        await return_sheet(uow, town.rt.keyring, text, card, meeting_id=town.hall.meeting_id)


async def vote(town: PaperHall, card: str) -> None:
    await town.rt.desk.cast_with_card(
        town.poll.id, card, choices=["a"], nonce=bytes(32), channel=Channel.PHONE, request_key="k" * 8
    )


@pytest.mark.both_databases
async def test_issue_redeems_card_for_every_channel(rt: Runtime) -> None:
    town = await make_paper_hall(rt)
    card = town.hall.cards[0]
    await town.issue(card)
    with pytest.raises(AlreadyVoted) as refused:
        await vote(town, card)
    assert refused.value.channel is Channel.PAPER
    with pytest.raises(AlreadyVoted):
        await town.issue(card)
    async with rt.work.read() as uow:
        assert (await ledger_of(uow.session, town.poll.id)).issued == 1
        assert (await turnout(uow.session, [town.poll.id]))[town.poll.id].sheets_out == 1


async def test_issue_after_phone_vote_names_channel(rt: Runtime) -> None:
    town = await make_paper_hall(rt)
    await vote(town, town.hall.cards[0])
    with pytest.raises(AlreadyVoted) as refused:
        await town.issue(town.hall.cards[0])
    assert refused.value.channel is Channel.PHONE


async def test_issue_before_opening_goes_by_pack(rt: Runtime) -> None:
    town = await make_paper_hall(rt, state=PollState.READY)
    await town.issue(town.hall.cards[0])
    other = await make_hall(rt, slug="moosbach")
    with pytest.raises(NotInRegister):
        await town.issue(other.cards[0])


@pytest.mark.parametrize(
    ("card_of", "error"),
    [
        (lambda town: town.hall.guests[0], NotEntitled),
        (lambda _: "K7Q2-9WDM-X4TR-5", UnknownCard),
        (lambda _: "kein Code", UnknownCard),
    ],
)
async def test_issue_refuses_by_name(
    rt: Runtime, card_of: Callable[[PaperHall], str], error: type[DomainError]
) -> None:
    town = await make_paper_hall(rt)
    with pytest.raises(error):
        await town.issue(card_of(town))


async def test_issue_refuses_void_card_and_closed_poll(rt: Runtime) -> None:
    town = await make_paper_hall(rt)
    async with rt.work.write() as uow:
        await void_cards(uow, rt.keyring, org_ids=[town.hall.org_id], codes=[town.hall.cards[0]])
    with pytest.raises(CardVoid):
        await town.issue(town.hall.cards[0])
    await move_poll(rt, town.poll, PollState.CLOSING)
    with pytest.raises(PollNotOpen):
        await town.issue(town.hall.cards[1])


async def test_issue_refuses_poll_without_paper(rt: Runtime) -> None:
    new = NewPoll(type=PollType.YESNO, question={"de": "Nur Handy?"}, options=YES_NO, channels=(Channel.PHONE,))
    town = await make_paper_hall(rt, new)
    with pytest.raises(ChannelClosed):
        await town.issue(town.hall.cards[0])
    with pytest.raises(ChannelClosed):
        await town.print(1)


@pytest.mark.both_databases
async def test_spoilt_sheet_is_void_and_replaced(rt: Runtime) -> None:
    town = await make_paper_hall(rt)
    run = await town.print(2)
    await town.issue(town.hall.cards[0])
    await spoil(town, code_text(town, run).lower() + "\n")
    with pytest.raises(SheetVoid):
        await spoil(town, code_text(town, run))
    batch = await town.upload(town.scan(run, [["a"], ["b"]]))
    assert [(sheet.status, sheet.reason) for sheet in batch.sheets] == [
        (SheetStatus.REJECTED, "void_sheet"),
        (SheetStatus.ACCEPTED, None),
    ]
    with pytest.raises(SheetSeen):
        await spoil(town, code_text(town, run, 1))
    async with rt.work.read() as uow:
        ledger = await ledger_of(uow.session, town.poll.id)
    assert (ledger.printed, ledger.issued, ledger.spoilt) == (2, 2, 1)


@pytest.mark.both_databases
async def test_returned_sheet_frees_card(rt: Runtime) -> None:
    town = await make_paper_hall(rt)
    run = await town.print(2)
    card, other = town.hall.cards[:2]
    await town.issue(card)
    with pytest.raises(NoSheetOut):
        await give_back(town, code_text(town, run), other)
    await give_back(town, code_text(town, run), card)
    await vote(town, card)
    with pytest.raises(SheetVoid):
        await give_back(town, code_text(town, run), card)
    async with rt.work.read() as uow:
        assert (await ledger_of(uow.session, town.poll.id)).returned == 1
        hashed = (await rt.desk.voter(town.poll.id, card)).hashed
        assert await channels_of(uow.session, hashed, [town.poll.id]) == {town.poll.id: Channel.PHONE}


async def test_foreign_codes_are_no_sheets(rt: Runtime) -> None:
    town = await make_paper_hall(rt)
    run = await town.print(1)
    forged = encode(SheetCode(town.poll.sheet_code, 1, bytes(8)), bytes(32))
    unprinted = encode(SheetCode(town.poll.sheet_code, 1, bytes(8)), sheet_key(rt.keyring, town.poll.id))
    unknown = encode(SheetCode(b"otherone", 1, bytes(8)), bytes(32))
    test = code_text(town, run, flags=SheetFlag.TEST)
    for text in ("", "MM", "https://example.org", forged, unprinted, unknown, test):
        with pytest.raises(NotASheet):
            await spoil(town, text)


async def test_unnumbered_sheets_stay_out(rt: Runtime) -> None:
    new = NewPoll(type=PollType.YESNO, question={"de": "Geheim?"}, options=YES_NO, grade=Grade.SECRET)
    town = await make_paper_hall(rt, new)
    run = await town.print(1)
    assert run.serials == ()
    code = SheetCode(town.poll.sheet_code, int(str(run.layout["layout"])), None, SheetFlag.UNNUMBERED)
    with pytest.raises(SerialModeOnly):
        await spoil(town, encode(code, sheet_key(rt.keyring, town.poll.id)))


async def test_print_twice_keeps_layout(rt: Runtime) -> None:
    town = await make_paper_hall(rt, state=PollState.READY)
    first, second = await town.print(1), await town.print(2)
    large = await town.print(1, SheetVariant.LARGE)
    assert first.layout == second.layout != large.layout
    assert len({*first.serials, *second.serials, *large.serials}) == 4
    async with rt.work.read() as uow:
        assert (await ledger_of(uow.session, town.poll.id)).printed == 4


async def test_print_refuses_draft_but_not_samples(rt: Runtime) -> None:
    town = await make_paper_hall(rt, state=PollState.DRAFT)
    with pytest.raises(NotYetFrozen):
        await town.print(1)
    assert (await town.print(1, SheetVariant.TEST)).pdf.startswith(b"%PDF")
    with pytest.raises(Invalid):
        await town.print(0, SheetVariant.TEST)
    async with rt.work.read() as uow:
        assert (await ledger_of(uow.session, town.poll.id)).printed == 0


async def test_leftovers_close_equations(rt: Runtime) -> None:
    town = await make_paper_hall(rt)
    await town.print(5)
    await town.issue(*town.hall.cards[:2])
    async with rt.work.read() as uow:
        facts = await paper_facts(uow.session, town.poll.id)
        assert {each.name.value for each in facts.paper_equations if not each.holds} == {
            "sheets_printed",
            "sheets_issued",
        }
    async with rt.work.write() as uow:
        await count_leftovers(uow, town.poll.id, stock=3, missing=2)
    async with rt.work.read() as uow:
        assert all(each.holds for each in (await paper_facts(uow.session, town.poll.id)).paper_equations)
        assert (await paper_numbers(uow.session, town.poll.id)).redeemed == 2
    async with rt.work.write() as uow:
        with pytest.raises(Invalid):
            await count_leftovers(uow, town.poll.id, stock=-1, missing=0)


async def test_poll_without_paper_adds_no_equation(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    async with rt.work.read() as uow:
        facts = await paper_facts(uow.session, poll.id)
    assert facts.paper_equations == ()
    assert facts.open_batches == 0


async def test_door_counts_without_names(rt: Runtime) -> None:
    hall = await make_hall(rt, voting=3, guests=1)
    async with rt.work.write() as uow:
        for _ in range(3):
            await count_card(uow, hall.meeting_id, CardKind.VOTING)
        await count_card(uow, hall.meeting_id, CardKind.VOTING, by=-1)
        await void_cards(uow, rt.keyring, org_ids=[hall.org_id], codes=[hall.cards[2]])
    async with rt.work.read() as uow:
        assert (await handed_out(uow.session, hall.meeting_id))[CardKind.VOTING] == 2
        assert all(each.holds for each in (await card_equations(uow.session, hall.meeting_id))[CardKind.VOTING])
    with pytest.raises(NothingToUndo):
        async with rt.work.write() as uow:
            await count_card(uow, hall.meeting_id, CardKind.GUEST, by=-1)


def test_keys_of_polls_differ(rt: Runtime) -> None:
    keyring: Keyring = rt.keyring
    assert sheet_key(keyring, "one") != sheet_key(keyring, "two")
    assert issubclass(NoSheetOut, Conflict)
