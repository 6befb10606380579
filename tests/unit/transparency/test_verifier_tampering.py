"""The tamper matrix: whatever somebody changes after the fact is found, and the entry is named."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.transparency.checkpoint import Checkpoint
from backend.transparency.entries import LogEntry
from backend.transparency.note import Note
from backend.transparency.types import LogType
from backend.transparency.verifier import Code, Report, verify_directory
from tests.unit.transparency.published import AT, Published, put, signer, speaks_to_people, town

STRANGER = Ed25519PrivateKey.from_private_bytes(bytes([9]) * 32)


def findings(report: Report) -> set[tuple[Code, str]]:
    for each in report.findings:
        speaks_to_people(each)
    return {(each.code, each.place) for each in report.findings}


def index_of(log: Published, type_: LogType) -> int:
    return next(n for n, each in enumerate(log.entries) if LogEntry.decode(each).type is type_)


def test_honest_log_has_no_findings(tmp_path: Path) -> None:
    town().write(tmp_path)
    report = verify_directory(tmp_path)
    assert report.lines()[-1] == "Alles geprüft, nichts gefunden."
    assert (report.ok, report.exit_status) == (True, 0)
    assert report.counts == {
        "Einträge": 16,
        "Nachweise geöffnet": 8,
        "Nachweise gelöscht": 1,
        "Stimmen": 9,
        "Abstimmungen nachgezählt": 1,
        "Beiträge": 4,
    }


def test_flipped_entry_is_found(tmp_path: Path) -> None:
    log = town()
    folder = log.write(tmp_path)
    bundle = folder / f"tile/entries/000.p/{len(log.entries)}"
    put(bundle, bundle.read_bytes().replace(b'"input":"i1"', b'"input":"i9"', 1))
    assert (Code.ENTRY_CHANGED, "2027/3") in findings(verify_directory(tmp_path))


def test_flipped_tile_is_found(tmp_path: Path) -> None:
    log = town()
    folder = log.write(tmp_path)
    tile = folder / f"tile/0/000.p/{len(log.entries)}"
    content = bytearray(tile.read_bytes())
    content[32 * 5] ^= 1
    put(tile, bytes(content))
    assert findings(verify_directory(tmp_path)) == {(Code.TILE_CHANGED, "2027/5")}


def test_flipped_upper_tile_is_found(tmp_path: Path) -> None:
    log = town()
    for number in range(600):
        log.add(LogType.MEETING_OPENED, {"meeting": number})
    folder = log.write(tmp_path)
    tile = folder / "tile/1/000.p/2"
    content = bytearray(tile.read_bytes())
    content[32] ^= 1
    put(tile, bytes(content))
    assert findings(verify_directory(tmp_path)) == {(Code.TILE_CHANGED, "2027 tile/1/000.p/2 Hash 1")}


def test_entry_changed_together_with_its_tile_is_found(tmp_path: Path) -> None:
    log = town()
    for number in range(600):
        log.add(LogType.MEETING_OPENED, {"meeting": number})
    log.write(tmp_path)
    honest = (tmp_path / "log/2027/checkpoint").read_bytes()
    upper = (tmp_path / "log/2027/tile/1/000.p/2").read_bytes()
    log.entries[300] = LogEntry(LogType.MEETING_CLOSED, AT, {"meeting": 9}).encode()
    log.write(tmp_path)
    put(tmp_path / "log/2027/checkpoint", honest)
    assert findings(verify_directory(tmp_path)) == {(Code.ROOT_WRONG, f"2027/0–{len(log.entries) - 1}")}
    put(tmp_path / "log/2027/tile/1/000.p/2", upper)
    assert findings(verify_directory(tmp_path)) == {(Code.ROOT_WRONG, "2027/256–511")}


@pytest.mark.parametrize("content", [b"", bytes(31)])
def test_tile_of_another_length_is_found(tmp_path: Path, content: bytes) -> None:
    log = town()
    path = f"tile/0/000.p/{len(log.entries)}"
    put(log.write(tmp_path) / path, content)
    report = verify_directory(tmp_path)
    assert findings(report) == {(Code.TILE_CHANGED, f"2027 {path}")}
    what = "hat die falsche Länge." if content else "fehlt oder ist leer."
    assert report.findings[0].detail == f"Die Datei {path} {what}"


def test_rolled_back_checkpoint_is_found(tmp_path: Path) -> None:
    log = town()
    since = log.checkpoint()
    log.entries = log.entries[:10]
    log.write(tmp_path)
    report = verify_directory(tmp_path, since=since)
    assert (Code.ROLLED_BACK, "2027/10") in findings(report)


def test_forked_history_is_found(tmp_path: Path) -> None:
    log = town()
    since = log.checkpoint()
    old = len(log.entries)
    log.entries[3] = LogEntry(LogType.MEETING_OPENED, AT, {"meeting": "m9"}).encode()
    del log.openings[3]
    log.add(LogType.MEETING_CLOSED, {"meeting": "m9"})
    log.write(tmp_path)
    report = verify_directory(tmp_path, since=since)
    assert findings(report) == {(Code.HISTORY_FORKED, f"2027/0–{old - 1}")}


def test_grown_log_extends_the_older_checkpoint(tmp_path: Path) -> None:
    log = town()
    since = log.checkpoint()
    log.add(LogType.MEETING_CLOSED, {"meeting": "m9"})
    log.write(tmp_path)
    report = verify_directory(tmp_path, since=since)
    assert report.ok
    assert any("nur gewachsen" in notice for notice in report.notices)


def test_older_checkpoint_of_nobody_is_found(tmp_path: Path) -> None:
    town().write(tmp_path)
    assert findings(verify_directory(tmp_path, since=b"Hallo")) == {(Code.CHECKPOINT_INVALID, "älterer Prüfpunkt")}
    other = Checkpoint("other.example/log/2027", 1, bytes(32)).signed(signer()).encode()
    assert (Code.LOG_MISSING, "other.example/log/2027") in findings(verify_directory(tmp_path, since=other))


@pytest.mark.parametrize("kept", [0, 1, 200, 900])
def test_truncated_bundle_is_found(tmp_path: Path, kept: int) -> None:
    log = town()
    folder = log.write(tmp_path)
    bundle = folder / f"tile/entries/000.p/{len(log.entries)}"
    whole = 0
    for entry in log.entries:
        if sum(len(each) + 2 for each in log.entries[: whole + 1]) > kept:
            break
        whole += bool(entry)
    put(bundle, bundle.read_bytes()[:kept])
    assert (Code.BUNDLE_BROKEN, f"2027/{whole}") in findings(verify_directory(tmp_path))


def test_missing_bundle_is_found(tmp_path: Path) -> None:
    log = town()
    (log.write(tmp_path) / f"tile/entries/000.p/{len(log.entries)}").unlink()
    assert (Code.BUNDLE_BROKEN, "2027/0") in findings(verify_directory(tmp_path))


def test_checkpoint_by_a_foreign_key_is_found(tmp_path: Path) -> None:
    log = town()
    put(log.write(tmp_path) / "checkpoint", log.checkpoint(STRANGER))
    assert findings(verify_directory(tmp_path)) == {(Code.CHECKPOINT_UNSIGNED, "2027 checkpoint")}


def test_checkpoint_with_a_wrong_signature_is_found(tmp_path: Path) -> None:
    log = town()
    note = Note.decode(log.checkpoint())
    forged = Note(note.text, (signer().sign("another\n"),))
    put(log.write(tmp_path) / "checkpoint", forged.encode())
    report = verify_directory(tmp_path)
    assert findings(report) == {(Code.CHECKPOINT_UNSIGNED, "2027 checkpoint")}
    assert report.findings[0].detail == f"Die Unterschrift von {signer().key.name} passt nicht zum Prüfpunkt."
    assert "expected a signature" in report.findings[0].cause


def test_unsigned_checkpoint_is_found(tmp_path: Path) -> None:
    log = town()
    text = Note.decode(log.checkpoint()).text
    put(log.write(tmp_path) / "checkpoint", f"{text}\n".encode())
    assert findings(verify_directory(tmp_path)) >= {(Code.CHECKPOINT_INVALID, "2027 checkpoint")}


def test_log_without_a_known_key_is_found(tmp_path: Path) -> None:
    town().write(tmp_path)
    assert findings(verify_directory(tmp_path, policy="")) == {(Code.KEY_UNKNOWN, "2027 checkpoint")}
    assert (Code.KEY_UNKNOWN, "policy.txt") in findings(verify_directory(tmp_path, policy="trust me"))


def test_log_under_a_swapped_key_is_found(tmp_path: Path) -> None:
    log = town()
    put(log.write(tmp_path) / "checkpoint", log.checkpoint(STRANGER))
    swapped = f"log {signer(private=STRANGER).key.vkey}"
    assert findings(verify_directory(tmp_path, policy=swapped)) == {(Code.KEY_UNKNOWN, "2027/0")}


def test_missing_log_is_found(tmp_path: Path) -> None:
    assert findings(verify_directory(tmp_path)) == {(Code.LOG_MISSING, "log/")}
    (tmp_path / "log" / "2027").mkdir(parents=True)
    assert (Code.LOG_MISSING, "2027 checkpoint") in findings(verify_directory(tmp_path))


def test_changed_payload_is_found(tmp_path: Path) -> None:
    folder = town().write(tmp_path)
    path = folder / "open" / "2.json"
    put(path, path.read_bytes().replace(b"Beitrag 0", b"Beitrag 9"))
    assert findings(verify_directory(tmp_path)) == {(Code.OPENING_CHANGED, "2027/2")}


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (None, Code.OPENING_WITHHELD),
        ({}, Code.OPENING_WITHHELD),
        ([], Code.OPENING_WITHHELD),
        ({"sealed": True}, Code.OPENING_WITHHELD),
        ({"erased": "2027/1"}, Code.ERASURE_UNRECORDED),
        ({"erased": "pending"}, Code.ERASURE_UNRECORDED),
        ({"salt": "zz", "payload": {}}, Code.OPENING_CHANGED),
        ({"salt": "00", "payload": {}}, Code.OPENING_CHANGED),
        ({"salt": "00" * 32, "payload": {"a": 0.5}}, Code.OPENING_CHANGED),
    ],
)
def test_withheld_payload_is_found(tmp_path: Path, document: object, code: Code) -> None:
    log = town()
    index = index_of(log, LogType.WEIGHING_PUBLISHED)
    path = log.write(tmp_path) / "open" / f"{index}.json"
    path.unlink()
    if document is not None:
        put(path, json.dumps(document).encode())
    assert findings(verify_directory(tmp_path)) == {(code, f"2027/{index}")}


def test_unreadable_answer_about_a_payload_is_found(tmp_path: Path) -> None:
    put(town().write(tmp_path) / "open" / "1.json", b"{")
    assert findings(verify_directory(tmp_path)) == {(Code.OPENING_WITHHELD, "2027/1")}


def test_payload_awaiting_release_or_lost_with_a_backup_is_told(tmp_path: Path) -> None:
    log = town()
    log.openings[2] = {"sealed": True}
    log.openings[3] = {"not_restored": True}
    log.write(tmp_path)
    report = verify_directory(tmp_path)
    assert report.ok
    assert report.counts["Nachweise noch nicht öffentlich"] == 1
    assert report.counts["Nachweise nicht wiederhergestellt"] == 1
    assert any(notice.startswith("2027/3: ") for notice in report.notices)


def test_erased_payload_that_is_still_served_is_found(tmp_path: Path) -> None:
    log = town()
    log.openings[5] = {"salt": "00", "payload": {}}
    log.write(tmp_path)
    assert findings(verify_directory(tmp_path)) == {(Code.ERASED_BUT_OPEN, "2027/5")}


def test_entry_the_log_may_not_contain_is_found(tmp_path: Path) -> None:
    log = town()
    log.entries.append(b'{"text":"Freier Text"}')
    log.entries.append(b'{"at":"2027-03-11T18:00Z","public":{"ground":"x","targets":["2"]},"type":"erasure"}')
    log.write(tmp_path)
    assert findings(verify_directory(tmp_path)) == {
        (Code.ENTRY_MALFORMED, f"2027/{len(log.entries) - 2}"),
        (Code.ENTRY_MALFORMED, f"2027/{len(log.entries) - 1}"),
    }
