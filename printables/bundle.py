"""Several documents in one file, in order: what one person prints for one evening.

Guarantees: pages are taken over unchanged, each with its own size. Refuses an empty bundle (`DocumentError`).
"""

import io
from collections.abc import Sequence
from contextlib import ExitStack

import pikepdf

from printables.types import DocumentError


def join(documents: Sequence[bytes], *, title: str) -> bytes:
    """Return all pages as one PDF. Raises: DocumentError."""
    if not documents:
        raise DocumentError("there is nothing to print")
    with ExitStack() as opened, pikepdf.new() as whole:
        for document in documents:
            part = opened.enter_context(pikepdf.open(io.BytesIO(document)))
            whole.pages.extend(part.pages)
        whole.docinfo["/Title"] = title
        out = io.BytesIO()
        whole.save(out, deterministic_id=True)
    return out.getvalue()
