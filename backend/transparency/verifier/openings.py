"""Published ballots: the sealed file, the logged commitments, the recount.

Guarantees: every ballot in the file is one of the log's and the other way round, and the totals
follow from them; each finding names the sealing entry and the line.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from backend.transparency.ballots import InvalidOpenings, Opening, parse_openings
from backend.transparency.verifier.polls import PARTS, SealedPoll
from backend.transparency.verifier.recount import Rules, recount
from backend.transparency.verifier.report import Code, Report
from backend.transparency.verifier.sources import Source

ALWAYS_OPENED: Final = frozenset({"yesno", "single"})
"""Their ballots say no more than their totals, so they are published whatever the number."""
N_MIN_DEFAULT: Final = 50
"""Other types are opened from this many ballots on, unless `poll.opened` names another number."""
NEVER_OPENED: Final = frozenset({"words"})
"""Free text: what moderation let pass is shown as totals, the ballots themselves are nobody's to read."""
TOTALS_OPTIONAL: Final = frozenset({"words", "ranking"})
"""Words are free text and rankings may be too many for one entry; their totals may be left out."""


def check_openings(source: Source, poll: SealedPoll, report: Report) -> None:
    """Check and recount the ballots of a published poll."""
    if poll.published is None:
        return
    file = source.ballots(poll.id)
    if file is None and poll.is_practice:
        report.notices.append(f"{poll.published.position}: {poll.id} war eine Probe; ihre Stimmen sind gelöscht.")
        return
    if file is None:
        if _must_be_opened(poll):
            detail = f"Die Stimmen von {poll.id} gelten als veröffentlicht, sind aber nicht zu haben."
            report.add(Code.BALLOTS_WITHHELD, poll.published.position, detail)
        else:
            report.notices.append(f"{poll.published.position}: {poll.id} {_why_withheld(poll)}.")
        return
    if sha256(file).hexdigest() != poll.sealed.text("openings_sha256"):
        _add(poll, report, "es ist nicht die Datei, die versiegelt wurde")
    try:
        openings = list(parse_openings(poll.id, file))
    except InvalidOpenings as error:
        _add(poll, report, _where(error))
        return
    _check_commitments(poll, [commitment for commitment, _ in openings], report)
    _check_tally(poll, [opening for _, opening in openings], report)
    report.counts["Abstimmungen nachgezählt"] += 1


def _where(error: InvalidOpenings) -> str:
    if error.line is None:
        return "die Datei hört mitten in einer Zeile auf"
    return f"Zeile {error.line} ist anders geschrieben, doppelt oder nicht an ihrem Platz"


def _must_be_opened(poll: SealedPoll) -> bool:
    n_min = poll.opened.number("n_min")
    enough = poll.sealed.number("n") >= (n_min if n_min > 0 else N_MIN_DEFAULT)
    type_ = poll.opened.text("type")
    return type_ in ALWAYS_OPENED or (enough and type_ not in NEVER_OPENED)


def _why_withheld(poll: SealedPoll) -> str:
    if poll.opened.text("type") in NEVER_OPENED:
        return "fragt nach eigenen Wörtern; einzelne Stimmen werden davon nicht gezeigt"
    return "hat zu wenige Stimmen, um sie zu zeigen"


def _check_commitments(poll: SealedPoll, opened: Sequence[bytes], report: Report) -> None:
    logged = set(poll.commitments)
    for line, commitment in enumerate(opened, start=1):
        if commitment not in logged:
            _add(poll, report, f"Zeile {line}: diese Stimme steht nicht im Protokoll")
    missing = len(logged.difference(opened))
    if missing:
        _add(poll, report, "eine Stimme aus dem Protokoll fehlt" if missing == 1 else f"{missing} Stimmen fehlen")


def _check_tally(poll: SealedPoll, openings: Sequence[Opening], report: Report) -> None:
    type_, abstain = poll.opened.text("type"), poll.opened.text("abstain")
    options = [option for option in poll.opened.texts("options") if option != abstain]
    rules = Rules(type_, options, poll.opened.texts("statements"))
    counted = recount(rules, (opening.choices for opening in openings))
    ours = {"valid": counted.valid, "invalid": counted.invalid, "blank": counted.blank}
    theirs = {name: poll.sealed.number(name) for name in PARTS}
    totals = poll.sealed.counts("totals")
    if totals or type_ not in TOTALS_OPTIONAL:
        ours |= {f"„{option}“": count for option, count in counted.totals.items() if count}
        theirs |= {f"„{option}“": count for option, count in totals.items()}
    for name in sorted(ours.keys() | theirs.keys()):
        if ours.get(name, 0) != theirs.get(name, 0):
            detail = f"{poll.id}, {name}: nachgezählt {ours.get(name, 0)}, versiegelt {theirs.get(name, 0)}."
            report.add(Code.TALLY_WRONG, poll.sealed.position, detail)


def _add(poll: SealedPoll, report: Report, detail: str) -> None:
    report.add(Code.BALLOTS_CHANGED, poll.sealed.position, f"openings/{poll.id}.jsonl: {detail}.")
