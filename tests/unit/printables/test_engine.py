"""Where type and pictures come from: the given fonts, data URIs, nothing else."""

import importlib
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from printables.engine import render
from printables.fonts import font_directory, font_faces
from printables.types import NoTypesetter
from tests.unit.printables.reading import words

WIDTH = 777


@pytest.fixture
def font_dir(tmp_path: Path) -> Path:
    """Return a directory with a made-up semi-bold whose every character is 777 units wide."""
    characters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ-"
    names = [".notdef", *(f"u{ord(each):04X}" for each in characters)]
    pen = TTGlyphPen(None)
    for point in ((50, 0), (50, 700), (650, 700)):
        pen.moveTo(point) if point == (50, 0) else pen.lineTo(point)
    pen.closePath()
    outline = pen.glyph()
    font = FontBuilder(1000)
    font.setupGlyphOrder(names)
    font.setupCharacterMap({ord(each): f"u{ord(each):04X}" for each in characters})
    font.setupGlyf(dict.fromkeys(names, outline))
    font.setupHorizontalMetrics(dict.fromkeys(names, (WIDTH, 50)))
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": "Probe", "styleName": "SemiBold"})
    font.setupOS2()
    font.setupPost()
    folder = tmp_path / "fira-sans"
    folder.mkdir()
    font.save(folder / "FiraSans-SemiBold.ttf")
    return tmp_path


@pytest.mark.needs("pango")
def test_given_fonts_are_used_and_embedded(font_dir: Path) -> None:
    pdf = render("glyphs.html", {"characters": "K7Q2-9WDM"}, font_dir=font_dir).pdf
    with pikepdf.open(BytesIO(pdf)) as opened:
        (font,) = [each for _, each in opened.pages[0].resources.Font.items()]
        widths = {float(width) for run in font["/DescendantFonts"][0]["/W"].as_list()[1::2] for width in run.as_list()}
    assert widths == {WIDTH}
    assert words(pdf) == "K7Q2-9WDM"


@pytest.mark.needs("pango")
def test_font_directory_without_fonts_falls_back_to_the_system(tmp_path: Path) -> None:
    assert words(render("glyphs.html", {"characters": "K7Q2"}, font_dir=tmp_path).pdf) == "K7Q2"


def test_fonts_of_the_web_build_are_the_default(font_dir: Path, tmp_path: Path) -> None:
    assert font_directory(None, built=font_dir) == font_dir
    assert font_directory(None, built=tmp_path / "nothing") is None
    assert font_directory(tmp_path, built=font_dir) == tmp_path.resolve()
    assert "FiraSans-SemiBold.ttf" in font_faces(font_dir)
    assert font_faces(None) == ""


def test_render_without_the_libraries_is_refused_by_name(no_pango: None, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        with pytest.raises(NoTypesetter, match="cannot load library"):
            render("glyphs.html", {"characters": "K7Q2"})
    assert capsys.readouterr().out == ""


@pytest.mark.needs("pango")
@pytest.mark.parametrize("url", ["file:///etc/passwd", "https://example.org/a.png", "http://127.0.0.1/", "ftp://x/"])
def test_templates_load_nothing_from_outside(url: str, tmp_path: Path) -> None:
    typesetter = importlib.import_module("printables.typesetter")
    for root in (None, tmp_path):
        with pytest.raises((typesetter.FatalURLFetchingError, ValueError)):
            typesetter._Fetcher(root).fetch(url)


@pytest.mark.needs("pango")
def test_rendered_boxes_come_back_in_millimetres() -> None:
    values = {
        "lang": "de",
        "words": {"separator": "x", "separator_how": "", "counted": ""},
        "label": "",
        "meeting_title": "",
    }
    rendered = render("separator.html", values)
    assert rendered.size_mm == pytest.approx((148, 210))
    assert rendered.anchors[0]["symbol"].width_mm == pytest.approx(44)
    assert rendered.anchors[0]["symbol"].centre_mm == pytest.approx((74, 210 - 16 - 22))
