"""What the entries say, sorted by what has to be checked.

Guarantees: one pass over all logs in order; malformed entries are findings and nothing else is
taken from them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from backend.transparency.canonical import JsonObject, JsonValue
from backend.transparency.entries import InvalidEntry, LogEntry
from backend.transparency.types import LogType, Position
from backend.transparency.verifier.logs import ReadLog
from backend.transparency.verifier.report import Code, Report


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry and where it stands."""

    position: Position
    entry: LogEntry

    @property
    def public(self) -> JsonObject:
        """The entry's public fields."""
        return self.entry.public

    def text(self, name: str) -> str:
        """Return a field as text; empty when it is something else."""
        value = self.public.get(name)
        return value if isinstance(value, str) else ""

    def number(self, name: str) -> int:
        """Return a field as a count; -1 when it is something else."""
        value = self.public.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else -1

    def texts(self, name: str) -> list[str]:
        """Return a field as a list of texts; everything else is left out."""
        value = self.public.get(name)
        items: Sequence[JsonValue] = value if isinstance(value, list) else []
        return [each for each in items if isinstance(each, str)]

    def counts(self, name: str) -> dict[str, int]:
        """Return a field as counts by name, without the zeros."""
        value = self.public.get(name)
        pairs: Mapping[str, JsonValue] = value if isinstance(value, Mapping) else {}
        return {key: each for key, each in pairs.items() if isinstance(each, int) and each}


@dataclass(slots=True)
class Ledger:
    """All entries of all logs, by type and by what they are about."""

    committed: list[Placed] = field(default_factory=list)
    by_type: defaultdict[LogType, list[Placed]] = field(default_factory=lambda: defaultdict(list))
    by_poll: defaultdict[str, list[Placed]] = field(default_factory=lambda: defaultdict(list))
    erased: dict[Position, Position] = field(default_factory=dict)
    """Erased entry to the erasure that names it."""

    def add(self, placed: Placed) -> None:
        """Sort one entry in."""
        self.by_type[placed.entry.type].append(placed)
        if placed.entry.commitment is not None:
            self.committed.append(placed)
        if poll := placed.text("poll"):
            self.by_poll[poll].append(placed)
        if placed.entry.type is LogType.ERASURE:
            for target in placed.texts("targets"):
                self.erased[Position.parse(target)] = placed.position


def read_ledger(logs: Sequence[ReadLog], report: Report) -> Ledger:
    """Decode and sort the entries of all logs."""
    ledger = Ledger()
    for log in logs:
        for index, content in enumerate(log.entries):
            position = Position(log.year, index)
            try:
                ledger.add(Placed(position, LogEntry.decode(content)))
            except (InvalidEntry, ValueError) as error:
                detail = "So darf ein Eintrag dieses Protokolls nicht geschrieben sein."
                report.add(Code.ENTRY_MALFORMED, position, detail, cause=error)
    return ledger


def check_chain(logs: Sequence[ReadLog], ledger: Ledger, report: Report) -> None:
    """Check that each log opens properly and names the end of the one before."""
    opened = {each.position: each for each in ledger.by_type[LogType.LOG_OPENED]}
    known = {log.checkpoint.origin: log for log in logs}
    for log in logs:
        place = Position(log.year, 0)
        opening = opened.pop(place, None)
        if opening is None or opening.text("origin") != log.checkpoint.origin:
            report.add(Code.CHAIN_BROKEN, place, "Der erste Eintrag eröffnet nicht dieses Protokoll.")
            continue
        before = opening.text("previous_origin")
        if not before:
            continue
        previous = known.get(before)
        if previous is None:
            report.notices.append(f"{place}: das Protokoll davor, {before}, liegt nicht vor.")
        elif not _continues(opening, previous):
            detail = f"Der Eintrag nennt nicht das Ende von {before}."
            report.add(Code.CHAIN_BROKEN, place, detail)
    for place in opened:
        report.add(Code.CHAIN_BROKEN, place, "Ein Protokoll wird nur im ersten Eintrag eröffnet.")


def _continues(opening: Placed, previous: ReadLog) -> bool:
    is_end = opening.number("previous_size") == previous.tree.size
    return is_end and opening.text("previous_root") == previous.tree.root().hex()
