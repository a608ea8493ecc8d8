"""Says in plain Dutch or English what a verification found."""

from __future__ import annotations

from audit.errors import AuditError, Lang
from audit.verify import VerifiedExport

_HASHES = {"nl": {"expected": "verwacht", "actual": "gevonden"}, "en": {"expected": "expected", "actual": "found"}}


def describe(result: VerifiedExport | AuditError, lang: Lang) -> str:
    """Return a few lines for a person: the verdict in one sentence, then its evidence or its limits."""
    if isinstance(result, AuditError):
        return "\n".join((result.sentence(lang), *_evidence(result, lang)))
    return "\n".join(_verdict(result, lang))


def _evidence(error: AuditError, lang: Lang) -> list[str]:
    lines = [
        f"{word}: {error.evidence[name]}"
        for name, word in _HASHES[lang].items()
        if error.evidence.get(name) is not None
    ]
    return [*lines, f"code: {error.code}"]


def _verdict(result: VerifiedExport, lang: Lang) -> list[str]:
    size, origin, root = result.checkpoint.size, result.checkpoint.origin, result.checkpoint.root.hex()
    if lang == "nl":
        lines = [f"De export klopt: {size} vermeldingen van {origin}, zoals ondertekend.", f"wortel: {root}"]
        if result.since is not None:
            lines.append(f"Zij is een voortzetting van het eerdere controlepunt van {result.since.size} vermeldingen.")
        if result.own_key:
            lines.append(
                "Let op: gecontroleerd met de sleutel die in de export zelf zit. "
                "Wie de export maakte, kan ook die sleutel hebben gemaakt: vraag de sleutel ergens anders op."
            )
        return lines
    lines = [f"The export holds: {size} entries of {origin}, as they were signed.", f"root: {root}"]
    if result.since is not None:
        lines.append(f"It extends the earlier checkpoint of {result.since.size} entries.")
    if result.own_key:
        lines.append(
            "Note: this was checked with the export's own key. "
            "Whoever made the export can have made that key too: obtain the key from elsewhere."
        )
    return lines
