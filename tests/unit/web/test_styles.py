"""Style sheets: logical directions, tokens that exist, both dark blocks alike, a small ballot."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from backend.web.assets import BUILD, ROOT, load_assets

FOLDER = ROOT / "backend" / "web" / "static" / "css"
SHEETS = sorted(FOLDER.glob("*.css"))
BALLOT = ["css/foundation.css", "css/vote.css", "css/ballot.css"]
BALLOT_LIMIT_BYTES = 9_000
PHYSICAL = re.compile(
    r"(?:margin|padding|border)-(?:left|right|top|bottom)|(?<![\w-])(?:left|right)\s*:|"
    r"text-align:\s*(?:left|right)|float\s*:"
)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_sheet_uses_logical_directions(sheet: Path) -> None:
    assert PHYSICAL.findall(sheet.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_sheet_loads_nothing_else(sheet: Path) -> None:
    text = sheet.read_text(encoding="utf-8")
    assert "@import" not in text
    assert "://" not in text


def test_every_token_that_is_used_is_defined() -> None:
    text = "".join(sheet.read_text(encoding="utf-8") for sheet in SHEETS)
    used = set(re.findall(r"var\((--mm-[\w-]+)\)", text))
    assert used - set(re.findall(r"(--mm-[\w-]+)\s*:", text)) == set()


@pytest.mark.parametrize("name", ["foundation.css", "vote.css"])
def test_chosen_dark_equals_the_devices_dark(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    by_device = re.search(r"@media \(prefers-color-scheme: dark\) \{\s*[^{]+\{(.*?)\n  \}", text, re.DOTALL)
    by_choice = re.search(r"\n:root\[data-mm-theme=dark\][^{,]*\{(.*?)\n\}", text, re.DOTALL)
    assert by_device is not None
    assert by_choice is not None
    assert by_device.group(1).split() == by_choice.group(1).split()


def test_ballot_styles_stay_small() -> None:
    assets = load_assets()
    names = [*BALLOT, "vendor/kern-ballot.css"] if (BUILD / "manifest.json").is_file() else BALLOT
    size = sum(len(gzip.compress(assets.files[name].read_bytes(), mtime=0)) for name in names)
    assert size <= BALLOT_LIMIT_BYTES


def test_classes_in_our_templates_are_styled() -> None:
    styles = "".join(sheet.read_text(encoding="utf-8") for sheet in SHEETS)
    styled = set(re.findall(r"\.(mm-[\w-]+)", styles)) | {"mm-page--wide"}
    for template in (ROOT / "backend" / "web" / "templates").rglob("*.html"):
        named = set(re.findall(r'(?<![\w-])(mm-[a-z0-9_-]*[a-z0-9])(?=[ "])', template.read_text(encoding="utf-8")))
        assert named - styled == set(), template.name
