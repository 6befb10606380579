"""What the personal-data finder points at, and what it leaves alone."""

from __future__ import annotations

import pytest

from backend.consultations.flags import find_flags, masked
from backend.consultations.similar import closest, likeness, pieces
from backend.consultations.types import FlagKind


@pytest.mark.parametrize(
    ("text", "kind", "place"),
    [
        ("Rufen Sie mich gern an: 0931 0000000.", FlagKind.PHONE, "0931 0000000"),
        ("Tel. +49 931 123456 abends", FlagKind.PHONE, "+49 931 123456"),
        ("Schreiben Sie an eva.muster@example.org!", FlagKind.EMAIL, "eva.muster@example.org"),
        ("Konto DE89 3704 0044 0532 0130 00 bitte", FlagKind.IBAN, "DE89 3704 0044 0532 0130 00"),
        ("Der Wagen WÜ-AB 123 steht immer da", FlagKind.PLATE, "WÜ-AB 123"),
        ("Du bist ein Idiot!", FlagKind.WORD, "Idiot"),
        ("mehr auf www.example.org/aktion", FlagKind.LINK, "www.example.org/aktion"),
    ],
)
def test_find_flags_names_the_place(text: str, kind: FlagKind, place: str) -> None:
    (flag,) = find_flags(text)
    assert (flag.kind, text[flag.start : flag.end]) == (kind, place)


@pytest.mark.parametrize(
    "text",
    [
        "Bitte mindestens acht große Bäume, nicht nur Kübel.",
        "Es kostet 140.000 Euro und dauert bis 31.10.2029.",
        "Ab 09:00 Uhr, Mühlgasse 4, Linie 12",
        "Konto DE00 3704 0044 0532 0130 00 mit falscher Prüfziffer",
        "Der Kostenrahmen beträgt 1,9 Millionen Euro.",
    ],
)
def test_find_flags_leaves_ordinary_text_alone(text: str) -> None:
    assert find_flags(text) == []


def test_masked_replaces_every_place_and_keeps_the_rest() -> None:
    text = "Ruf an: 0931 0000000 oder eva@example.org."
    assert masked(text, find_flags(text)) == "Ruf an: [Telefonnummer entfernt] oder [E-Mail-Adresse entfernt]."


def test_closest_puts_the_similar_text_first_and_drops_strangers() -> None:
    candidates = [
        ("a", "Eine öffentliche Toilette am Platz"),
        ("b", "Mehr Bäume bitte"),
        ("c", "Toiletten am Abend offen"),
    ]
    found = [key for key, _ in closest("Es fehlt eine öffentliche Toilette", candidates, most=3)]
    assert found[0] == "a"
    assert "b" not in found


def test_likeness_ignores_spelling_of_umlauts() -> None:
    assert likeness(pieces("Straße"), pieces("Strasse")) == 1.0
    assert likeness(pieces(""), pieces("Baum")) == 0.0
