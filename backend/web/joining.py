"""The phone ballot's modules as one file: on a slow line every request costs a second, and there would be fifteen.

No bundler: our modules are plain enough to be put one after the other, those that others import first. Sources stay
separate modules, which is what is tested and type-checked. Refuses (`NotPlain`) what would need a real bundler:
renamed, default or dynamic imports, circles, two top-level names alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from backend.web.minifying import minified

SOURCES = "js/ballot"
ENTRY = "main.js"
JOINED = "js/ballot.js"

_IMPORT = re.compile(r'^import \{([\w,\s]+)\} from "\./([\w.-]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let) )", re.MULTILINE)
_NAMES = re.compile(r"^(?:async )?(?:function\*?|class|const|let) (\[[^\]]+\]|\w+)", re.MULTILINE)
_LEFT_OVER = re.compile(r"^(?:import|export)\b|\bimport\(", re.MULTILINE)
_RENAMED = re.compile(r"\bas\b")
_DOC_COMMENT = re.compile(r"^[ \t]*/\*\*(?:(?!\*/).)*\*/[ \t]*\n", re.DOTALL | re.MULTILINE)
_CAST = re.compile(r"/\*\* @type [^\n]*?\*/ ?")
_LINE_COMMENT = re.compile(r"^[ \t]*//.*\n", re.MULTILINE)
_LINES = re.compile(r"\n\s*")


class NotPlain(ValueError):
    """A module uses something that cannot be joined by putting files one after the other."""


def write_ballot_script(folder: Path, packages: Path) -> None:
    """Write the joined script, minified, into a tree that holds its modules; nothing when there are none.

    `packages` is npm's folder, where the minifier is.
    """
    modules = {path.name: path.read_text(encoding="utf-8") for path in sorted((folder / SOURCES).glob("*.js"))}
    if ENTRY in modules:
        (folder / JOINED).write_text(minified(joined(modules, ENTRY), packages), encoding="utf-8")


def joined(modules: Mapping[str, str], entry: str) -> str:
    """Return a module and all it imports as one script. Raises: NotPlain."""
    order = list(dict.fromkeys(_in_order(modules, entry, ())))
    names = [name for module in order for name in _top_names(modules[module])]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise NotPlain(f"expected every top-level name once, got {', '.join(twice)} twice")
    return "".join(_plain(name, modules[name]) for name in order)


def _in_order(modules: Mapping[str, str], name: str, above: tuple[str, ...]) -> Iterator[str]:
    if name in above:
        raise NotPlain(f"expected no circle, got {' → '.join([*above, name])}")
    for _, imported in _IMPORT.findall(modules[name]):
        yield from _in_order(modules, imported, (*above, name))
    yield name


def _top_names(script: str) -> list[str]:
    return [name for found in _NAMES.findall(_EXPORT.sub("", script)) for name in re.findall(r"\w+", found)]


def _plain(name: str, script: str) -> str:
    if any(_RENAMED.search(names) for names, _ in _IMPORT.findall(script)):
        raise NotPlain(f"expected no renamed import in {name}")
    bare = _EXPORT.sub("", _IMPORT.sub("", lean(script)))
    if _LEFT_OVER.search(bare):
        raise NotPlain(f"expected plain imports and exports in {name}")
    return bare.rstrip("\n") + "\n"


def lean(script: str) -> str:
    """Return one of our scripts without documentation, type casts and indentation."""
    bare = _LINE_COMMENT.sub("", _CAST.sub("", _DOC_COMMENT.sub("", script)))
    return _LINES.sub("\n", bare).lstrip()
