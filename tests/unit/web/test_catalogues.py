"""Translation files follow the sources and never lose a translation."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.kit.i18n import Catalogs
from backend.web.catalogues import Message, _is_translated, _written, collect, merge

SOURCES = {
    "backend/site/templates/a.html": (
        '{% if a %}{{ _("Seite %(n)s", n=1) }}{% endif %}{% trans trimmed %}\n  Ein\n  Satz.\n{% endtrans %}'
        '{{ ngettext("%(num)s Karte", "%(num)s Karten", 2) }}'
    ),
    "backend/cards/errors.py": (
        "class Used(Conflict):\n"
        "    code = 'used'\n"
        "    title = 'Schon benutzt'\n"
        "class Plain:\n"
        "    title = 'Kein Fehler'\n"
        "raise Used('Diese Karte ist schon benutzt.')\n"
        "raise ValueError('expected a card')\n"
        "raise\n"
    ),
    "moderation/desk.py": "label = _n('Einlass')\n",
}
ONE, MANY = "%(num)s Karte", "%(num)s Karten"
MESSAGES: list[Message] = [
    (("%(num)s Karte", "%(num)s Karten"), None),
    ("Diese Karte ist schon benutzt.", None),
    ("Ein Satz.", None),
    ("Einlass", None),
    ("Schon benutzt", None),
    ("Seite %(n)s", None),
]


def test_sentences_of_templates_code_and_errors_are_collected(tmp_path: Path) -> None:
    for name, text in SOURCES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert set(collect(tmp_path)) == set(MESSAGES)


def test_translations_survive_and_what_is_gone_goes(tmp_path: Path) -> None:
    path = tmp_path / "en" / "LC_MESSAGES" / "machmit.po"
    path.parent.mkdir(parents=True)
    first = merge(path, MESSAGES, "en_GB")
    first["Einlass"].string = "Door"
    first[("%(num)s Karte", "%(num)s Karten")].string = ("%(num)s card", "%(num)s cards")
    path.write_bytes(_written(first))
    second = merge(path, [message for message in MESSAGES if message[0] != "Ein Satz."], "en_GB")
    path.write_bytes(_written(second))
    english = Catalogs.load(tmp_path, {"en": ()}).translator("en")
    assert english.gettext("Einlass") == "Door"
    assert english.ngettext("%(num)s Karte", "%(num)s Karten", 2) == "%(num)s cards"
    assert "Ein Satz." not in second
    assert (
        _written(merge(path, [message for message in MESSAGES if message[0] in second], "en_GB")) == path.read_bytes()
    )


@pytest.mark.parametrize(
    ("locale", "forms"), [("en_GB", ("cards", "")), ("ar_EG", ("", "cards", "", "", "", "")), ("tr_TR", ("cards",))]
)
def test_sentence_that_becomes_a_plural_keeps_its_translation_and_asks_for_the_rest(
    tmp_path: Path, locale: str, forms: tuple[str, ...]
) -> None:
    path = tmp_path / "machmit.po"
    first = merge(path, [(ONE, None)], locale)
    first[ONE].string = "cards"
    path.write_bytes(_written(first))
    plural = merge(path, [((ONE, MANY), None)], locale)
    assert plural[(ONE, MANY)].string == forms
    assert _is_translated(plural[(ONE, MANY)]) is all(forms)
    path.write_bytes(_written(plural))
    assert merge(path, [(ONE, None)], locale)[ONE].string == "cards"
