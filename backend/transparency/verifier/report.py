"""What an audit found: findings that must not be, and notices worth knowing.

Guarantees: a finding names its place (entry, file or checkpoint) and says in one German sentence
what is wrong; codes are stable.
"""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from backend.transparency.canonical import JsonValue
from backend.transparency.checkpoint import Checkpoint

FINDINGS_PER_CODE_MAX: Final = 100
"""Of one kind; a wholly wrong log would otherwise drown the others. The rest is counted."""


class Code(StrEnum):
    """What kind of thing was found."""

    LOG_MISSING = "log_missing"
    KEY_UNKNOWN = "key_unknown"
    CHECKPOINT_INVALID = "checkpoint_invalid"
    CHECKPOINT_UNSIGNED = "checkpoint_unsigned"
    QUORUM_MISSED = "quorum_missed"
    ROLLED_BACK = "rolled_back"
    HISTORY_FORKED = "history_forked"
    BUNDLE_BROKEN = "bundle_broken"
    ENTRY_CHANGED = "entry_changed"
    ENTRY_MALFORMED = "entry_malformed"
    TILE_CHANGED = "tile_changed"
    ROOT_WRONG = "root_wrong"
    CHAIN_BROKEN = "chain_broken"
    OPENING_CHANGED = "opening_changed"
    OPENING_WITHHELD = "opening_withheld"
    ERASURE_UNRECORDED = "erasure_unrecorded"
    ERASED_BUT_OPEN = "erased_but_open"
    POLL_ORDER = "poll_order"
    BALLOT_AFTER_SEALING = "ballot_after_sealing"
    BATCH_WRONG = "batch_wrong"
    MORE_BALLOTS_THAN_CARDS = "more_ballots_than_cards"
    BALLOTS_WITHHELD = "ballots_withheld"
    BALLOTS_CHANGED = "ballots_changed"
    TALLY_WRONG = "tally_wrong"
    INPUT_UNANSWERED = "input_unanswered"
    RECEIPT_UNKNOWN = "receipt_unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that must not be. `place` is an entry ("2027/17"), a file or a checkpoint.

    `detail` is for people; `cause`, where there is one, is what the code expected, in English, for programmers.
    """

    code: Code
    place: str
    detail: str
    cause: str = ""

    @property
    def line(self) -> str:
        """The finding in one line."""
        return f"{self.place}: {self.code}: {self.detail}"


@dataclass(slots=True)
class Report:
    """Everything one audit has to say."""

    findings: list[Finding] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    logs: list[Checkpoint] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    omitted: Counter[Code] = field(default_factory=Counter)

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    @property
    def exit_status(self) -> int:
        """0 when nothing was found, else 1."""
        return int(not self.ok)

    def add(self, code: Code, place: object, detail: str, *, cause: Exception | None = None) -> None:
        """Note a finding."""
        if sum(each.code is code for each in self.findings) >= FINDINGS_PER_CODE_MAX:
            self.omitted[code] += 1
            return
        self.findings.append(Finding(code, str(place), detail, str(cause or "")))

    def lines(self) -> list[str]:
        """Return findings, notices and figures, one a line."""
        lines = [finding.line for finding in self.findings]
        lines += [f"… und {count} weitere: {code}" for code, count in sorted(self.omitted.items())]
        lines += self.notices
        lines += [f"{log.origin}: {log.size} Einträge, Wurzel {log.read_aloud}" for log in self.logs]
        lines += [f"{name}: {count}" for name, count in sorted(self.counts.items())]
        return [*lines, "Alles geprüft, nichts gefunden." if self.ok else "Es gibt Befunde."]

    def to_json(self) -> dict[str, JsonValue]:
        """Return the report for programs."""
        return {
            "ok": self.ok,
            "logs": [
                {
                    "origin": log.origin,
                    "size": log.size,
                    "root": log.root.hex(),
                    "read_aloud": log.read_aloud,
                }
                for log in self.logs
            ],
            "findings": [
                {"code": each.code.value, "place": each.place, "detail": each.detail, "cause": each.cause}
                for each in self.findings
            ],
            "omitted": {code.value: count for code, count in self.omitted.items()},
            "notices": list(self.notices),
            "counts": dict(self.counts),
        }
