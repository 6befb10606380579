"""The rehearsal as the office sees it: start one, watch it, read its report.

Pure: sheet, advice, charts. Server: pages. `file` writes a report that needs nothing but itself.
"""

from moderation.rehearsal.pages import routes

__all__ = ["routes"]
