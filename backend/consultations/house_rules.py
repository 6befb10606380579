"""Rules for taking part that hold unless an organisation publishes its own. Pure."""

from __future__ import annotations

from backend.consultations.types import Rule

DEFAULT_RULES = (
    Rule(1, "beim Thema bleiben", "Schreiben Sie zu dem, worum es in der Beteiligung geht."),
    Rule(2, "keine Werbung", "Werbung und Spam veröffentlichen wir nicht."),
    Rule(3, "keine Beleidigungen", "Kritisieren Sie die Sache. Niemand wird beleidigt, bedroht oder herabgesetzt."),
    Rule(4, "nichts Strafbares", "Was gegen Gesetze verstößt, veröffentlichen wir nicht."),
    Rule(
        5,
        "keine persönlichen Daten",
        "Nennen Sie keine Telefonnummern, Adressen oder Namen von Privatpersonen. Wir schwärzen sie.",
    ),
    Rule(6, "nicht immer dasselbe", "Ein Gedanke genügt einmal. Gleiche Texte fassen wir zusammen."),
)
