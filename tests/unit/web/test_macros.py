"""Building blocks say in words what they show."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from backend.web.flash import Flash, Tone
from backend.web.links import Links
from backend.web.rendering import Pages


def drawn(pages: Pages, call: str, **context: object) -> str:
    """Render one macro call."""
    source = (
        '{% from "web/macros/ui.html" import bar, channel, effect, empty, flash_messages, meter, notice, pagination,'
        " proof, state, turnbar, votebar, votes, crumbs, button, timestamp with context %}"
        '{% from "web/macros/spur.html" import milestones, phases, spur, spurline, step, story with context %}' + call
    )
    return pages.environments["de"].from_string(source).render(url=Links("/auenfurt/"), csrf="", **context)


@pytest.mark.parametrize(
    ("name", "word", "tone"),
    [
        ("web", "Web", "web"),
        ("phone", "Handy", "phone"),
        ("kiosk", "Kiosk", "kiosk"),
        ("paper", "Papier", "paper"),
        ("paper_card", "Postkarte", "paper"),
        ("letter", "Brief", "paper"),
        ("email", "E-Mail", "web"),
        ("telephone", "Telefon", "voice"),
        ("oral", "Mündlich", "voice"),
    ],
)
def test_channel_is_icon_and_word(pages: Pages, name: str, word: str, tone: str) -> None:
    text = drawn(pages, f'{{{{ channel("{name}") }}}}')
    assert f"mm-channel--{tone}" in text
    assert "<svg" in text
    assert word in text


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("uebernommen", "Übernommen"),
        ("teilweise", "Teilweise übernommen"),
        ("nicht_uebernommen", "Nicht übernommen"),
        ("bereits_geplant", "War schon geplant"),
        ("weitergeleitet", "Weitergeleitet"),
        ("zur_kenntnis", "Zur Kenntnis genommen"),
        ("adopted", "Übernommen"),
        ("planned", "Geplant"),
    ],
)
def test_effect_has_a_ring_and_a_word(pages: Pages, name: str, word: str) -> None:
    assert word in drawn(pages, f'{{{{ effect("{name}") }}}}')


def test_bar_shows_its_number_and_its_length(pages: Pages) -> None:
    text = drawn(pages, '{{ bar("Toilette", 63, 122) }}')
    assert "63 von 122" in text
    assert 'x2="51.64%"' in text


def test_bar_of_nothing_has_no_length(pages: Pages) -> None:
    assert 'x2="0%"' in drawn(pages, '{{ bar("Toilette", 0, 0) }}')


def test_provisional_bar_never_leads(pages: Pages) -> None:
    text = drawn(pages, '{{ bar("B", 62, 122, provisional=true, leading=true) }}')
    assert "mm-bar--prov" in text
    assert "mm-bar--win" not in text


def test_votes_draw_one_square_each_and_say_the_numbers(pages: Pages) -> None:
    text = drawn(pages, "{{ votes(19, 4, 1) }}")
    assert text.count("<rect") == 24
    assert "19 Ja, 4 Nein, 1 Enthaltung" in text
    assert "keine Enthaltung" in drawn(pages, "{{ votes(9, 2) }}")


def test_proof_leads_to_the_log_or_says_when_it_comes(pages: Pages) -> None:
    assert "/protokoll?eintrag=212" in drawn(pages, "{{ proof(212) }}")
    assert "geprüft im Protokoll, Eintrag 1212" in drawn(pages, "{{ proof(1212) }}")
    assert "steht im Protokoll" in drawn(pages, '{{ proof(5, state="stands") }}')
    assert "gerade nicht prüfbar" in drawn(pages, '{{ proof(5, state="unreachable") }}')
    assert "wird gerade eingetragen" in drawn(pages, "{{ proof() }}")
    assert "passt nicht zum Protokoll" in drawn(pages, '{{ proof(640, state="mismatch") }}')


def test_notice_stresses_its_first_sentence_and_keeps_every_word(pages: Pages) -> None:
    text = drawn(pages, '{{ notice("Das ist eine Empfehlung. Sie bindet den Stadtrat nicht.") }}')
    assert "<strong>Das ist eine Empfehlung.</strong> Sie bindet den Stadtrat nicht." in text


def test_warning_is_announced_at_once_and_success_politely(pages: Pages) -> None:
    text = drawn(pages, "{{ flash_messages(list) }}", list=[Flash("Gut"), Flash("Achtung", Tone.WARN)])
    assert 'role="status"' in text
    assert 'role="alert"' in text


def test_pages_of_a_list_lead_both_ways(pages: Pages) -> None:
    text = drawn(pages, "{{ pagination(2, 3) }}")
    assert "seite=1" in text
    assert "seite=3" in text
    assert "Seite 2 von 3" in text
    assert drawn(pages, "{{ pagination(1, 1) }}").strip() == ""


def test_spur_marks_how_strong_each_stretch_is(pages: Pages) -> None:
    call = (
        '{% call spur() %}{% call step("9. April", "Nein", "scale", line="weak", node="no") %}Zu teuer{% endcall %}'
        "{% endcall %}"
    )
    text = drawn(pages, call)
    assert 'class="is-weak"' in text
    assert "mm-node--no" in text
    assert "Zu teuer" in text


def test_phases_mark_where_we_are(pages: Pages) -> None:
    entries = [SimpleNamespace(title=title, when="", state=state) for title, state in [("A", "done"), ("B", "now")]]
    text = drawn(pages, "{{ phases(list) }}", list=entries)
    assert text.count("aria-current") == 1
    assert "Jetzt" in text


def test_turnout_bar_adds_up_to_the_cards(pages: Pages) -> None:
    text = drawn(pages, "{{ turnbar(71, 12, 33, 126) }}")
    assert 'width="56.35%"' in text
    assert text.count("<rect") == 3
