"""One voter's Prüfnummer: is this ballot in the log, and how was it counted?"""

from backend.transparency import crockford
from backend.transparency.ballots import InvalidOpenings, is_tracked_by, parse_openings
from backend.transparency.types import LogType
from backend.transparency.verifier.ledger import Ledger
from backend.transparency.verifier.polls import commitments_of
from backend.transparency.verifier.report import Code, Report
from backend.transparency.verifier.sources import Source


def check_receipt(source: Source, ledger: Ledger, report: Report, *, code: str) -> None:
    """Look a tracking code up in every batch of commitments."""
    shown = crockford.grouped(crockford.normal(code), "-")
    is_found = False
    for batch in ledger.by_type[LogType.BALLOT_BATCH]:
        for commitment in commitments_of([batch]):
            if is_tracked_by(commitment, code):
                is_found = True
                poll = batch.text("poll")
                choices = _choices(source, poll, commitment)
                found = f"Prüfnummer {shown} steht im Protokoll, Abstimmung {poll}{choices}."
                report.notices.append(f"{batch.position}: {found}")
    if not is_found:
        detail = "Diese Prüfnummer steht in keiner versiegelten Abstimmung."
        report.add(Code.RECEIPT_UNKNOWN, shown, detail)


def _choices(source: Source, poll: str, wanted: bytes) -> str:
    file = source.ballots(poll)
    try:
        for commitment, opening in parse_openings(poll, file or b""):
            if commitment == wanted:
                return f", gezählt als {opening.choices}"
    except InvalidOpenings:
        return ", die Stimmen sind nicht lesbar"
    return ", noch nicht geöffnet"
