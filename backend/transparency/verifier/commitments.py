"""Does what is opened match what was committed to, and is what is missing accounted for?

Guarantees: every commitment is counted as opened, erased (with the entry that says so), sealed
until its release, or not restored; anything else is a finding.
"""

import json
from itertools import groupby
from typing import Final

from backend.transparency.canonical import JsonObject
from backend.transparency.commitment import commit
from backend.transparency.types import OPENED_ON_RELEASE
from backend.transparency.verifier.ledger import Ledger, Placed
from backend.transparency.verifier.report import Code, Report
from backend.transparency.verifier.sources import Source

OPENED: Final = "Nachweise geöffnet"
ERASED: Final = "Nachweise gelöscht"
SEALED: Final = "Nachweise noch nicht öffentlich"
NOT_RESTORED: Final = "Nachweise nicht wiederhergestellt"


def check_commitments(source: Source, ledger: Ledger, report: Report) -> None:
    """Check every commitment of every log."""
    for year, placed in groupby(ledger.committed, key=lambda each: each.position.year):
        by_index = {each.position.index: each for each in placed}
        for index, document in source.openings(year, by_index):
            _check(by_index[index], document, ledger, report)


def _check(placed: Placed, document: bytes | None, ledger: Ledger, report: Report) -> None:
    tombstone = ledger.erased.get(placed.position)
    told = _parse(document)
    if tombstone is not None:
        report.counts[ERASED] += 1
        if "payload" in told:
            detail = f"Laut {tombstone} gelöscht, aber noch zu lesen."
            report.add(Code.ERASED_BUT_OPEN, placed.position, detail)
        return
    match told:
        case {"salt": str(salt), "payload": dict(payload)}:
            report.counts[OPENED] += 1
            if not _fits(placed, salt, payload):
                detail = "Der geöffnete Inhalt ist nicht der, der festgehalten wurde."
                report.add(Code.OPENING_CHANGED, placed.position, detail)
        case {"erased": claimed}:
            detail = f"Angeblich gelöscht ({claimed}), aber kein Eintrag sagt es."
            report.add(Code.ERASURE_UNRECORDED, placed.position, detail)
        case {"not_restored": True}:
            report.counts[NOT_RESTORED] += 1
            report.notices.append(f"{placed.position}: Inhalt nach einer Sicherung nicht wiederhergestellt.")
        case {"sealed": True} if placed.entry.type in OPENED_ON_RELEASE:
            report.counts[SEALED] += 1
        case _:
            detail = "Der Inhalt wird zurückgehalten, ohne dass eine Löschung vermerkt ist."
            report.add(Code.OPENING_WITHHELD, placed.position, detail)


def _fits(placed: Placed, salt: str, payload: JsonObject) -> bool:
    try:
        found = commit(placed.entry.type, bytes.fromhex(salt), payload)
    except ValueError:  # no hex, another length, or outside the profile
        return False
    return found == placed.entry.commitment


def _parse(document: bytes | None) -> dict[str, object]:
    try:
        value = json.loads(document or b"{}")
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
