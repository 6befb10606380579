"""Statements of reasons: the letter a person gets about a moderator's decision. Pure.

Guarantees: outcome, rule, facts, whether a program was involved, and how to complain are always named.
Source: modelled on Art. 17 DSA; wording in plain German because it is part of the record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from backend.consultations.types import ComplaintState, Outcome, Rule


@dataclass(frozen=True, slots=True)
class Reasons:
    """What a letter says."""

    ref: str
    outcome: Outcome
    rule: Rule | None
    facts: str
    was_flagged: bool
    complaint_until: date


def letter(reasons: Reasons) -> str:
    """Return the letter as paragraphs separated by empty lines."""
    if reasons.outcome is Outcome.PUBLISH:
        return f"Vielen Dank für Ihren Beitrag {reasons.ref}. Wir haben ihn veröffentlicht."
    if reasons.outcome is Outcome.HOLD:
        return f"Vielen Dank für Ihren Beitrag {reasons.ref}. Wir prüfen ihn noch und melden uns."
    parts = [_opening(reasons), reasons.facts.strip(), _who_decided(reasons), _complaint(reasons)]
    return "\n\n".join(part for part in parts if part)


def complaint_letter(ref: str, state: ComplaintState, reason: str) -> str:
    """Return the answer to a complaint."""
    openings = {
        ComplaintState.UPHELD: f"Ihre Beschwerde zu {ref} hatte Erfolg. Wir veröffentlichen Ihren Beitrag.",
        ComplaintState.PARTLY: f"Ihre Beschwerde zu {ref} hatte teilweise Erfolg. Wir veröffentlichen Ihren Beitrag "
        "mit Schwärzung.",
        ComplaintState.DISMISSED: f"Wir haben Ihre Beschwerde zu {ref} geprüft. Die Entscheidung bleibt bestehen.",
    }
    return "\n\n".join([openings[state], reason.strip(), "Entschieden hat eine andere Person als beim ersten Mal."])


def rule_line(rule: Rule) -> str:
    """Return how a rule is cited: `Nr. 5 – keine persönlichen Daten`."""
    return f"Nr. {rule.number} – {rule.title}"


def _opening(reasons: Reasons) -> str:
    cited = (
        f"Nr. {reasons.rule.number} der Beteiligungsregeln: {reasons.rule.title}" if reasons.rule else "unsere Regeln"
    )
    if reasons.outcome is Outcome.REDACT:
        return (
            f"Vielen Dank für Ihren Beitrag {reasons.ref}. Wir haben ihn veröffentlicht und eine Stelle geschwärzt "
            f"({cited})."
        )
    return (
        f"Ihr Beitrag {reasons.ref} verstößt gegen {cited}. Er wird nicht veröffentlicht. "
        "Sie können ihn ohne diese Stelle neu einreichen."
    )


def _who_decided(reasons: Reasons) -> str:
    if reasons.was_flagged:
        return "Ein Mensch hat entschieden. Ein Programm hat auf die Stelle hingewiesen."
    return "Ein Mensch hat entschieden. Kein Programm war beteiligt."


def _complaint(reasons: Reasons) -> str:
    until = f"{reasons.complaint_until:%d.%m.%Y}"
    return (
        f"Nicht einverstanden? Sie können bis {until} mit Ihrem Quittungscode Beschwerde einlegen. "
        "Eine andere Person prüft sie."
    )
