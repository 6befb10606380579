"""Style sheets: logical directions, tokens that exist, both dark blocks alike, a small ballot."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from backend.web.assets import ROOT, load_assets
from backend.web.bundle import PHONE, PHONE_PARTS, bundled, used_only

FOLDER = ROOT / "backend" / "web" / "static" / "css"
SHEETS = sorted(FOLDER.glob("*.css"))
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
    if assets.has(PHONE):
        styles = assets.files[PHONE].read_text(encoding="utf-8")
    else:
        styles = bundled([(FOLDER.parent / part).read_text(encoding="utf-8") for part in PHONE_PARTS[1:]])
    assert len(gzip.compress(styles.encode(), mtime=0)) <= BALLOT_LIMIT_BYTES


def test_bundling_drops_only_what_browsers_do_not_need() -> None:
    sheets = [
        '@charset "UTF-8";\n/*! licence */ a : hover , b > c { color : red ; }',
        "/* why */\n@media (min-width: 1rem) { d { e: f } }",
    ]
    assert bundled(sheets) == (
        '@charset "UTF-8";\n/*! licence */ a : hover,b > c{color :red}@media (min-width: 1rem){d{e:f}}'
    )


def test_bundling_drops_custom_properties_nobody_uses_in_the_end() -> None:
    sheet = "a{--x:1;--y:var(--x);--z:2;color:var(--z)}.b--c:hover{--only:3}"
    assert used_only(sheet) == "a{--z:2;color:var(--z)}.b--c:hover{}"


def test_classes_in_our_templates_are_styled() -> None:
    styles = "".join(sheet.read_text(encoding="utf-8") for sheet in SHEETS)
    styled = set(re.findall(r"\.(mm-[\w-]+)", styles)) | {"mm-page--wide"}
    for template in (ROOT / "backend" / "web" / "templates").rglob("*.html"):
        named = set(re.findall(r'(?<![\w-])(mm-[a-z0-9_-]*[a-z0-9])(?=[ "])', template.read_text(encoding="utf-8")))
        assert named - styled == set(), template.name
