"""Every poll from its opening to its sealing: order, batches, register.

Guarantees: pure over the ledger; each finding names the entry that contradicts another.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from backend.transparency.types import LogType
from backend.transparency.verifier.ledger import Ledger, Placed
from backend.transparency.verifier.report import Code, Report

PARTS: Final = ("valid", "invalid", "blank")
"""Every ballot is one of them."""

_HASH: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class SealedPoll:
    """A poll whose box was opened: what it is checked against."""

    id: str
    opened: Placed
    sealed: Placed
    published: Placed | None
    commitments: list[bytes]
    """Of all batches, in the order of the log."""

    @property
    def is_practice(self) -> bool:
        """Whether its opening, before anybody voted, called it a rehearsal."""
        return self.opened.public.get("practice") is True


def check_polls(ledger: Ledger, report: Report) -> Iterator[SealedPoll]:
    """Check every poll the log speaks of; hand on those whose box was opened."""
    for id_, placed in sorted(ledger.by_poll.items()):
        poll = _check_order(id_, placed, report)
        if poll is not None:
            _check_sealed(poll, placed, report)
            yield poll


def commitments_of(placed: Sequence[Placed]) -> list[bytes]:
    """Return the commitments of all batches among the entries of a poll."""
    batches = of_type(placed, LogType.BALLOT_BATCH)
    spelt = [each for batch in batches for each in batch.texts("commitments")]
    return [bytes.fromhex(each) for each in spelt if _HASH.fullmatch(each)]


def of_type(placed: Sequence[Placed], type_: LogType) -> list[Placed]:
    """Return the entries of one type, in the order of the log."""
    return [each for each in placed if each.entry.type is type_]


def _check_order(id_: str, placed: Sequence[Placed], report: Report) -> SealedPoll | None:
    opened = _only_one(placed, LogType.POLL_OPENED, report)
    sealed = _only_one(placed, LogType.POLL_SEALED, report)
    published = of_type(placed, LogType.POLL_PUBLISHED)
    if opened is None or sealed is None:
        for each in [*([sealed] if sealed else []), *published]:
            detail = f"{each.entry.type} von {id_}, aber nie eröffnet oder nie versiegelt."
            report.add(Code.POLL_ORDER, each.position, detail)
        return None
    for each in placed:
        if each.position < opened.position:
            detail = f"{each.entry.type} steht vor der Eröffnung von {id_} ({opened.position})."
            report.add(Code.POLL_ORDER, each.position, detail)
        elif each.entry.type is LogType.BALLOT_BATCH and each.position > sealed.position:
            detail = f"Stimmen für {id_} kamen nach der Versiegelung ({sealed.position}) hinzu."
            report.add(Code.BALLOT_AFTER_SEALING, each.position, detail)
        elif each.entry.type is LogType.POLL_PUBLISHED and each.position < sealed.position:
            detail = f"{id_} wurde vor der Versiegelung ({sealed.position}) veröffentlicht."
            report.add(Code.POLL_ORDER, each.position, detail)
    return SealedPoll(
        id=id_,
        opened=opened,
        sealed=sealed,
        published=published[0] if published else None,
        commitments=commitments_of(placed),
    )


def _only_one(placed: Sequence[Placed], type_: LogType, report: Report) -> Placed | None:
    found = of_type(placed, type_)
    for again in found[1:]:
        detail = f"{type_} steht für diese Abstimmung schon in {found[0].position}."
        report.add(Code.POLL_ORDER, again.position, detail)
    return found[0] if found else None


def _check_sealed(poll: SealedPoll, placed: Sequence[Placed], report: Report) -> None:
    place, n = poll.sealed.position, poll.sealed.number("n")
    report.counts["Stimmen"] += max(n, 0)
    batches = of_type(placed, LogType.BALLOT_BATCH)
    parts = [each.number("part") for each in batches]
    if parts != list(range(1, len(batches) + 1)) or len(poll.commitments) != n:
        detail = f"{n} Stimmen versiegelt, {len(poll.commitments)} in {len(parts)} Teilen im Protokoll."
        report.add(Code.BATCH_WRONG, place, detail)
    if any(left >= right for left, right in pairwise(poll.commitments)):
        detail = f"Die Stimmen von {poll.id} stehen nicht sortiert und je einmal im Protokoll."
        report.add(Code.BATCH_WRONG, place, detail)
    total = sum(poll.sealed.number(name) for name in PARTS)
    if total != n:
        detail = f"Gültige, ungültige und leere sind {total}, versiegelt wurden {n}."
        report.add(Code.TALLY_WRONG, place, detail)
    cards = poll.opened.number("cards_total")
    if n > cards:
        detail = f"{n} Stimmen, aber nur {cards} berechtigte Karten ({poll.opened.position})."
        report.add(Code.MORE_BALLOTS_THAN_CARDS, place, detail)
