"""Why no rehearsal begins."""

from __future__ import annotations

from backend.kit.errors import Conflict


class RehearsalRunning(Conflict):
    """One at a time."""

    code = "rehearsal_running"
    title = "Es läuft schon eine Probe"


class MeetingRunning(Conflict):
    """People vote for real on this installation."""

    code = "meeting_running"
    title = "Gerade läuft eine Versammlung"


class NothingToRehearse(Conflict):
    """No question phones may vote on."""

    code = "nothing_to_rehearse"
    title = "Noch keine Frage zum Proben"
