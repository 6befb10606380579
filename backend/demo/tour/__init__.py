"""The guided tour at `/demo`: roles, a full hall, sample sheets, one contribution to its answer, a forged log.

Exists in the demo only; every route answers 404 elsewhere.
"""

from __future__ import annotations

from backend.demo.tour import hall, index, kiosk, sheets, story, tamper

routes = [*index.routes, *hall.routes, *kiosk.routes, *sheets.routes, *story.routes, *tamper.routes]
