"""Common evenings and common questions, to begin with instead of an empty page. Pure data.

Guarantees: every format has a practice question that is asked first; every question is complete enough to be voted on.
A clerk changes whatever does not fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from backend.kit.db import JsonDict
from backend.kit.i18n import marked
from backend.polls.types import PollType


@dataclass(frozen=True, slots=True)
class CommonQuestion:
    """A question in the words most towns ask it; `point` is the place of its agenda item, counted from 1."""

    type: PollType
    text: str
    options: tuple[JsonDict, ...]
    is_practice: bool = False
    point: int = 0


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of evening: its points with minutes, and its questions."""

    name: str
    about: str
    points: tuple[tuple[str, int], ...]
    questions: tuple[CommonQuestion, ...]

    @property
    def minutes(self) -> int:
        """Return how long the evening takes."""
        return sum(minutes for _, minutes in self.points)


YES, NO = {"id": "yes", "de": "Ja", "ls": "Ja", "en": "Yes"}, {"id": "no", "de": "Nein", "ls": "Nein", "en": "No"}
ABSTENTION: JsonDict = {
    "id": "abst",
    "de": "Enthaltung",
    "ls": "Ich stimme nicht ab",
    "en": "Abstain",
    "abstain": True,
}


def _own(*labels: str) -> tuple[JsonDict, ...]:
    return (*({"id": f"a{number}", "de": label} for number, label in enumerate(labels, start=1)), ABSTENTION)


PRACTICE = CommonQuestion(
    PollType.SINGLE,
    marked("Wie sind Sie heute gekommen?"),
    _own("zu Fuß", "mit dem Rad", "mit Bus oder Bahn", "mit dem Auto"),
    is_practice=True,
    point=1,
)
YES_NO = CommonQuestion(PollType.YESNO, marked("Sind Sie für den Vorschlag?"), (YES, NO, ABSTENTION))
RANKING = CommonQuestion(
    PollType.RANKING, marked("Was soll zuerst kommen?"), _own("Vorschlag A", "Vorschlag B", "Vorschlag C")
)
SCALE = CommonQuestion(
    PollType.SCALE,
    marked("Wie gut finden Sie den Vorschlag? 1 heißt: gar nicht, 5 heißt: sehr gut."),
    (*({"id": str(step), "de": str(step)} for step in range(1, 6)), ABSTENTION),
)
PICK = CommonQuestion(
    PollType.MULTI, marked("Was ist Ihnen wichtig?"), _own("Vorschlag A", "Vorschlag B", "Vorschlag C")
)
COMMON: Mapping[str, CommonQuestion] = MappingProxyType(
    {"probe": PRACTICE, "ja_nein": YES_NO, "rangfolge": RANKING, "skala": SCALE, "auswahl": PICK}
)
FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "buergerversammlung": Format(
            marked("Bürgerversammlung"),
            marked("Bericht, Fragen, Abstimmungen über Empfehlungen"),
            (
                (marked("Begrüßung und Probefrage"), 10),
                (marked("Bericht der Bürgermeisterin oder des Bürgermeisters"), 20),
                (marked("Fragen und Wortmeldungen"), 40),
                (marked("Empfehlungen: Abstimmungen"), 25),
                (marked("Ausblick: Was passiert mit den Ergebnissen?"), 10),
            ),
            (PRACTICE, CommonQuestion(PollType.YESNO, YES_NO.text, YES_NO.options, point=4)),
        ),
        "infoabend": Format(
            marked("Infoabend mit Fragen"),
            marked("Vortrag, Fragen aus dem Saal, ein Stimmungsbild"),
            (
                (marked("Begrüßung und Probefrage"), 10),
                (marked("Vorstellung des Vorhabens"), 25),
                (marked("Fragen aus dem Saal"), 40),
                (marked("Stimmungsbild"), 10),
                (marked("Wie es weitergeht"), 5),
            ),
            (PRACTICE, CommonQuestion(PollType.SCALE, SCALE.text, SCALE.options, point=4)),
        ),
        "workshop": Format(
            marked("Workshop"),
            marked("Ideen an Tischen sammeln, dann gemeinsam ordnen"),
            (
                (marked("Begrüßung und Probefrage"), 10),
                (marked("Ideen sammeln an Tischen"), 45),
                (marked("Ideen vorstellen"), 25),
                (marked("Ideen ordnen: Was zuerst?"), 15),
                (marked("Nächste Schritte"), 5),
            ),
            (PRACTICE, CommonQuestion(PollType.RANKING, RANKING.text, RANKING.options, point=4)),
        ),
    }
)
