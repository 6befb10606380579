"""Languages, translations, dates, links and messages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from babel import Locale

from backend.kit.clock import FixedClock
from backend.kit.i18n import SOURCE, Catalogs
from backend.web.dates import Formats, countdown
from backend.web.flash import Flash, Tone, seal, unseal
from backend.web.frame import contact_of, org_view
from backend.web.languages import preferred
from backend.web.links import Links, is_local

EVENING = datetime(2027, 3, 11, 18, 0, tzinfo=UTC)
KEY = b"k" * 32
PO = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);\\n"

msgid "Karte"
msgstr "Картка"

#, fuzzy
msgid "Bank"
msgstr "банк"

msgid "Papier"
msgstr ""

msgctxt "Zeit"
msgid "Karte"
msgstr "Мапа"

msgid "%(num)s Stimme"
msgid_plural "%(num)s Stimmen"
msgstr[0] "%(num)s голос"
msgstr[1] "%(num)s голоси"
msgstr[2] "%(num)s голосів"
"""


@pytest.fixture
def catalogs(tmp_path: Path) -> Catalogs:
    folder = tmp_path / "uk" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "machmit.po").write_text(PO, encoding="utf-8")
    return Catalogs.load(tmp_path, {"uk": (), "de@leicht": ("uk",), "en": ()})


def test_translation_is_found_by_message_and_context(catalogs: Catalogs) -> None:
    ukrainian = catalogs.translator("uk")
    assert ukrainian.gettext("Karte") == "Картка"
    assert ukrainian.pgettext("Zeit", "Karte") == "Мапа"


@pytest.mark.parametrize("message", ["Bank", "Papier", "Kiosk"])
def test_missing_empty_and_fuzzy_translations_show_the_source(catalogs: Catalogs, message: str) -> None:
    assert catalogs.translator("uk").gettext(message) == message
    assert catalogs.translator("uk").pgettext("Ort", message) == message


@pytest.mark.parametrize(("n", "form"), [(1, "голос"), (3, "голоси"), (5, "голосів"), (11, "голосів"), (21, "голос")])
def test_plural_follows_the_languages_rule(catalogs: Catalogs, n: int, form: str) -> None:
    assert catalogs.translator("uk").ngettext("%(num)s Stimme", "%(num)s Stimmen", n) == f"%(num)s {form}"


def test_language_without_a_file_falls_back_along_its_chain(catalogs: Catalogs) -> None:
    assert catalogs.translator("de@leicht").gettext("Karte") == "Картка"
    assert catalogs.translator("en").gettext("Karte") == "Karte"
    assert catalogs.translator("xx") is SOURCE
    assert SOURCE.ngettext("eine", "viele", 1) == "eine"
    assert SOURCE.npgettext("Ort", "eine", "viele", 2) == "viele"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "de"),
        ("fr-FR,fr;q=0.9", "de"),
        ("en-US,en;q=0.9,de;q=0.8", "en"),
        ("de;q=0.5, tr;q=0.9", "tr"),
        ("uk", "uk"),
        ("ar-SY", "ar"),
        ("en;q=0", "de"),
        ("en;q=broken, tr", "tr"),
        ("*", "de"),
        (",;;,", "de"),
    ],
)
def test_browsers_first_wish_among_ours_wins(header: str, code: str) -> None:
    assert preferred(header).code == code


def test_dates_are_written_as_people_write_them() -> None:
    german = Formats(Locale.parse("de_DE"))
    assert german.whole_date(EVENING) == "11. März 2027"
    assert german.day_and_month(date(2027, 3, 11)) == "11. März"
    assert german.weekday(EVENING) == "Donnerstag"
    assert german.weekday(EVENING, "short") == "Do"
    assert german.month(EVENING) == "März"
    assert german.clock_time(EVENING) == "19:00"
    assert german.moment(EVENING) == "11. März 2027, 19:00"
    assert german.pattern(EVENING, "HH:mm:ss") == "19:00:00"
    assert german.iso(EVENING) == "2027-03-11T19:00+01:00"
    assert german.iso(date(2027, 3, 11)) == "2027-03-11"
    assert german.span(timedelta(days=8)) == "8 Tage"
    assert Formats(Locale.parse("en_GB")).day_and_month(EVENING) == "11 March"


def test_numbers_are_written_as_people_write_them() -> None:
    german = Formats(Locale.parse("de_DE"))
    assert german.number(1234.5) == "1.234,5"
    assert german.percent(Decimal("0.506")) == "51\u00a0%"
    assert german.money(95000) == "95.000\u00a0€"
    assert german.money(Decimal("19.90")) == "19,90\u00a0€"
    assert german.listing(["Web", "Kiosk", "Papier"]) == "Web, Kiosk und Papier"
    assert german.listing(["Web", "Kiosk"], "or") == "Web oder Kiosk"


@pytest.mark.parametrize(("seconds", "shown"), [(84, "1:24"), (0, "0:00"), (-3, "0:00"), (59.6, "1:00")])
def test_countdown_never_goes_below_zero(seconds: float, shown: str) -> None:
    assert countdown(seconds) == shown


def test_link_keeps_language_and_display_and_fragment() -> None:
    url = Links("/auenfurt/", (("lang", "en"), ("seite", "2"), ("meldung", "x")), {"lang": "en"})
    assert url("/spur#K7Q2") == "/spur?lang=en#K7Q2"
    assert url("/spur?a=1", b=2) == "/spur?a=1&lang=en&b=2"
    assert url("/spur", lang=None) == "/spur"
    assert url("https://wiegehts.example") == "https://wiegehts.example"
    assert url("//evil.example") == "//evil.example"


def test_here_changes_only_what_is_named_and_drops_the_message() -> None:
    url = Links("/auenfurt/", (("lang", "en"), ("seite", "2"), ("meldung", "x")), {"lang": "en"})
    assert url.here(seite=3) == "/auenfurt/?lang=en&seite=3"
    assert url.here(lang=None, seite=None) == "/auenfurt/"


@pytest.mark.parametrize(
    ("path", "local"),
    [("/a", True), ("#a", True), ("?a", True), ("//a", False), ("/\\a", False), ("https://a", False), ("a", False)],
)
def test_only_paths_of_this_installation_are_local(path: str, local: bool) -> None:
    assert is_local(path) is local


def test_message_survives_the_way_and_ends_after_two_minutes() -> None:
    clock = FixedClock(EVENING)
    token = seal(Flash("3 Beiträge veröffentlicht", Tone.OK), KEY, clock.now())
    assert unseal(token, KEY, clock.now()) == Flash("3 Beiträge veröffentlicht", Tone.OK)
    assert unseal(token, KEY, clock.now() + timedelta(minutes=3)) is None


@pytest.mark.parametrize("token", ["", "!!", "abcd", "A" * 5_000, "ü"])
def test_forged_message_shows_nothing(token: str) -> None:
    assert unseal(token, KEY, EVENING) is None


def test_message_of_another_installation_shows_nothing() -> None:
    assert unseal(seal(Flash("x"), b"other" * 8, EVENING), KEY, EVENING) is None


class Row:
    """An organisation as stored."""

    slug = "auenfurt"
    name = "Stadt Auenfurt"
    short_name = "Auenfurt"

    def __init__(self, imprint: dict[str, object]) -> None:
        self.imprint = imprint


def test_organisation_is_shown_from_its_imprint() -> None:
    view = org_view(
        Row(
            {
                "street": "Marktplatz 1",
                "postcode": "99999",
                "town": "Auenfurt",
                "phone": "09999 12-34",
                "accent": "7a0b4f",
                "links": [
                    {"label": "Wie geht’s?", "href": "https://hilfe.example"},
                    {"label": "x", "href": "javascript:alert(1)"},
                    "broken",
                ],
            }
        )
    )
    assert view.contact.town == "99999 Auenfurt"
    assert view.contact.phone_link == "tel:+4999991234"
    assert view.links == (("Wie geht’s?", "https://hilfe.example"),)
    assert view.accent == "7a0b4f"
    assert view.crest is None


def test_empty_imprint_leaves_everything_out() -> None:
    assert contact_of({"phone": 5}).phone_link == ""
    assert org_view(Row({"links": "x"})).links == ()
