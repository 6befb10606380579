"""How often one source may write. Counts successes in the database, so several processes share the limit.

Guarantees: no address is kept; the source is a keyed hash that changes with the day.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import date

from sqlalchemy import delete, select

from backend.consultations import limits
from backend.consultations.contribution_tables import RateRow
from backend.kit.errors import TooMany
from backend.kit.uow import UnitOfWork


def source_of(key: bytes, address: str, day: date) -> str:
    """Return the keyed name of an address for one day."""
    return hmac.new(key, f"{day.isoformat()}|input|{address}".encode(), hashlib.sha256).hexdigest()


async def spend(uow: UnitOfWork, purpose: str, source: str | None, *, most: int) -> None:
    """Count one use. Without a source (staff, tests) nothing is counted. Raises: TooMany."""
    if source is None:
        return
    bucket = f"{purpose}:{source}"[:100]
    row = await uow.session.scalar(select(RateRow).where(RateRow.bucket == bucket).with_for_update())
    if row is None:
        uow.session.add(RateRow(bucket=bucket, used=1, resets_at=uow.now + limits.RATE_WINDOW))
        await uow.session.execute(delete(RateRow).where(RateRow.resets_at <= uow.now))
        return
    if row.resets_at <= uow.now:
        row.used, row.resets_at = 1, uow.now + limits.RATE_WINDOW
        return
    if row.used >= most:
        wait = int((row.resets_at - uow.now).total_seconds()) + 1
        raise TooMany(
            "Von hier kamen gerade sehr viele Beiträge. Bitte versuchen Sie es später noch einmal.", retry_after_s=wait
        )
    row.used += 1
