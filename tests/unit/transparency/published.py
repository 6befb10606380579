"""A published log made of pure functions, for tests that tamper with its files."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.transparency.ballots import Opening, ballot_commitment, batch_bodies, openings_file
from backend.transparency.canonical import JsonObject, JsonValue
from backend.transparency.checkpoint import Checkpoint
from backend.transparency.commitment import commit
from backend.transparency.entries import LogEntry
from backend.transparency.merkle import Tree, leaf_hash
from backend.transparency.note import NoteSigner
from backend.transparency.tiles import ENTRIES, HEIGHT, encode_bundle, grown_tiles
from backend.transparency.types import LogType
from backend.transparency.verifier import Finding

HOST = "mitmachen.example"
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
AT = datetime(2027, 3, 11, 18, 0, tzinfo=UTC)


def signer(year: int = 2027, private: Ed25519PrivateKey = PRIVATE) -> NoteSigner:
    return NoteSigner(f"{HOST}/log/{year}", private)


def nonce(number: int) -> bytes:
    return sha256(b"nonce %d" % number).digest()


@dataclass
class Published:
    """One year's log in the making, and the files beside it."""

    year: int = 2027
    entries: list[bytes] = field(default_factory=list)
    openings: dict[int, JsonObject] = field(default_factory=dict)
    ballots: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def begun(cls, year: int = 2027, **more: str | int) -> "Published":
        log = cls(year)
        public = {"origin": signer(year).name, "vkey": signer(year).key.vkey, **more}
        log.add(LogType.LOG_OPENED, public)
        return log

    @property
    def tree(self) -> Tree:
        return Tree([leaf_hash(entry) for entry in self.entries])

    def add(
        self,
        type_: LogType,
        public: JsonObject,
        private: JsonObject | None = None,
        *,
        at: datetime = AT,
    ) -> int:
        """Append an entry, with its opening if it has a payload; return its index."""
        index, commitment = len(self.entries), None
        if private is not None:
            salt = sha256(b"salt %d" % index).digest()
            commitment = commit(type_, salt, private)
            self.openings[index] = {"salt": salt.hex(), "payload": private}
        self.entries.append(LogEntry(type_, at, public, commitment).encode())
        return index

    def poll(
        self,
        name: str,
        choices: Sequence[JsonValue],
        totals: JsonObject,
        *,
        invalid: int = 0,
        blank: int = 0,
        **opened: JsonValue,
    ) -> None:
        """Append a whole poll from its opening to its publication."""
        fields: dict[str, JsonValue] = {
            "poll": name,
            "type": "yesno",
            "options": ["yes", "no", "abst"],
            "abstain": "abst",
            "cards_total": 126,
            **opened,
        }
        ballots = [Opening(nonce(number), each) for number, each in enumerate(choices)]
        commitments = [ballot_commitment(name, each.nonce, each.choices) for each in ballots]
        self.ballots[name] = openings_file(name, ballots)
        self.add(LogType.POLL_OPENED, fields)
        self.add(LogType.POLL_CLOSED, {"poll": name, "redeemed": {"phone": len(ballots)}})
        for body in batch_bodies(name, commitments):
            self.add(LogType.BALLOT_BATCH, body)
        self.seal(name, n=len(ballots), totals=totals, invalid=invalid, blank=blank)
        self.add(LogType.POLL_PUBLISHED, {"poll": name})

    def seal(self, name: str, *, n: int, totals: JsonObject, invalid: int = 0, blank: int = 0) -> int:
        return self.add(
            LogType.POLL_SEALED,
            {
                "poll": name,
                "n": n,
                "openings_sha256": sha256(self.ballots[name]).hexdigest(),
                "totals": totals,
                "valid": n - invalid - blank,
                "invalid": invalid,
                "blank": blank,
            },
        )

    def checkpoint(self, private: Ed25519PrivateKey = PRIVATE) -> bytes:
        by = signer(self.year, private)
        return Checkpoint(by.name, self.tree.size, self.tree.root()).signed(by).encode()

    def write(self, root: Path) -> Path:
        """Write everything the way the export does; return the year's folder."""
        folder, tree = root / "log" / str(self.year), self.tree
        for tile in grown_tiles(0, tree.size):
            span = slice(tile.start, tile.end)
            if tile.level == ENTRIES:
                put(folder / tile.path, encode_bundle(self.entries[span]))
            else:
                put(folder / tile.path, b"".join(tree.level(tile.level * HEIGHT)[span]))
        put(folder / "checkpoint", self.checkpoint())
        for index, document in self.openings.items():
            put(folder / "open" / f"{index}.json", json.dumps(document).encode())
        for name, content in self.ballots.items():
            put(root / "openings" / f"{name}.jsonl", content)
        policy = root / "policy.txt"
        known = policy.read_text() if policy.exists() else ""
        put(policy, f"{known}log {signer(self.year).key.vkey}\n".encode())
        return folder


def put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def town() -> Published:
    """A small town's year: a poll, a procedure with inputs and answers, an erasure."""
    log = Published.begun()
    log.add(
        LogType.CONSULTATION_OPENED,
        {"consultation": "c1", "promised_feedback_by": "2027-06-01"},
        {"title": "Der neue Marktplatz"},
    )
    for number in range(3):
        log.add(
            LogType.INPUT_RECEIVED,
            {"input": f"i{number}", "consultation": "c1", "channel": "web"},
            {"text": f"Beitrag {number}"},
        )
    erased = log.add(
        LogType.INPUT_RECEIVED,
        {"input": "i3", "consultation": "c1", "channel": "paper_card"},
        {"text": "Zurückgezogen"},
    )
    log.add(LogType.ERASURE, {"targets": [f"2027/{erased}"], "ground": "request"})
    log.openings[erased] = {"erased": f"2027/{len(log.entries) - 1}"}
    for number in range(2):
        log.add(
            LogType.TOPIC_CHANGED,
            {"topic": "t1", "change": "input_added", "input": f"i{number}"},
            {"title": "Bänke"},
        )
    log.add(LogType.WEIGHING_PUBLISHED, {"topic": "t1", "proposal": "teilweise"}, {"reason": "Platz"})
    log.add(LogType.FEEDBACK_SENT, {"input": "i2", "channel": "web"}, {"text": "Danke"})
    log.poll(
        "poll-A1",
        [["yes"]] * 4 + [["no"]] * 2 + [["abst"], [], {"invalid": True}],
        {"yes": 4, "no": 2, "abst": 1},
        invalid=1,
        blank=1,
    )
    return log


def speaks_to_people(finding: Finding) -> None:
    """Insist that a finding is a German sentence; what the code expected belongs into its cause."""
    assert finding.detail.endswith(".")
    assert not re.search(r"\b(expected|got|line|bytes|answer|signature|known)\b", finding.detail)
