"""What mails say, in plain German. Pure; every mail names the reference, never the receipt code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail without its address."""

    subject: str
    body: str


def confirmation(ref: str, link: str, *, org: str) -> Letter:
    """Ask whether the address is the reader's own."""
    return Letter(
        f"Bitte bestätigen: Antwort zu {ref}",
        f"Guten Tag,\n\njemand hat diese Adresse eingetragen, um Antworten zum Beitrag {ref} zu bekommen.\n\n"
        f"Waren Sie das? Dann bestätigen Sie es hier:\n{link}\n\n"
        "Waren Sie es nicht, müssen Sie nichts tun. Wir löschen die Adresse nach sieben Tagen.\n\n" + _closing(org),
    )


def decided(ref: str, statement: str, *, look_up: str, org: str) -> Letter:
    """Pass a moderator's letter on."""
    return Letter(f"Ihr Beitrag {ref}", f"Guten Tag,\n\n{statement}\n\n{_look_up(look_up)}\n\n{_closing(org)}")


def answered(ref: str, text: str, *, look_up: str, org: str) -> Letter:
    """Pass the answer to a contribution on."""
    return Letter(f"Antwort auf Ihren Beitrag {ref}", f"Guten Tag,\n\n{text}\n\n{_look_up(look_up)}\n\n{_closing(org)}")


def moved(ref: str, title: str, state: str, *, look_up: str, org: str) -> Letter:
    """Say that a step of the implementation changed."""
    text = f"bei der Umsetzung dessen, wozu Sie {ref} geschrieben haben, hat sich etwas getan:\n\n{title}: {state}"
    return Letter(f"Neues zu Ihrem Beitrag {ref}", f"Guten Tag,\n\n{text}\n\n{_look_up(look_up)}\n\n{_closing(org)}")


def _look_up(address: str) -> str:
    return f"Mit Ihrem Quittungscode sehen Sie alles zu Ihrem Beitrag und können diese Adresse löschen:\n{address}"


def _closing(org: str) -> str:
    return f"Freundliche Grüße\n{org}"
