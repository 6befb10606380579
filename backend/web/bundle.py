"""The phone ballot's style sheets as one small file: one request instead of four on a slow network.

Only comments, white space and custom properties nobody uses are removed; licence notices (`/*!`) stay. Pages fall
back to the single files where nothing was built.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

PHONE = "css/phone.css"
PHONE_PARTS = ("vendor/kern-ballot.css", "css/foundation.css", "css/vote.css", "css/ballot.css")
CHARSET = '@charset "UTF-8";\n'
_COMMENT = re.compile(r"/\*(?!!).*?\*/", re.DOTALL)
_SPACE = re.compile(r"\s+")
_AROUND = re.compile(r" ?([{};,]) ?")
_USED = re.compile(r"var\(\s*(--[\w-]+)")
_DEFINED = re.compile(r"(?<=[{;])(--[\w-]+):[^;{}\"']*(?:;|(?=\}))")
_AFTER_COLON = re.compile(r": (?=[^{}]*[;}])")


def write_phone_styles(folder: Path) -> None:
    """Write the bundle into a tree that holds its parts."""
    (folder / PHONE).write_text(bundled([(folder / part).read_text(encoding="utf-8") for part in PHONE_PARTS]), "utf-8")


def bundled(sheets: Sequence[str]) -> str:
    """Return the sheets in order as one, without what browsers do not need."""
    return CHARSET + used_only("".join(minified(sheet.removeprefix(CHARSET)) for sheet in sheets))


def used_only(styles: str) -> str:
    """Return dense styles without custom properties that no rule uses; one may only have been used by another."""
    used = frozenset(_USED.findall(styles))
    rest = _DEFINED.sub(lambda found: found[0] if found[1] in used else "", styles)
    return rest if rest == styles else used_only(rest)


def minified(sheet: str) -> str:
    """Return a style sheet without comments and superfluous white space."""
    dense = _SPACE.sub(" ", _COMMENT.sub("", sheet))
    return _AFTER_COLON.sub(":", _AROUND.sub(r"\1", dense)).replace(";}", "}").strip()
