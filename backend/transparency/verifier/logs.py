"""One log, file by file: signature, bundles, tiles, root, older checkpoints.

Guarantees: every byte that was published is compared with what the entries imply; a change is
pinned to the entry or tile it is in, because the signed root tells which side is right.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.transparency.checkpoint import Checkpoint
from backend.transparency.merkle import Tree, leaf_hash
from backend.transparency.note import InvalidNote, Note, VerifierKey, check_signatures
from backend.transparency.policy import Policy
from backend.transparency.tiles import (
    ENTRIES,
    HEIGHT,
    WIDTH,
    MalformedTile,
    Tile,
    decode_bundle,
    grown_tiles,
    split_hashes,
)
from backend.transparency.types import Position
from backend.transparency.verifier.report import Code, Report
from backend.transparency.verifier.sources import Source


@dataclass(frozen=True, slots=True)
class ReadLog:
    """What could be read of one year's log."""

    year: int
    checkpoint: Checkpoint
    entries: list[bytes]
    tree: Tree
    """Over the entries as they are, whatever the tiles say."""


def read_log(source: Source, year: int, *, policy: Policy, report: Report) -> ReadLog | None:
    """Audit the files of one log; None when there is nothing to go on with."""
    place = f"{year} checkpoint"
    file = source.file(year, "checkpoint")
    if file is None:
        report.add(Code.LOG_MISSING, place, "Es gibt keinen Prüfpunkt.")
        return None
    try:
        note = Note.decode(file)
        checkpoint = Checkpoint.parse(note.text)
    except InvalidNote as error:
        report.add(Code.CHECKPOINT_INVALID, place, "Der Prüfpunkt ist nicht lesbar.", cause=error)
        return None
    _check_signatures(note, checkpoint, place, policy=policy, report=report)
    entries = _read_entries(source, year, checkpoint.size, report)
    log = ReadLog(year, checkpoint, entries, Tree([leaf_hash(entry) for entry in entries]))
    if len(entries) == checkpoint.size:
        _check_tree(source, log, report)
    report.logs.append(checkpoint)
    report.counts["Einträge"] += len(entries)
    return log


def check_since(logs: Sequence[ReadLog], since: bytes, *, policy: Policy, report: Report) -> None:
    """Check that a log only grew since an older checkpoint somebody kept."""
    try:
        note = Note.decode(since)
        old = Checkpoint.parse(note.text)
    except InvalidNote as error:
        report.add(Code.CHECKPOINT_INVALID, "älterer Prüfpunkt", "Der ältere Prüfpunkt ist nicht lesbar.", cause=error)
        return
    _check_signatures(note, old, "älterer Prüfpunkt", policy=policy, report=report)
    log = next((each for each in logs if each.checkpoint.origin == old.origin), None)
    if log is None:
        report.add(Code.LOG_MISSING, old.origin, "Zu dem älteren Prüfpunkt fehlt das Protokoll.")
    elif old.size > log.tree.size:
        detail = f"Früher waren es {old.size} Einträge, jetzt sind es {log.tree.size}."
        report.add(Code.ROLLED_BACK, Position(log.year, log.tree.size), detail)
    elif log.tree.root(old.size) != old.root:
        detail = f"Die ersten {old.size} Einträge sind nicht mehr die, die unterschrieben waren."
        report.add(Code.HISTORY_FORKED, f"{log.year}/0–{old.size - 1}", detail)
    else:
        report.notices.append(f"{old.origin}: seit Größe {old.size} nur gewachsen.")


def _check_signatures(note: Note, checkpoint: Checkpoint, place: str, *, policy: Policy, report: Report) -> None:
    key = policy.logs.get(checkpoint.origin)
    if key is None:
        detail = f"Für {checkpoint.origin} ist kein Schlüssel bekannt."
        report.add(Code.KEY_UNKNOWN, place, detail)
        return
    try:
        check_signatures(note, [key])
    except InvalidNote as error:
        is_there = any(key.is_named_by(signature) for signature in note.signatures)
        what = "passt nicht zum Prüfpunkt" if is_there else "fehlt"
        report.add(Code.CHECKPOINT_UNSIGNED, place, f"Die Unterschrift von {key.name} {what}.", cause=error)
    signed = {name: _has_signed(note, witness.key) for name, witness in policy.witnesses.items()}
    if not policy.is_met(signed):
        names = ", ".join(name for name, has in signed.items() if has) or "niemand"
        report.add(Code.QUORUM_MISSED, place, f"Zu wenige Zeugen haben unterschrieben: {names}.")


def _has_signed(note: Note, witness: VerifierKey) -> bool:
    try:
        check_signatures(note, [witness])
    except InvalidNote:
        return False
    return True


def _read_entries(source: Source, year: int, size: int, report: Report) -> list[bytes]:
    entries: list[bytes] = []
    for tile in grown_tiles(0, size):
        if tile.level != ENTRIES:
            break
        try:
            entries += decode_bundle(source.file(year, tile.path) or b"", tile.width)
        except MalformedTile:
            position = Position(year, tile.start + _whole_entries(source.file(year, tile.path)))
            report.add(Code.BUNDLE_BROKEN, position, f"Ab hier sind die Einträge nicht lesbar ({tile.path}).")
            break
    return entries


def _whole_entries(content: bytes | None) -> int:
    at = count = 0
    while content and at + 2 <= len(content):
        at += 2 + int.from_bytes(content[at : at + 2], "big")
        count += at <= len(content)
    return count


def _check_tree(source: Source, log: ReadLog, report: Report) -> None:
    differences: list[tuple[Tile, int]] = []
    for tile in grown_tiles(0, log.checkpoint.size):
        if tile.level != ENTRIES:
            differences += _differences(source, log, tile, report)
    if log.tree.root() == log.checkpoint.root:
        for tile, number in differences:
            place = f"{log.year} {tile.path} Hash {number}"
            if tile.level == 0:
                place = str(Position(log.year, tile.start + number))
            report.add(Code.TILE_CHANGED, place, f"{tile.path} weicht von den Einträgen ab.")
        return
    entries = [tile.start + number for tile, number in differences if tile.level == 0]
    for index in entries:
        detail = "Der Eintrag ist nicht der, dessen Hash veröffentlicht wurde."
        report.add(Code.ENTRY_CHANGED, Position(log.year, index), detail)
    if not entries:
        spans = [_leaves_below(tile, number) for tile, number in differences]
        start, end = min(spans, default=(0, log.checkpoint.size), key=lambda span: span[1] - span[0])
        detail = "Die Einträge führen nicht zur unterschriebenen Wurzel."
        report.add(Code.ROOT_WRONG, f"{log.year}/{start}–{end - 1}", detail)


def _differences(source: Source, log: ReadLog, tile: Tile, report: Report) -> list[tuple[Tile, int]]:
    expected = log.tree.level(tile.level * HEIGHT)[tile.start : tile.end]
    content = source.file(log.year, tile.path)
    if content == b"".join(expected):
        return []
    try:
        found = split_hashes(tile, content or b"")
    except MalformedTile as error:
        what = f"Die Datei {tile.path} " + ("hat die falsche Länge." if content else "fehlt oder ist leer.")
        report.add(Code.TILE_CHANGED, f"{log.year} {tile.path}", what, cause=error)
        return []
    pairs = enumerate(zip(expected, found, strict=True))
    return [(tile, number) for number, (ours, theirs) in pairs if ours != theirs]


def _leaves_below(tile: Tile, number: int) -> tuple[int, int]:
    span = WIDTH**tile.level
    start = (tile.start + number) * span
    return start, start + span
