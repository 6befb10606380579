"""Why the paper desk refuses. The codes are part of the API."""

from __future__ import annotations

from backend.kit.errors import Conflict, Forbidden, Invalid, Unavailable


class NotYetFrozen(Conflict):
    """The question may still change; a printed sheet may not."""

    code = "poll_not_ready"
    title = "Die Frage ist noch nicht freigegeben"


class NoSheetForType(Invalid):
    """Answers to this type of question cannot be read from circles."""

    code = "no_sheet_for_type"
    title = "Für diese Art von Frage gibt es keinen Stimmzettel"


class SheetTooSmall(Invalid):
    """The question does not fit on a sheet of this size."""

    code = "sheet_too_small"
    title = "Die Frage passt nicht auf diesen Zettel"


class NoPrinting(Unavailable):
    """This machine lacks a library that lays out text."""

    code = "no_printing"
    title = "Drucken geht gerade nicht"


class NotASheet(Invalid):
    """The scanned text is no code of a ballot sheet of this meeting."""

    code = "not_a_sheet"
    title = "Das ist kein Stimmzettel dieser Veranstaltung"


class SheetVoid(Conflict):
    """The sheet was exchanged or returned before."""

    code = "sheet_void"
    title = "Dieser Zettel gilt nicht mehr"


class SheetSeen(Conflict):
    """The sheet lay in the box and has been scanned."""

    code = "sheet_scanned"
    title = "Dieser Zettel wurde schon gescannt"


class SerialModeOnly(Conflict):
    """Sheets without a number cannot be exchanged or returned."""

    code = "serial_mode_only"
    title = "Zettel ohne Nummer können nicht getauscht oder zurückgegeben werden"


class NoSheetOut(Conflict):
    """This card has no sheet to return."""

    code = "no_sheet_out"
    title = "Für diese Karte ist kein Zettel ausgegeben"


class NothingUploaded(Invalid):
    """No file came with the request."""

    code = "no_files"
    title = "Bitte wählen Sie mindestens eine Datei"


class FilesTooLarge(Invalid):
    """The upload is larger than a stack of ballots can be."""

    code = "files_too_large"
    title = "Das sind zu viele oder zu große Dateien auf einmal"


class BatchNotReady(Conflict):
    """Sheets are still being read or decided."""

    code = "batch_not_ready"
    title = "In diesem Stapel sind noch Blätter offen"


class BatchClosed(Conflict):
    """The batch was confirmed or discarded; it stays as it is."""

    code = "batch_closed"
    title = "Dieser Stapel ist schon abgeschlossen"


class BatchMismatch(Conflict):
    """The hand count differs from the sheets read."""

    code = "batch_mismatch"
    title = "Von Hand gezählt und gelesen stimmen nicht überein"


class ScanAgain(Conflict):
    """Pages were scanned in black and white or too coarsely; light pencil would be lost."""

    code = "scan_again"
    title = "Einige Blätter müssen noch einmal gescannt werden"


class SecondPersonNeeded(Forbidden):
    """The same person cannot do both halves of a two-person step."""

    code = "second_person_needed"
    title = "Hier muss eine andere Person entscheiden"


class AlreadyDecided(Conflict):
    """The sheet is settled, or this person has decided before."""

    code = "already_decided"
    title = "Sie haben über dieses Blatt schon entschieden"


class SerialCounted(Conflict):
    """Another sheet with the same number counts; a number counts once."""

    code = "serial_counted"
    title = "Ein Blatt mit derselben Nummer zählt schon"
