"""Forged ballots, tallies and inputs: each is found, and the entry is named."""

import base64
import json
from collections.abc import Callable
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.transparency.ballots import Opening, openings_file, tracking_code
from backend.transparency.entries import LogEntry
from backend.transparency.types import LogType
from backend.transparency.verifier import Code, Report, verify_directory
from tests.unit.transparency.published import AT, Published, nonce, put, signer, town

STRANGER = Ed25519PrivateKey.from_private_bytes(bytes([9]) * 32)

BALLOTS = [["yes"]] * 4 + [["no"]] * 2


def findings(report: Report) -> set[tuple[Code, str]]:
    return {(each.code, each.place) for each in report.findings}


def index_of(log: Published, type_: LogType) -> int:
    return next(n for n, each in enumerate(log.entries) if LogEntry.decode(each).type is type_)


def swap_a_vote(log: Published, file: bytes) -> bytes:
    return file.replace(b'["yes"]', b'["no"]', 1)


def add_a_vote(log: Published, file: bytes) -> bytes:
    votes = [Opening(nonce(n), each) for n, each in enumerate([*BALLOTS, ["no"]])]
    return openings_file("poll-B1", votes)


def drop_a_vote(log: Published, file: bytes) -> bytes:
    return b"".join(file.splitlines(keepends=True)[1:])


def cut_the_file(log: Published, file: bytes) -> bytes:
    return file[:-9]


@pytest.mark.parametrize("change", [swap_a_vote, add_a_vote, drop_a_vote, cut_the_file])
def test_changed_ballots_are_found(tmp_path: Path, change: Callable[[Published, bytes], bytes]) -> None:
    log = town()
    log.poll("poll-B1", BALLOTS, {"yes": 4, "no": 2})
    log.write(tmp_path)
    put(tmp_path / "openings/poll-B1.jsonl", change(log, log.ballots["poll-B1"]))
    place = f"2027/{len(log.entries) - 2}"
    assert (Code.BALLOTS_CHANGED, place) in findings(verify_directory(tmp_path))


@pytest.mark.parametrize("totals", [{"yes": 5, "no": 2}, {"yes": 4, "no": 1}, {"yes": 4}, {}])
def test_tally_that_is_off_by_one_is_found(tmp_path: Path, totals: dict[str, int]) -> None:
    log = town()
    log.poll("poll-B1", BALLOTS, totals)
    log.write(tmp_path)
    assert findings(verify_directory(tmp_path)) == {(Code.TALLY_WRONG, f"2027/{len(log.entries) - 2}")}


def test_shifted_pile_of_invalid_ballots_is_found(tmp_path: Path) -> None:
    log = town()
    log.poll("poll-B1", BALLOTS, {"yes": 4, "no": 2}, invalid=1)
    log.write(tmp_path)
    assert findings(verify_directory(tmp_path)) == {(Code.TALLY_WRONG, f"2027/{len(log.entries) - 2}")}


def test_ballot_added_after_sealing_is_found(tmp_path: Path) -> None:
    log = town()
    extra = sha256(b"one more").hexdigest()
    late = log.add(
        LogType.BALLOT_BATCH,
        {"poll": "poll-A1", "n": 1, "part": 2, "parts": 2, "commitments": [extra]},
    )
    log.write(tmp_path)
    assert (Code.BALLOT_AFTER_SEALING, f"2027/{late}") in findings(verify_directory(tmp_path))


def test_unsorted_ballots_are_found(tmp_path: Path) -> None:
    log = town()
    index = index_of(log, LogType.BALLOT_BATCH)
    batch = LogEntry.decode(log.entries[index]).public
    commitments = batch["commitments"]
    assert isinstance(commitments, list)
    changed = {**batch, "commitments": commitments[::-1]}
    log.entries[index] = LogEntry(LogType.BALLOT_BATCH, AT, changed).encode()
    log.write(tmp_path)
    assert findings(verify_directory(tmp_path)) == {(Code.BATCH_WRONG, f"2027/{index + 1}")}


@pytest.mark.parametrize("commitments", [["zz"], [1], []])
def test_batch_of_something_else_is_found(tmp_path: Path, commitments: list[str | int]) -> None:
    log = town()
    index = index_of(log, LogType.BALLOT_BATCH)
    body = {**LogEntry.decode(log.entries[index]).public, "commitments": commitments}
    log.entries[index] = LogEntry(LogType.BALLOT_BATCH, AT, body).encode()
    log.write(tmp_path)
    assert (Code.BATCH_WRONG, f"2027/{index + 1}") in findings(verify_directory(tmp_path))


def test_ballots_in_no_pile_are_found(tmp_path: Path) -> None:
    log = town()
    index = index_of(log, LogType.POLL_SEALED)
    changed = {**LogEntry.decode(log.entries[index]).public, "valid": 8}
    log.entries[index] = LogEntry(LogType.POLL_SEALED, AT, changed).encode()
    log.write(tmp_path)
    assert findings(verify_directory(tmp_path)) == {(Code.TALLY_WRONG, f"2027/{index}")}


def test_ballots_before_publication_are_not_asked_for(tmp_path: Path) -> None:
    log = town()
    log.entries.pop()
    log.write(tmp_path)
    report = verify_directory(tmp_path)
    assert report.ok
    assert report.counts["Abstimmungen nachgezählt"] == 0


@pytest.mark.parametrize("type_", ["ranking", "words"])
def test_totals_that_fit_no_entry_may_be_left_out(tmp_path: Path, type_: str) -> None:
    log = town()
    log.poll("poll-B1", [["a", "b"], ["b"]], {}, type=type_, options=["a", "b"])
    log.write(tmp_path)
    assert verify_directory(tmp_path).ok


def test_more_ballots_than_cards_are_found(tmp_path: Path) -> None:
    log = town()
    log.poll("poll-B1", BALLOTS, {"yes": 4, "no": 2}, cards_total=5)
    log.write(tmp_path)
    assert findings(verify_directory(tmp_path)) == {(Code.MORE_BALLOTS_THAN_CARDS, f"2027/{len(log.entries) - 2}")}


def test_withheld_ballots_are_found(tmp_path: Path) -> None:
    log = town()
    log.write(tmp_path)
    (tmp_path / "openings/poll-A1.jsonl").unlink()
    assert findings(verify_directory(tmp_path)) == {(Code.BALLOTS_WITHHELD, f"2027/{len(log.entries) - 1}")}


@pytest.mark.parametrize(("n_min", "is_due"), [(None, False), (7, False), (6, True)])
def test_ballots_of_few_people_need_not_be_opened(tmp_path: Path, n_min: int | None, is_due: bool) -> None:
    log = town()
    named = {} if n_min is None else {"n_min": n_min}
    log.poll("poll-B1", BALLOTS, {"yes": 4, "no": 2}, type="multi", **named)
    log.write(tmp_path)
    (tmp_path / "openings/poll-B1.jsonl").unlink()
    report = verify_directory(tmp_path)
    assert report.ok is not is_due
    assert any("zu wenige Stimmen" in notice for notice in report.notices) is not is_due


def test_poll_told_in_the_wrong_order_is_found(tmp_path: Path) -> None:
    log = Published.begun()
    log.ballots["p"] = openings_file("p", [])
    log.add(LogType.POLL_CLOSED, {"poll": "p", "redeemed": {}})
    opened: dict[str, str | int | list[str]] = {"poll": "p", "type": "yesno", "options": [], "cards_total": 1}
    log.add(LogType.POLL_OPENED, opened)
    log.add(LogType.POLL_PUBLISHED, {"poll": "p"})
    log.seal("p", n=0, totals={})
    log.seal("p", n=0, totals={})
    log.add(LogType.POLL_OPENED, {**opened, "poll": "q"})
    log.add(LogType.POLL_PUBLISHED, {"poll": "q"})
    log.ballots["r"] = b""
    log.seal("r", n=0, totals={})
    log.write(tmp_path)
    assert findings(verify_directory(tmp_path)) == {(Code.POLL_ORDER, f"2027/{index}") for index in (1, 3, 5, 7, 8)}


def test_unanswered_input_is_found_after_the_promised_day(tmp_path: Path) -> None:
    log = town()
    index = log.add(
        LogType.INPUT_RECEIVED,
        {"input": "i9", "consultation": "c1", "channel": "letter"},
        {"text": "Und meiner?"},
    )
    log.write(tmp_path)
    assert verify_directory(tmp_path).ok
    assert verify_directory(tmp_path, as_of=date(2027, 6, 1)).ok
    assert findings(verify_directory(tmp_path, as_of=date(2027, 6, 2))) == {(Code.INPUT_UNANSWERED, f"2027/{index}")}


def test_input_taken_out_of_its_topic_is_unanswered(tmp_path: Path) -> None:
    log = town()
    log.add(
        LogType.TOPIC_CHANGED,
        {"topic": "t1", "change": "input_removed", "input": "i0"},
        {"title": "Bänke"},
    )
    log.add(LogType.TOPIC_CHANGED, {"topic": "t1", "change": "renamed"}, {"title": "Sitzen"})
    log.write(tmp_path)
    report = verify_directory(tmp_path, as_of=date(2028, 1, 1))
    assert findings(report) == {(Code.INPUT_UNANSWERED, "2027/2")}


@pytest.mark.parametrize(
    ("type_", "public"),
    [
        (LogType.INPUT_WITHDRAWN, {"input": "i9"}),
        (LogType.MODERATION_DECIDED, {"input": "i9", "outcome": "reject"}),
    ],
)
def test_input_that_was_taken_back_or_rejected_needs_no_answer(
    tmp_path: Path, type_: LogType, public: dict[str, str]
) -> None:
    log = town()
    log.add(
        LogType.INPUT_RECEIVED,
        {"input": "i9", "consultation": "c1", "channel": "letter"},
        {"text": "Und meiner?"},
    )
    log.add(type_, public)
    log.write(tmp_path)
    assert verify_directory(tmp_path, as_of=date(2028, 1, 1)).ok


def test_amended_promise_and_late_answer_are_told(tmp_path: Path) -> None:
    log = town()
    log.add(LogType.CONSULTATION_AMENDED, {"consultation": "c1", "promised_feedback_by": "2027-03-01"})
    log.add(LogType.CONSULTATION_AMENDED, {"consultation": "c1", "promised_feedback_by": "bald"})
    log.add(LogType.FEEDBACK_SENT, {"input": "i2", "channel": "web"}, at=AT + timedelta(days=5))
    log.write(tmp_path)
    report = verify_directory(tmp_path)
    assert report.ok
    assert next(notice for notice in report.notices if "Tage nach" in notice).startswith("2027/2: i0 10 ")


def test_receipt_is_found_with_its_vote(tmp_path: Path) -> None:
    log = town()
    log.write(tmp_path)
    last = log.ballots["poll-A1"].splitlines()[-1]
    batch = LogEntry.decode(log.entries[index_of(log, LogType.BALLOT_BATCH)])
    commitments = batch.public["commitments"]
    assert isinstance(commitments, list)
    code = tracking_code(bytes.fromhex(str(commitments[-1])))
    report = verify_directory(tmp_path, receipt=code.lower().replace("-", " "))
    assert report.ok
    notice = report.notices[-1]
    assert code in notice
    assert notice.endswith(f"gezählt als {json.loads(last)['choices']}.")
    put(tmp_path / "openings/poll-A1.jsonl", b"")
    assert verify_directory(tmp_path, receipt=code).notices[-1].endswith("noch nicht geöffnet.")
    put(tmp_path / "openings/poll-A1.jsonl", b"x")
    assert verify_directory(tmp_path, receipt=code).notices[-1].endswith("nicht lesbar.")


def test_receipt_of_no_ballot_is_found(tmp_path: Path) -> None:
    town().write(tmp_path)
    assert findings(verify_directory(tmp_path, receipt="0000-0000-0000")) == {(Code.RECEIPT_UNKNOWN, "0000-0000-0000")}


def two_years(root: Path, **changed: str | int) -> None:
    old = town()
    old.add(LogType.LOG_CLOSED, {"origin": signer().name})
    old.write(root)
    named: dict[str, str | int] = {
        "previous_origin": signer().name,
        "previous_size": old.tree.size,
        "previous_root": old.tree.root().hex(),
        **changed,
    }
    Published.begun(2028, **named).write(root)


def test_years_follow_one_another(tmp_path: Path) -> None:
    two_years(tmp_path)
    report = verify_directory(tmp_path)
    assert report.ok
    assert [log.origin for log in report.logs] == [signer(2027).name, signer(2028).name]


@pytest.mark.parametrize("changed", [{"previous_size": 3}, {"previous_root": "00" * 32}])
def test_year_that_does_not_follow_is_found(tmp_path: Path, changed: dict[str, str | int]) -> None:
    two_years(tmp_path, **changed)
    assert findings(verify_directory(tmp_path)) == {(Code.CHAIN_BROKEN, "2028/0")}


def test_year_before_that_is_not_there_is_told(tmp_path: Path) -> None:
    two_years(tmp_path, previous_origin="mitmachen.example/log/2026")
    report = verify_directory(tmp_path)
    assert report.ok
    assert any("liegt nicht vor" in notice for notice in report.notices)


def test_log_that_does_not_open_itself_is_found(tmp_path: Path) -> None:
    log = Published()
    log.add(LogType.MEETING_OPENED, {"meeting": "m1"})
    log.add(LogType.LOG_OPENED, {"origin": signer().name, "vkey": signer().key.vkey})
    log.write(tmp_path)
    assert findings(verify_directory(tmp_path)) == {
        (Code.CHAIN_BROKEN, "2027/0"),
        (Code.CHAIN_BROKEN, "2027/1"),
    }


def test_checkpoint_of_an_empty_log_is_found_without_an_opening(tmp_path: Path) -> None:
    Published().write(tmp_path)
    assert findings(verify_directory(tmp_path)) == {(Code.CHAIN_BROKEN, "2027/0")}


def test_policy_of_the_auditor_is_believed_over_the_directory(tmp_path: Path) -> None:
    town().write(tmp_path)
    put(tmp_path / "policy.txt", b"nonsense")
    report = verify_directory(tmp_path, policy=f"log {signer().key.vkey}")
    assert report.ok
    assert report.notices == []
    key = base64.b64encode(b"\x01" + signer().key.public).decode()
    assert key in signer().key.vkey
