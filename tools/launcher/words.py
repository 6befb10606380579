"""What the launcher says, in German and English.

The language follows ``LC_ALL``, ``LC_MESSAGES`` or ``LANG``; everything but German gets English.
"""

import os
import sys

_DE, _EN = 0, 1

_SENTENCES: dict[str, tuple[str, str]] = {
    "about": (
        "Mach mit: einrichten, ausprobieren, prüfen.",
        "Mach mit: set up, try out, test.",
    ),
    "locked": ("{path}: {count} Pakete festgeschrieben", "{path}: {count} packages pinned"),
}


def language() -> int:
    """Return the index of the language the terminal asks for."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    chosen = next((os.environ[name] for name in names if os.environ.get(name)), "")
    return _DE if chosen.lower().startswith("de") else _EN


def words(key: str, **values: object) -> str:
    """Return one sentence in the terminal's language."""
    return _SENTENCES[key][language()].format(**values)


def say(key: str, **values: object) -> None:
    """Print one sentence."""
    print(words(key, **values), flush=True)


def complain(key: str, **values: object) -> None:
    """Print one sentence to the error stream."""
    print(words(key, **values), file=sys.stderr, flush=True)
