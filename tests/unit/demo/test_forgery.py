"""What the tour forges is found for what it is, at its place, in German."""

from pathlib import Path

import pytest

from backend.demo.tour.forgery import FORGOTTEN, change_vote, roll_back
from backend.transparency.types import LogType
from backend.transparency.verifier import Code, verify_directory
from tests.unit.transparency.published import Published, signer

BEYOND_A_TILE = 270
"""Entries of the forgotten kind, so that the end lies in a piece of the second tile."""


def told(tmp_path: Path, since: bytes | None = None) -> list[tuple[Code, str]]:
    return [(each.code, each.detail) for each in verify_directory(tmp_path, since=since).findings]


@pytest.mark.parametrize("more", [0, BEYOND_A_TILE])
def test_roll_back_a_copy_is_found_as_missing_entries_and_nothing_else(tmp_path: Path, more: int) -> None:
    log = Published.begun()
    for number in range(FORGOTTEN + 1 + more):
        log.add(LogType.MEETING_OPENED, {"meeting": f"m{number}"})
    folder = log.write(tmp_path)
    seen = (folder / "checkpoint").read_bytes()
    roll_back(folder, signer())
    size = len(log.entries)
    sentence = f"Früher waren es {size} Einträge, jetzt sind es {size - FORGOTTEN}."
    assert told(tmp_path, seen) == [(Code.ROLLED_BACK, sentence)]


def test_change_a_vote_is_found_and_names_the_line(tmp_path: Path) -> None:
    log = Published.begun()
    log.poll("baum", [["yes"], ["no"], ["no"]], {"yes": 1, "no": 2})
    log.write(tmp_path)
    change_vote(tmp_path / "openings")
    details = [detail for code, detail in told(tmp_path) if code is Code.BALLOTS_CHANGED]
    assert "openings/baum.jsonl: es ist nicht die Datei, die versiegelt wurde." in details
    assert any(": Zeile " in detail for detail in details)
    assert not any(word in detail for detail in details for word in ("line", "expected"))
