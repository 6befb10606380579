"""Reading printed PDFs back: words, pictures and codes as a person or a scanner finds them."""

from collections import Counter
from io import BytesIO

import pikepdf
import pypdfium2
import zxingcpp

from printables.simulate import render_page


def page_count(pdf: bytes) -> int:
    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def words(pdf: bytes, page: int = 0) -> str:
    """Return the text of a page with single blanks; hyphens at line ends are kept."""
    with pypdfium2.PdfDocument(pdf) as document:
        found: str = document[page].get_textpage().get_text_bounded()
    return " ".join(found.replace("\u0002", "-").replace("\u00a0", " ").split()).replace("- ", "-")


def qr_texts(pdf: bytes, page: int = 0, *, dpi: int = 150) -> list[str]:
    """Return the QR codes of a page from top left to bottom right."""
    found = zxingcpp.read_barcodes(render_page(pdf, page, dpi=dpi))
    return [
        each.text for each in sorted(found, key=lambda each: (each.position.top_left.y // 50, each.position.top_left.x))
    ]


def tags(pdf: bytes) -> Counter[str]:
    """Return how often each structure type occurs; figures without alternative text count as `no alt`."""
    found: Counter[str] = Counter()
    with pikepdf.open(BytesIO(pdf)) as opened:
        stack = [opened.Root.StructTreeRoot.K]
        while stack:
            node = stack.pop()
            if isinstance(node, pikepdf.Array):
                stack.extend(node.as_list())
            elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
                found[str(node.S)] += 1
                found["no alt"] += str(node.S) == "/Figure" and "/Alt" not in node
                stack.append(node.get("/K", pikepdf.Array([])))
    return found


def embedded_everywhere(pdf: bytes) -> bool:
    """Tell whether every font of the file is embedded."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        fonts = [each for each in opened.objects if isinstance(each, pikepdf.Dictionary) and "/FontName" in each]
        return bool(fonts) and all("/FontFile2" in each or "/FontFile3" in each for each in fonts)


def is_accessible(pdf: bytes, language: str) -> bool:
    """Tell whether the file claims PDF/UA-1 and has what that asks for: tags, language, title, described figures."""
    with pikepdf.open(BytesIO(pdf)) as opened, opened.open_metadata() as metadata:
        claims = metadata.get("pdfuaid:part") == "1" and bool(opened.Root.MarkInfo.Marked)
        titled = bool(opened.Root.ViewerPreferences.DisplayDocTitle) and bool(str(opened.docinfo["/Title"]))
        spoken = str(opened.Root.Lang) == language
    found = tags(pdf)
    return claims and titled and spoken and found["/H1"] == 1 and found["no alt"] == 0
