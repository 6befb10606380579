"""From a file of page images to decoded sheets; `decode_file` is what a worker process calls.

pages → locate → marks → decide; every sheet ends accepted, in review or rejected, with a named reason.
"""

from printables.scan.decode import decode_file, decode_page
from printables.scan.pages import PageImage, ScanLimits, ScanRefused, read_pages
from printables.scan.types import DecodedSheet, Mark, Reason, SheetKeys, Status

__all__ = [
    "DecodedSheet",
    "Mark",
    "PageImage",
    "Reason",
    "ScanLimits",
    "ScanRefused",
    "SheetKeys",
    "Status",
    "decode_file",
    "decode_page",
    "read_pages",
]
