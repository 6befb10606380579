"""What is wrong with a value, as a sentence that says what to do.

One table for every rule pydantic knows that our forms use; a rule without an entry gets a general sentence.
A validator with its own sentence raises `PydanticCustomError("code", "sentence")`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from pydantic_core.core_schema import ErrorType

from backend.kit.i18n import Translator

BUILT_IN = frozenset(get_args(ErrorType))


def _n(message: str) -> str:
    """Mark a sentence for translation."""
    return message


EMPTY = _n("Bitte füllen Sie dieses Feld aus.")
GENERAL = _n("Bitte prüfen Sie diese Angabe.")
STALE = _n("Dieses Formular ist veraltet. Bitte laden Sie die Seite neu und versuchen Sie es noch einmal.")
SENTENCES: Mapping[str, str] = {
    "missing": EMPTY,
    "string_too_short": _n("Bitte schreiben Sie mindestens %(min_length)s Zeichen."),
    "string_too_long": _n("Bitte kürzen Sie den Text auf höchstens %(max_length)s Zeichen."),
    "string_pattern_mismatch": _n("Bitte prüfen Sie die Schreibweise."),
    "too_short": _n("Bitte wählen Sie mindestens %(min_length)s aus."),
    "too_long": _n("Bitte wählen Sie höchstens %(max_length)s aus."),
    "int_parsing": _n("Bitte geben Sie eine ganze Zahl ein."),
    "int_from_float": _n("Bitte geben Sie eine ganze Zahl ein."),
    "float_parsing": _n("Bitte geben Sie eine Zahl ein."),
    "decimal_parsing": _n("Bitte geben Sie eine Zahl ein."),
    "bool_parsing": _n("Bitte wählen Sie Ja oder Nein."),
    "greater_than": _n("Bitte geben Sie eine Zahl über %(gt)s ein."),
    "greater_than_equal": _n("Bitte geben Sie mindestens %(ge)s ein."),
    "less_than": _n("Bitte geben Sie eine Zahl unter %(lt)s ein."),
    "less_than_equal": _n("Bitte geben Sie höchstens %(le)s ein."),
    "literal_error": _n("Bitte wählen Sie eine der Möglichkeiten."),
    "enum": _n("Bitte wählen Sie eine der Möglichkeiten."),
    "date_from_datetime_parsing": _n("Bitte geben Sie ein Datum ein, zum Beispiel 11.03.2027."),
    "date_parsing": _n("Bitte geben Sie ein Datum ein, zum Beispiel 11.03.2027."),
    "datetime_parsing": _n("Bitte geben Sie Tag und Uhrzeit ein."),
    "datetime_from_date_parsing": _n("Bitte geben Sie Tag und Uhrzeit ein."),
    "time_parsing": _n("Bitte geben Sie eine Uhrzeit ein, zum Beispiel 19:00."),
    "url_parsing": _n("Bitte geben Sie eine vollständige Adresse ein, zum Beispiel https://beispiel.de."),
}


def sentence(error: Mapping[str, Any], translator: Translator) -> str:
    """Return the sentence for one entry of `ValidationError.errors()`."""
    kind = str(error["type"])
    if kind not in BUILT_IN:
        return translator.gettext(str(error["msg"]))
    message = translator.gettext(SENTENCES.get(kind, GENERAL))
    return message % error.get("ctx", {}) if "%(" in message else message
