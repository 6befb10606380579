"""Reading aloud: clips of speech for sentences this server showed, rendered once by espeak-ng and kept as files.

Guarantees: a clip's name is a keyed hash over language, voice and sentence, so only sentences the server put on a
screen have one; a rendering ends after `RENDER_TIMEOUT_S`; without espeak-ng the kiosk says so and works on.
Refuses (`UnknownClip`) any other sentence.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import shutil
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlencode

from typing_extensions import override

from backend.kit.errors import NotFound, Unavailable
from backend.kit.keyring import derive
from backend.runtime import Runtime

PROGRAM: Final = "espeak-ng"
VOICES: Final[Mapping[str, str]] = {"de": "de", "ls": "de", "en": "en-gb", "tr": "tr", "uk": "uk", "ar": "ar"}
WORDS_PER_MINUTE: Final = {"ls": 120}
DEFAULT_WORDS_PER_MINUTE: Final = 145
MAX_TEXT_CHARS: Final = 600  # the longest sentence on a screen is the consultative notice
MAX_TEXTS: Final = 600  # all screens together have some two hundred
RENDER_TIMEOUT_S: Final = 10.0
NAME_CHARS: Final = 32
FOLDER: Final = "speech"

_SPOKEN_TAGS: Final = frozenset({"h1", "h2", "p", "li", "span", "b", "strong", "small"})
_VOID_TAGS: Final = frozenset({"input", "br", "meta", "link", "img", "path", "circle", "rect", "line"})


class UnknownClip(NotFound):
    """Nobody showed this sentence: the name does not belong to it."""

    code = "unknown_clip"


class NoVoice(Unavailable):
    """This computer cannot speak at the moment."""

    code = "no_voice"
    title = "Vorlesen geht gerade nicht"


def can_speak() -> bool:
    """Tell whether the program that renders speech is installed."""
    return shutil.which(PROGRAM) is not None


def clip_name(rt: Runtime, text: str, language: str) -> str:
    """Return the name of a sentence's clip; nobody else can make one."""
    key = derive(rt.keyring.session, "kiosk speech")
    message = "\0".join((VOICES[language], language, text)).encode()
    return hmac.new(key, message, hashlib.sha256).hexdigest()[:NAME_CHARS]


def clip_address(rt: Runtime, text: str, language: str) -> str:
    """Return where a sentence can be heard."""
    query = urlencode({"sprache": language, "text": text})
    return f"/kiosk/sprache/{clip_name(rt, text, language)}.wav?{query}"


async def clip(rt: Runtime, *, name: str, text: str, language: str) -> bytes:
    """Return the clip as WAV, rendering it the first time. Raises: UnknownClip, NoVoice."""
    if language not in VOICES or not hmac.compare_digest(clip_name(rt, text, language).encode(), name.encode()):
        raise UnknownClip
    path = f"{FOLDER}/{name}.wav"
    known = await asyncio.to_thread(rt.storage.get, path)
    if known is not None:
        return known
    spoken = await _render(text, language)
    await asyncio.to_thread(rt.storage.put, path, spoken)
    return spoken


async def _render(text: str, language: str) -> bytes:
    program = shutil.which(PROGRAM)
    if program is None:
        raise NoVoice("Auf diesem Server ist keine Sprachausgabe eingerichtet.")
    speed = str(WORDS_PER_MINUTE.get(language, DEFAULT_WORDS_PER_MINUTE))
    child = await asyncio.create_subprocess_exec(
        *(program, "-v", VOICES[language], "-s", speed, "--stdin", "--stdout"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        spoken, _ = await asyncio.wait_for(child.communicate(text.encode()), RENDER_TIMEOUT_S)
    except TimeoutError as late:
        child.kill()
        await child.wait()
        raise NoVoice("Die Sprachausgabe antwortet nicht.") from late
    if child.returncode != 0 or not spoken:
        raise NoVoice("Die Sprachausgabe hat diesen Satz nicht gesprochen.")
    return spoken


def sentences(page: str) -> list[str]:
    """Return what a page's elements say, each once, without those a script still fills in."""
    reader = _Reader()
    reader.feed(page)
    return list(dict.fromkeys(reader.found))[:MAX_TEXTS]


def spoken_texts(texts: Iterator[str]) -> list[str]:
    """Return texts as a screen shows them: one line, short enough for a clip, each once."""
    lines = (" ".join(text.split()) for text in texts)
    return [text for text in dict.fromkeys(lines) if text and len(text) <= MAX_TEXT_CHARS]


class _Reader(HTMLParser):
    """Collects the text of every element that may be read aloud, inner elements included."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, list[str]]] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        if tag not in _VOID_TAGS:
            self._open.append((tag, []))

    @override
    def handle_data(self, data: str) -> None:
        """Give text to every open element around it."""
        for _, parts in self._open:
            parts.append(data)

    @override
    def handle_endtag(self, tag: str) -> None:
        """Close an element and note what it says."""
        while self._open:
            name, parts = self._open.pop()
            if name in _SPOKEN_TAGS:
                self._note("".join(parts))
            if name == tag:
                return

    def _note(self, text: str) -> None:
        line = " ".join(text.split())
        if any(sign.isalnum() for sign in line) and "{" not in line and len(line) <= MAX_TEXT_CHARS:
            self.found.append(line)
