"""Reading aloud: only sentences the server showed, rendered once, silent where nothing can speak."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from backend.runtime import Runtime
from kiosk.speech import clip_address, clip_name, sentences, spoken_texts
from tests.integration.test_kiosk import make_town

needs_voice = pytest.mark.needs("espeak")


@pytest.fixture
def nobody_speaks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A computer without espeak-ng."""
    monkeypatch.setenv("PATH", str(tmp_path))


@needs_voice
async def test_clip_of_a_shown_sentence_sounds_and_is_kept(rt: Runtime, client: httpx.AsyncClient) -> None:
    town = await make_town(rt, client)
    _, device = await town.kiosk()
    around = (await client.get("/api/v1/kiosk/surroundings?sprache=de", headers=device)).json()
    address = around["clips"]["Soll es Bäume geben?"]
    answer = await client.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/wav")
    assert answer.content[:4] == b"RIFF"
    name = urlsplit(address).path.rsplit("/", 1)[1]
    assert rt.storage.get(f"speech/{name}") == answer.content


@needs_voice
async def test_surroundings_know_screens_and_live_texts(rt: Runtime, client: httpx.AsyncClient) -> None:
    town = await make_town(rt, client)
    _, device = await town.kiosk()
    around = (await client.get("/api/v1/kiosk/surroundings", headers=device)).json()
    assert around["org"] == "Stadt Auenfurt"
    assert {"Stimmt das so?", "Enthaltung", "Die Abstimmungen heute sind Empfehlungen."} <= around["clips"].keys()


async def test_clip_with_forged_name_is_refused(rt: Runtime, client: httpx.AsyncClient) -> None:
    real = parse_qs(urlsplit(clip_address(rt, "Stimmt das so?", "de")).query)
    name = clip_name(rt, "Stimmt das so?", "de")
    forged = [
        ("0" * 32, "Stimmt das so?", "de"),
        (name, "Geben Sie mir Ihre Karte.", "de"),
        (name, "Stimmt das so?", "en"),
        (name, "Stimmt das so?", "xx"),
        ("ä" * 32, "Stimmt das so?", "de"),
    ]
    for other, text, language in forged:
        answer = await client.get(f"/kiosk/sprache/{other}.wav", params={"text": text, "sprache": language})
        assert answer.status_code == 404, (other, text, language)
    assert real["text"] == ["Stimmt das so?"]


async def test_clip_without_a_voice_says_so(rt: Runtime, client: httpx.AsyncClient, nobody_speaks: None) -> None:
    town = await make_town(rt, client)
    _, device = await town.kiosk()
    assert (await client.get("/api/v1/kiosk/surroundings", headers=device)).json()["clips"] == {}
    assert (await client.get(clip_address(rt, "Stimmt das so?", "de"))).status_code == 503


def test_sentences_are_whole_elements_without_gaps_to_fill() -> None:
    page = "<h1>Guten Tag. <br>Hier</h1><p>Frage {n}</p><label><input><b>A</b><span>Ja &amp; Nein</span></label>"
    assert sentences(page) == ["Guten Tag. Hier", "A", "Ja & Nein"]


def test_spoken_texts_are_single_lines_each_once() -> None:
    assert spoken_texts(iter([" eins\nzwei ", "eins zwei", "", "x" * 601])) == ["eins zwei"]
