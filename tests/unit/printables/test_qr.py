"""QR symbols as vectors."""

import numpy as np
import pytest
import zxingcpp

from printables import qr


@pytest.mark.parametrize("text", ["MM" + "A2" * 23, "https://machmit.example/s#K7Q29WDMX4TR5", "Prüfsumme — ä"])
def test_matrix_read_back_gives_the_text(text: str) -> None:
    modules = np.pad(~np.array(qr.matrix(text)), 4, constant_values=True)
    picture = np.kron(modules, np.ones((6, 6))).astype(np.uint8) * 255
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [text]


def test_matrix_in_a_fixed_version_has_its_size() -> None:
    assert len(qr.matrix("MM" + "A" * 34, version=qr.SHEET_VERSION)) == 29
    assert len(qr.matrix("MM" + "A" * 47, version=qr.SHEET_VERSION)) == 29


@pytest.mark.parametrize(("text", "version"), [("A" * 62, 3), ("A" * 4000, None)])
def test_matrix_of_too_long_text_is_refused(text: str, version: int | None) -> None:
    with pytest.raises(qr.QrTooLong):
        qr.matrix(text, version=version)


def test_svg_and_pdf_path_draw_every_dark_module_once() -> None:
    dark = sum(map(sum, qr.matrix("MACHMIT")))
    assert sum(length for _, _, length in qr.runs(qr.matrix("MACHMIT"))) == dark
    assert qr.svg("MACHMIT").startswith("<svg")
    assert qr.svg("MACHMIT", quiet=0).count("M0 0h") >= 1
    assert qr.pdf_path("MACHMIT", size=50).endswith(b"f Q")
