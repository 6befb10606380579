"""The whole audit, over a directory or a running server.

For:        `machmit verify`, the tests, the demo, and anybody who imports it.
Guarantees: reads only; needs no network for a directory; every finding is in the report.
Refuses:    nothing: a source that fails is a finding, too.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from backend.transparency.policy import InvalidPolicy, Policy
from backend.transparency.types import LogType
from backend.transparency.verifier.commitments import check_commitments
from backend.transparency.verifier.inputs import check_inputs
from backend.transparency.verifier.ledger import Ledger, check_chain, read_ledger
from backend.transparency.verifier.logs import check_since, read_log
from backend.transparency.verifier.openings import check_openings
from backend.transparency.verifier.polls import check_polls
from backend.transparency.verifier.receipts import check_receipt
from backend.transparency.verifier.report import Code, Report
from backend.transparency.verifier.sources import DirectorySource, Source, SourceError, UrlSource


@dataclass(frozen=True, slots=True)
class Request:
    """What to check besides the log itself."""

    policy: str | None = None
    """Text of a trust file; without it the keys that come with the files are believed."""
    since: bytes | None = None
    """An older checkpoint: a file, or what was scanned from the minutes."""
    receipt: str | None = None
    """A Prüfnummer to look up."""
    as_of: date | None = None
    """The day promises are measured by; the last entry's by default."""


def verify_directory(
    path: Path,
    *,
    policy: str | None = None,
    since: bytes | None = None,
    receipt: str | None = None,
    as_of: date | None = None,
) -> Report:
    """Audit a copied directory, as `machmit log export` writes it; the keywords are `Request`'s."""
    return verify(DirectorySource(path), Request(policy, since, receipt, as_of))


def verify_url(
    url: str,
    *,
    policy: str | None = None,
    since: bytes | None = None,
    receipt: str | None = None,
    as_of: date | None = None,
) -> Report:
    """Audit a running server; the keywords are `Request`'s."""
    try:
        source = UrlSource.at(url)
    except SourceError as error:
        report = Report()
        report.add(Code.LOG_MISSING, url, "Dort antwortet kein Protokoll.", cause=error)
        return report
    try:
        return verify(source, Request(policy, since, receipt, as_of))
    finally:
        source.close()


def verify(source: Source, request: Request) -> Report:
    """Audit whatever a source gives."""
    report = Report()
    try:
        _verify(source, request, report)
    except SourceError as error:
        report.add(Code.LOG_MISSING, "Quelle", "Die Quelle gab mitten im Lesen keine brauchbare Antwort.", cause=error)
    return report


def _verify(source: Source, request: Request, report: Report) -> None:
    years = source.years()
    policy = _policy(source, request, report)
    read = [read_log(source, year, policy=policy, report=report) for year in years]
    logs = [log for log in read if log is not None]
    if not years:
        report.add(Code.LOG_MISSING, "log/", "Hier liegt kein Protokoll.")
    if request.since is not None:
        check_since(logs, request.since, policy=policy, report=report)
    ledger = read_ledger(logs, report)
    check_chain(logs, ledger, report)
    _check_keys(ledger, policy, report)
    check_commitments(source, ledger, report)
    for poll in check_polls(ledger, report):
        check_openings(source, poll, report)
    check_inputs(ledger, report, as_of=request.as_of or _last_day(ledger))
    if request.receipt is not None:
        check_receipt(source, ledger, report, code=request.receipt)


def _policy(source: Source, request: Request, report: Report) -> Policy:
    text = request.policy
    if text is None:
        report.notices.append(
            "Den Schlüsseln aus der Quelle selbst wird geglaubt; prüfen Sie sie gegen die Niederschrift."
        )
        text = source.policy() or ""
    try:
        return Policy.parse(text)
    except InvalidPolicy as error:
        report.add(Code.KEY_UNKNOWN, "policy.txt", "Die Liste der Schlüssel ist nicht lesbar.", cause=error)
        return Policy()


def _check_keys(ledger: Ledger, policy: Policy, report: Report) -> None:
    for opened in ledger.by_type[LogType.LOG_OPENED]:
        trusted = policy.logs.get(opened.text("origin"))
        if trusted is not None and trusted.vkey != opened.text("vkey"):
            detail = "Der Eintrag nennt einen anderen Schlüssel als den, dem geglaubt wird."
            report.add(Code.KEY_UNKNOWN, opened.position, detail)


def _last_day(ledger: Ledger) -> date:
    days = [each.entry.at.date() for placed in ledger.by_type.values() for each in placed[-1:]]
    return max(days, default=date.min)
