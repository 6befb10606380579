"""The JSON routes of paper: the whole way by HTTP, codes of refusals, rights."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from backend.accounts.actions import create_token
from backend.paper.codes import sheet_key
from backend.runtime import Runtime
from printables.sheet_code import SheetCode, encode
from tests.factories import PASSWORD
from tests.integration.paper_setup import PaperHall, make_paper_hall

pytestmark = pytest.mark.timeout(120)


class Desk:
    """A client that acts as one person of the hall."""

    def __init__(self, town: PaperHall, http: httpx.AsyncClient) -> None:
        self.town, self.http = town, http
        self.tokens: dict[str, str] = {}

    async def call(
        self, who: str, method: str, path: str, *, json: object = None, files: list[Any] | None = None
    ) -> httpx.Response:
        if who and who not in self.tokens:
            async with self.town.rt.work.write() as uow:
                self.tokens[who] = await create_token(uow, user_name=f"{who}-auenfurt")
        headers = {"Authorization": f"Bearer {self.tokens[who]}"} if who else {}
        return await self.http.request(method, f"/api/v1{path}", headers=headers, json=json, files=files)

    async def post(self, who: str, path: str, body: dict[str, Any], status: int = 200) -> dict[str, Any]:
        answer = await self.call(who, "POST", path, json=body)
        assert answer.status_code == status, answer.text
        return dict(answer.json())

    async def scan(self, *files: bytes, who: str = "roth") -> dict[str, Any]:
        path = f"/polls/{self.town.poll.id}/scans"
        uploads = [("files", (f"scan-{number}.pdf", content)) for number, content in enumerate(files)]
        answer = await self.call(who, "POST", path, files=uploads)
        assert answer.status_code == 202, answer.text
        await self.town.rt.paper.settle()
        return dict((await self.call(who, "GET", f"/scan-batches/{answer.json()['id']}")).json())


@pytest.fixture
async def desk(rt: Runtime, client: httpx.AsyncClient) -> Desk:
    return Desk(await make_paper_hall(rt), client)


@pytest.mark.needs("pango")
async def test_whole_way_over_http(desk: Desk) -> None:
    town, poll = desk.town, desk.town.poll.id
    printed = await desk.call("door", "POST", f"/polls/{poll}/ballots.pdf", json={"count": 3})
    assert (printed.status_code, printed.headers["content-type"]) == (201, "application/pdf")
    layouts = (await desk.call("door", "GET", f"/polls/{poll}/layouts")).json()["items"]
    assert {"page", "options", "rule", "sha256"} <= layouts[0].keys()
    ledger = await desk.post("door", f"/polls/{poll}/sheets/issue", {"card": town.hall.cards[0]})
    assert (ledger["printed"], ledger["issued"]) == (3, 1)

    run = await town.print(2)
    batch = await desk.scan(town.scan(run, [["a"]]), town.correction(run, page=1))
    assert batch["state"] == "review"
    assert batch["counts"] == {"total": 2, "in_box": 2, "accepted": 1, "review": 1, "rejected": 0}
    accepted, doubtful = batch["sheets"]
    assert "marks" not in accepted
    assert {mark["state"] for mark in doubtful["marks"]} >= {"filled", "cross"}
    crop = await desk.call("roth", "GET", f"/scan-batches/{batch['id']}/sheets/2/crop.png")
    assert crop.content.startswith(b"\x89PNG")
    assert (await desk.call("roth", "GET", f"/scan-batches/{batch['id']}/sheets/1/crop.png")).status_code == 404

    path = f"/scan-batches/{batch['id']}"
    for who in ("roth", "weber"):
        batch = await desk.post(who, f"{path}/adjudications", {"position": 2, "choices": {"invalid": True}})
    assert (batch["state"], batch["sheets"][1]["decided_by"]) == ("ready", "two")
    refused = await desk.post("roth", f"{path}/confirmations", {"hand_count": 5}, 409)
    assert (refused["code"], refused["read"]) == ("batch_mismatch", 2)
    assert (await desk.post("roth", f"{path}/confirmations", {"hand_count": 2}))["state"] == "ready"
    assert (await desk.post("roth", f"{path}/confirmations", {"hand_count": 2}, 403))["code"] == "second_person_needed"
    assert (await desk.post("weber", f"{path}/confirmations", {"hand_count": 2}))["state"] == "confirmed"
    ledger = await desk.post("roth", f"/polls/{poll}/sheets/leftovers", {"stock": 4, "missing": 0})
    assert (ledger["stock"], ledger["in_box"], ledger["open_batches"]) == (4, 2, 0)


async def test_spoil_and_return_by_scanned_code(desk: Desk) -> None:
    town, poll = desk.town, desk.town.poll.id
    run = await town.print(2)
    texts = [
        encode(
            SheetCode(town.poll.sheet_code, int(str(run.layout["layout"])), serial), sheet_key(town.rt.keyring, poll)
        )
        for serial in run.serials
    ]
    card = town.hall.cards[0]
    await desk.post("door", f"/polls/{poll}/sheets/issue", {"card": card})
    assert (await desk.post("door", f"/polls/{poll}/sheets/spoil", {"sheet": texts[0]}))["spoilt"] == 1
    assert (await desk.post("door", f"/polls/{poll}/sheets/spoil", {"sheet": texts[0]}, 409))["code"] == "sheet_void"
    ledger = await desk.post("door", f"/polls/{poll}/sheets/return", {"sheet": texts[1], "card": card})
    assert ledger["returned"] == 1
    assert (await desk.post("door", f"/polls/{poll}/sheets/spoil", {"sheet": "MMXX"}, 422))["code"] == "not_a_sheet"


async def test_codes_of_refused_cards(desk: Desk) -> None:
    path = f"/polls/{desk.town.poll.id}/sheets/issue"
    hall = desk.town.hall
    await desk.post("door", path, {"card": hall.cards[0]})
    for card, status, code in (
        (hall.cards[0], 409, "already_voted"),
        (hall.guests[0], 403, "not_entitled"),
        ("K7Q2-9WDM-X4TR-5", 403, "unknown_card"),
    ):
        assert (await desk.post("door", path, {"card": card}, status))["code"] == code
    assert (await desk.call("door", "POST", path, json={"card": "x", "more": 1})).status_code == 400 + 22


async def test_together_needs_the_other_persons_password(desk: Desk) -> None:
    town = desk.town
    batch = await desk.scan(town.correction(await town.print(1)))
    path = f"/scan-batches/{batch['id']}/adjudications"
    await desk.post("roth", path, {"position": 1, "choices": ["a"]})
    await desk.post("weber", path, {"position": 1, "choices": ["b"]})
    body = {"position": 1, "choices": ["b"], "together_with": {"name": "weber-auenfurt", "password": "falsch"}}
    assert (await desk.post("roth", path, body, 401))["code"] == "bad_credentials"
    body["together_with"] = {"name": "door-auenfurt", "password": PASSWORD}
    assert (await desk.post("roth", path, body, 403))["code"] == "forbidden"
    body["together_with"] = {"name": "weber-auenfurt", "password": PASSWORD}
    assert (await desk.post("roth", path, body))["sheets"][0]["decided_by"] == "together"


async def test_manual_batch_over_http(desk: Desk) -> None:
    batch = await desk.post("roth", f"/polls/{desk.town.poll.id}/manual-batches", {"sheets": 2}, 201)
    entered = batch
    for who in ("roth", "weber"):
        entered = await desk.post(who, f"/scan-batches/{batch['id']}/entries", {"choices": [["a"], []]})
    assert entered["state"] == "ready"
    confirmed = await desk.post("keller", f"/scan-batches/{batch['id']}/confirmations", {"hand_count": 2})
    assert confirmed["state"] == "confirmed"


async def test_rejected_and_discarded_batches(desk: Desk) -> None:
    batch = await desk.scan(b"kein Bild")
    assert (batch["state"], batch["open"], batch["refused_files"]) == ("rejected", False, {"1": "unknown_format"})
    assert batch["sheets"][0]["reason"] == "unknown_format"
    gone = await desk.post("roth", f"/scan-batches/{batch['id']}/discard", {"reason": "falsche Datei"})
    assert (gone["state"], gone["sheets"]) == ("discarded", [])
    listed = (await desk.call("roth", "GET", f"/polls/{desk.town.poll.id}/scan-batches")).json()["items"]
    assert [each["id"] for each in listed] == [batch["id"]]


async def test_rights_and_unknown_ids(desk: Desk, rt: Runtime) -> None:
    poll = desk.town.poll.id
    assert (await desk.call("", "POST", f"/polls/{poll}/scans", files=[("f", b"x")])).status_code == 401
    assert (await desk.call("door", "POST", f"/polls/{poll}/scans", files=[("f", b"x")])).status_code == 403
    assert (await desk.call("roth", "GET", "/scan-batches/nothing")).status_code == 404
    other = await make_paper_hall(rt, slug="moosbach")
    batch = await other.upload(other.scan(await other.print(1), [["a"]]))
    assert (await desk.call("roth", "GET", f"/scan-batches/{batch.id}")).status_code == 403
    assert (await desk.call("roth", "POST", f"/polls/{poll}/scans", files=[])).status_code == 422
