"""The errors of the audit package: each carries its evidence and can say itself in one Dutch or English sentence.

No message ever holds what the offending entry, note or key said: only our own names, numbers and hashes.
"""

from __future__ import annotations

from typing import ClassVar, Literal

Lang = Literal["nl", "en"]


class AuditError(Exception):
    """Base of every error that this package raises on purpose; `code` is stable, `sentence` is for people."""

    code: ClassVar[str] = "audit_error"
    nl: ClassVar[str] = "Er ging iets mis met het logboek."
    en: ClassVar[str] = "Something is wrong with the audit log."

    def __init__(self, **evidence: int | str | None) -> None:
        self.evidence = evidence
        super().__init__(self.sentence("en"))

    def sentence(self, lang: Lang) -> str:
        """Say in one plain sentence what is wrong and where."""
        template = self.nl if lang == "nl" else self.en
        return template.format(**self.evidence)


class InvalidEntry(AuditError):
    """A field of an entry breaks its rule; `field` is our name for it, the value is never repeated."""

    code = "invalid_entry"
    nl = "Het veld {field} van deze logvermelding voldoet niet aan de regel: {rule}."
    en = "The field {field} of this log entry breaks the rule: {rule}."

    def __init__(self, field: str, rule: str) -> None:
        self.field = field
        self.rule = rule
        super().__init__(field=field, rule=rule)


class InvalidProof(AuditError):
    """A Merkle proof does not prove what it was offered for; `rule` says which step failed."""

    code = "invalid_proof"
    nl = "Dit bewijs klopt niet ({rule})."
    en = "This proof does not hold ({rule})."

    def __init__(self, rule: str) -> None:
        self.rule = rule
        super().__init__(rule=rule)


class InvalidFrontier(AuditError):
    """Stored tree state cannot be read back: its length and its size do not belong together."""

    code = "invalid_frontier"
    nl = "De bewaarde stand van het logboek is beschadigd."
    en = "The stored state of the log's tree is damaged."


class InvalidKey(AuditError):
    """A verifier key or a seed has the wrong form."""

    code = "invalid_key"
    nl = "De sleutel van het logboek heeft niet de vorm naam+kenmerk+base64."
    en = "The log's key does not have the form name+hash+base64."


class InvalidCardKey(AuditError):
    """The public half of an officer's key has the wrong form, or nothing can be sealed to it."""

    code = "invalid_card_key"
    nl = "Dit is geen publieke sleutel. Die bestaat uit één regel die begint met casuskring-officer-key."
    en = "This is no public key. That is one line which begins with casuskring-officer-key."


class CardUnreadable(AuditError):
    """A member card does not open: damaged, or of another key, member, moment or version."""

    code = "card_unreadable"
    nl = "Deze kaart gaat niet open: hij is beschadigd, of voor een andere sleutel verzegeld."
    en = "This card does not open: it is damaged, or sealed to another key."


class NoteError(AuditError):
    """Base of what can be wrong with a checkpoint; `which` names the checkpoint: `checkpoint` or `since`."""

    code = "note_error"

    def __init__(self, rule: str = "", *, which: str = "checkpoint") -> None:
        self.rule = rule
        self.which = which
        super().__init__(rule=rule, which=which)


class MalformedNote(NoteError):
    """The text is not a signed checkpoint; `rule` names the part that is wrong."""

    code = "malformed_note"
    nl = "Het bestand {which} is geen ondertekend controlepunt (onderdeel: {rule})."
    en = "The file {which} is not a signed checkpoint (part: {rule})."


class UnknownKey(NoteError):
    """No signature under the note is by a key that the reader knows."""

    code = "unknown_key"
    nl = "Onder {which} staat geen handtekening van de opgegeven sleutel."
    en = "No signature under {which} was made with the given key."


class WrongSignature(NoteError):
    """A signature that claims to be by a known key does not fit the text."""

    code = "wrong_signature"
    nl = "De handtekening onder {which} klopt niet: de tekst is veranderd of iemand anders heeft ondertekend."
    en = "The signature under {which} is wrong: the text was changed or somebody else signed it."


class ExportError(AuditError):
    """Base of what can be wrong with an export."""

    code = "export_error"


class TargetNotEmpty(ExportError):
    """The folder to write an export to already holds something."""

    code = "target_not_empty"
    nl = "De map voor de export bestaat al en is niet leeg."
    en = "The folder for the export exists and is not empty."


class TargetExists(ExportError):
    """The file to write to is there already."""

    code = "target_exists"
    nl = "Het bestand om naar te schrijven bestaat al. Kies een andere naam."
    en = "The file to write to exists already. Choose another name."


class ExportMismatch(ExportError):
    """The entries offered for an export are not those that its checkpoint signs; nothing was written."""

    code = "export_mismatch"
    nl = "De vermeldingen passen niet bij het controlepunt; er is niets geschreven."
    en = "The entries do not fit the checkpoint; nothing was written."


class NoSuchEntry(ExportError):
    """The export holds, and has no entry of the number that was asked for."""

    code = "no_such_entry"
    nl = "Deze export heeft {size} vermeldingen. De eerste heeft nummer 0."
    en = "This export has {size} entries. The first one is number 0."

    def __init__(self, size: int) -> None:
        self.size = size
        super().__init__(size=size)


class FileMissing(ExportError):
    """A file of the export is not there or cannot be read."""

    code = "file_missing"
    nl = "Het bestand {file} ontbreekt of is niet te lezen."
    en = "The file {file} is missing or cannot be read."

    def __init__(self, file: str) -> None:
        self.file = file
        super().__init__(file=file)


class FileTruncated(ExportError):
    """A file stops in the middle; `index` is the first entry that is not whole in it."""

    code = "file_truncated"
    nl = "Het bestand {file} is afgekapt in vermelding {index} (regel {line}); daarna ontbreekt alles."
    en = "The file {file} is cut off in entry {index} (line {line}); everything after it is missing."

    def __init__(self, file: str, index: int) -> None:
        self.file = file
        self.index = index
        super().__init__(file=file, index=index, line=index + 1)


class LeavesDamaged(ExportError):
    """`leaves` is not what was signed, while every entry is: `index` is the first wrong leaf."""

    code = "leaves_damaged"
    nl = "Het bestand leaves is beschadigd vanaf vermelding {index}; de vermeldingen zelf zijn zoals ondertekend."
    en = "The file leaves is damaged from entry {index}; the entries themselves are all as they were signed."

    def __init__(self, index: int, *, expected: str | None, actual: str | None) -> None:
        self.index = index
        self.expected = expected
        self.actual = actual
        super().__init__(index=index, expected=expected, actual=actual)


class RootMismatch(ExportError):
    """`leaves` does not give the signed root, so which entry is wrong cannot be known from this export alone."""

    code = "root_mismatch"
    nl = (
        "Het bestand leaves geeft niet de ondertekende wortel. "
        "Welke vermelding niet klopt, is uit deze export niet te bepalen."
    )
    en = "The file leaves does not give the signed root. Which entry is wrong cannot be known from this export."

    def __init__(self, *, expected: str, actual: str) -> None:
        self.expected = expected
        self.actual = actual
        super().__init__(expected=expected, actual=actual)


class EntryError(ExportError):
    """Base of what can be wrong with one entry. `index` counts from 0, `line` from 1.

    `expected` is the signed leaf of place `index`, `actual` the hash of the line found there (hex); `other` is the
    entry that the found line really is; `place` is where entry `index` itself was found.
    """

    code = "entry_error"

    def __init__(
        self,
        index: int,
        *,
        expected: str | None = None,
        actual: str | None = None,
        other: int | None = None,
        place: int | None = None,
        count: int = 1,
    ) -> None:
        self.index = index
        self.line = index + 1
        self.expected = expected
        self.actual = actual
        self.other = other
        self.place = place
        self.count = count
        super().__init__(
            index=index,
            line=self.line,
            expected=expected,
            actual=actual,
            other=other,
            place=place,
            count=count,
            last=index + count - 1,
        )


class EntryChanged(EntryError):
    """The line at this place is not the entry that was signed, and is no other entry of the log either."""

    code = "entry_changed"
    nl = "Vermelding {index} (regel {line}) is veranderd: de tekst is niet die welke is ondertekend."
    en = "Entry {index} (line {line}) was changed: its text is not the one that was signed."


class EntryMissing(EntryError):
    """The entry is nowhere in the file; with `count` above 1 the file ends and all later ones are missing too."""

    code = "entry_missing"

    def sentence(self, lang: Lang) -> str:
        """Say which entry, or which run of entries, is missing, and what stands there instead."""
        last = self.index + self.count - 1
        if lang == "nl":
            if self.count > 1:
                return (
                    f"Vermeldingen {self.index} tot en met {last} ontbreken: het bestand stopt na {self.index} regels."
                )
            instead = "" if self.other is None else f": op regel {self.line} staat vermelding {self.other}"
            return f"Vermelding {self.index} ontbreekt{instead}."
        if self.count > 1:
            return f"Entries {self.index} to {last} are missing: the file ends after {self.index} lines."
        instead = "" if self.other is None else f": line {self.line} holds entry {self.other}"
        return f"Entry {self.index} is missing{instead}."


class EntryRepeated(EntryError):
    """The line at this place is a second copy of entry `other`."""

    code = "entry_repeated"
    nl = "Op plaats {index} (regel {line}) staat vermelding {other} nog een keer."
    en = "At place {index} (line {line}) entry {other} is repeated."


class EntryUnexpected(EntryError):
    """The line at this place was added: it is no entry of the signed log."""

    code = "entry_unexpected"
    nl = "Vermelding {index} (regel {line}) hoort niet in dit logboek: de regel is toegevoegd."
    en = "Entry {index} (line {line}) does not belong in this log: the line was added."


class EntryMoved(EntryError):
    """The line at this place is entry `other`; entry `index` itself stands at `place`."""

    code = "entry_moved"
    nl = "Op plaats {index} (regel {line}) staat vermelding {other}; vermelding {index} zelf staat op plaats {place}."
    en = "Entry {other} stands where entry {index} should (line {line}); entry {index} itself stands at place {place}."


class ForkedLog(ExportError):
    """The export does not extend an earlier checkpoint of the same log: both cannot be true, keep both as evidence."""

    code = "forked_log"
    nl = (
        "Deze export is geen voortzetting van het eerdere controlepunt ({earlier_size} vermeldingen): het logboek is "
        "herschreven. Bewaar beide als bewijs."
    )
    en = (
        "This export does not extend the earlier checkpoint ({earlier_size} entries): the log was rewritten. "
        "Keep both as evidence."
    )

    def __init__(self, *, earlier_size: int, size: int, expected: str, actual: str | None) -> None:
        self.earlier_size = earlier_size
        self.size = size
        self.expected = expected
        self.actual = actual
        super().__init__(earlier_size=earlier_size, size=size, expected=expected, actual=actual)


class OtherLog(ExportError):
    """The earlier checkpoint is of another log (another origin), so it says nothing about this one."""

    code = "other_log"
    nl = "Het eerdere controlepunt hoort bij een ander logboek en zegt niets over deze export."
    en = "The earlier checkpoint belongs to another log and says nothing about this export."
