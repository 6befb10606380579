"""The fixed words on what voters hold in their hands: German, English, and Leichte Sprache where a text exists.

Guarantees: every language has every word. Leichte Sprache is a draft that no test group has checked yet.
Texts of a meeting (question, options, notice) come with the document and are never translated here.
"""

from dataclasses import dataclass, replace
from typing import Final

from printables.types import BallotDocument, BallotType, Language


@dataclass(frozen=True, slots=True)
class BallotWords:
    """Words on a ballot: `{n}` votes or points, `{low}` and `{high}` the first and last level, `*…*` in bold."""

    title: str
    question_of: str
    page_of: str
    stack: str
    one_vote: str
    many_votes: str
    cross: str
    scale: str
    scale_one: str
    score: str
    cumulative: str
    ranking: str
    rank: str
    mistake: str
    no_name: str
    fold: str
    test: str


@dataclass(frozen=True, slots=True)
class CardWords:
    """Words on voting and guest cards."""

    voting: str
    guest: str
    validity: str
    guest_validity: str
    phone: str
    phone_text: str
    kiosk: str
    kiosk_text: str
    paper: str
    paper_text: str
    speak: str
    speak_text: str
    type_at: str
    back: str
    notch: str


@dataclass(frozen=True, slots=True)
class PostcardWords:
    """Words on postcards."""

    clear: str
    use: str
    deadline: str
    receipt: str
    keep: str
    ask: str
    age: str
    stamp: str
    drop_off: str


_BALLOT_DE: Final = BallotWords(
    title="Stimmzettel",
    question_of="Frage {no} von {count}",
    page_of="Seite 1/1",
    stack="Stapel {stack}",
    one_vote="Sie haben 1 Stimme.",
    many_votes="Sie haben {n} Stimmen.",
    cross="Machen Sie ein Kreuz in den Kreis.",
    scale="Machen Sie in jeder Zeile ein Kreuz. {low} ist der niedrigste, {high} der höchste Wert.",
    scale_one="Machen Sie ein Kreuz. {low} ist der niedrigste, {high} der höchste Wert.",
    score="Machen Sie in jeder Zeile höchstens ein Kreuz. {high} heißt: am besten.",
    cumulative="Sie haben {n} Punkte. Verteilen Sie sie: in jeder Zeile höchstens ein Kreuz.",
    ranking="Platz 1 ist Ihnen am wichtigsten. In jeder Zeile höchstens ein Kreuz; gleiche Plätze sind erlaubt.",
    rank="Platz",
    mistake="Verschrieben? Tauschen Sie den Zettel am Tisch „Auskunft“.",
    no_name="Schreiben Sie Ihren Namen *nicht* auf den Zettel.",
    fold="Zettel falten und in die Urne werfen. Das Muster rechts enthält weder Ihren Namen noch Ihre Auswahl.",
    test="MUSTER",
)
_BALLOT_EN: Final = BallotWords(
    title="Ballot",
    question_of="Question {no} of {count}",
    page_of="Page 1/1",
    stack="Stack {stack}",
    one_vote="You have 1 vote.",
    many_votes="You have {n} votes.",
    cross="Put a cross in the circle.",
    scale="Put one cross in every row. {low} is the lowest value, {high} the highest.",
    scale_one="Put one cross. {low} is the lowest value, {high} the highest.",
    score="Put at most one cross in every row. {high} means: best.",
    cumulative="You have {n} points. Share them out: at most one cross in every row.",
    ranking="Place 1 matters most to you. At most one cross in every row; equal places are allowed.",
    rank="Place",
    mistake="Made a mistake? Exchange the ballot at the “Auskunft” desk.",
    no_name="Do *not* write your name on the ballot.",
    fold="Fold the ballot and put it into the box. The pattern on the right holds neither your name nor your choice.",
    test="SPECIMEN",
)
_BALLOT_EASY: Final = replace(
    _BALLOT_DE,
    title="Stimm-Zettel",
    many_votes="Sie dürfen {n} Kreuze machen.",
    one_vote="Sie dürfen 1 Kreuz machen.",
    scale="Machen Sie in jeder Zeile 1 Kreuz. {low} ist wenig. {high} ist viel.",
    scale_one="Machen Sie 1 Kreuz. {low} ist wenig. {high} ist viel.",
    mistake="Haben Sie einen Fehler gemacht? Am Tisch „Auskunft“ bekommen Sie einen neuen Zettel.",
    no_name="Schreiben Sie Ihren Namen *nicht* auf den Zettel.",
    fold="Falten Sie den Zettel. Werfen Sie ihn in die Urne. Im Muster rechts steht nicht Ihr Name.",
)
BALLOT: Final = {Language.DE: _BALLOT_DE, Language.EN: _BALLOT_EN, Language.EASY: _BALLOT_EASY}

_CARD_DE: Final = CardWords(
    voting="Stimmkarte",
    guest="Gästekarte",
    validity="Gilt für alle Fragen des Abends, je Frage genau einmal. Auf der Karte steht kein Name.",
    guest_validity="Auf der Karte steht kein Name.",
    phone="Handy",
    phone_text="Punktmuster mit der Kamera scannen",
    kiosk="Kiosk",
    kiosk_text="im Foyer, mit Vorlesen und Hilfe",
    paper="Papier",
    paper_text="Karte am Tisch „Auskunft“ zeigen",
    speak="Fragen und mitreden",
    speak_text="Punktmuster mit dem Handy scannen, oder am Saalmikrofon. Mit dieser Karte können Sie nicht abstimmen.",
    type_at="oder eintippen: {url}",
    back="Beide Seiten der Karte gelten gleich. Geben Sie die Karte nicht weiter.",
    notch="Kerbe",
)
_CARD_EN: Final = CardWords(
    voting="Voting card",
    guest="Guest card",
    validity="Valid for every question of the evening, once per question. There is no name on the card.",
    guest_validity="There is no name on the card.",
    phone="Phone",
    phone_text="Scan the pattern with the camera",
    kiosk="Kiosk",
    kiosk_text="in the foyer, with reading aloud and help",
    paper="Paper",
    paper_text="Show the card at the “Auskunft” desk",
    speak="Ask and discuss",
    speak_text="Scan the pattern with your phone, or use the microphone. You cannot vote with this card.",
    type_at="or type: {url}",
    back="Both sides of the card are equal. Do not pass the card on.",
    notch="Notch",
)
_CARD_EASY: Final = replace(
    _CARD_DE,
    voting="Stimm-Karte",
    guest="Gäste-Karte",
    validity="Sie können bei jeder Frage 1 Mal abstimmen. Auf der Karte steht kein Name.",
    phone_text="Das Muster mit der Kamera aufnehmen",
)
CARD: Final = {Language.DE: _CARD_DE, Language.EN: _CARD_EN, Language.EASY: _CARD_EASY}

_POSTCARD_DE: Final = PostcardWords(
    clear="Schreiben Sie bitte deutlich. Ihr Name ist nicht nötig.",
    use="Ihr Text wird abgeschrieben, von einer zweiten Person geprüft und unter einer Nummer veröffentlicht.",
    deadline="Annahme bis {deadline}.",
    receipt="Ihr Beleg",
    keep="Abtrennen und behalten. So sehen Sie später, was aus Ihrer Karte wurde:",
    ask="am Kiosk oder {phone}",
    age="Freiwillig: Wie alt sind Sie?",
    stamp="Porto zahlt die Stadt",
    drop_off="Oder einwerfen: {places}",
)
_POSTCARD_EN: Final = PostcardWords(
    clear="Please write clearly. Your name is not needed.",
    use="Your text is copied out, checked by a second person and published under a number.",
    deadline="Accepted until {deadline}.",
    receipt="Your receipt",
    keep="Tear off and keep. This is how you see later what became of your card:",
    ask="at the kiosk or {phone}",
    age="Voluntary: how old are you?",
    stamp="The town pays the postage",
    drop_off="Or drop it off: {places}",
)
POSTCARD: Final = {Language.DE: _POSTCARD_DE, Language.EN: _POSTCARD_EN, Language.EASY: _POSTCARD_DE}


def html_language(language: Language) -> str:
    """Return the BCP 47 tag for the `lang` attribute and the PDF's language entry."""
    return "de" if language is Language.EASY else language.value


def votes_sentence(document: BallotDocument) -> str:
    """Return the bold first sentence of the rule ("Sie haben 1 Stimme."); empty for scale, score and ranking."""
    words = BALLOT[document.language]
    if document.type in {BallotType.SCALE, BallotType.SCORE, BallotType.RANKING, BallotType.CUMULATIVE}:
        return ""
    if document.type is BallotType.BUDGET or document.max_choices == 1:
        return words.one_vote if document.type is not BallotType.BUDGET else ""
    return words.many_votes.format(n=document.max_choices)


def how_sentence(document: BallotDocument) -> str:
    """Return the sentence that says how to mark this sheet."""
    words = BALLOT[document.language]
    by_type = {
        BallotType.SCALE: words.scale if len(document.options) > 1 else words.scale_one,
        BallotType.SCORE: words.score,
        BallotType.CUMULATIVE: words.cumulative,
        BallotType.RANKING: words.ranking,
    }
    text = by_type.get(document.type, words.cross)
    low, high = (document.levels[0], document.levels[-1]) if document.levels else ("", "")
    return text.format(n=document.max_choices, low=low, high=high)
