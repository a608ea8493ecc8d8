"""Scores marks against gold texts: who is still readable, how much was hidden for nothing, and what would be asked.

The library behind `casuskring bench anonymise`; it knows spans as `(start, end, label)`, not how they were found.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

Marks = Sequence[tuple[int, int, str]]
INDIRECT = frozenset({"AGE", "PROFESSION", "NATIONALITY"})
_INLINE = re.compile(r"\[\[([A-Z_]+)\|([\s\S]*?)\]\]")


class GoldError(ValueError):
    """A gold file breaks its format; the message names the file and the rule, not the text."""


@dataclass(frozen=True, slots=True)
class Gold:
    """A text with the spans that should be found. `kind` is the kind of text, for tables per kind."""

    id: str
    text: str
    spans: tuple[tuple[int, int, str], ...]
    kind: str = ""


@dataclass(slots=True)
class Tally:
    """Counts of one group of documents. A *direct* identifier is any label but AGE, PROFESSION, NATIONALITY."""

    documents: int = 0
    clean: int = 0
    words: int = 0
    found: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    marks: Counter[str] = field(default_factory=Counter)
    false_marks: Counter[str] = field(default_factory=Counter)
    characters: int = 0
    right_characters: int = 0

    @property
    def recall(self) -> float:
        """Share of direct identifiers of which every character is covered by marks of any label."""
        hit = sum(n for label, n in self.found.items() if label not in INDIRECT)
        return _share(hit, hit + sum(n for label, n in self.missed.items() if label not in INDIRECT))

    @property
    def precision(self) -> float:
        """Share of marked characters that lie in a gold span of any label."""
        return _share(self.right_characters, self.characters)

    @property
    def clean_share(self) -> float:
        """Share of documents in which every direct identifier is fully covered."""
        return _share(self.clean, self.documents)

    @property
    def false_per_100(self) -> float:
        """Marks that touch no gold span, per 100 words."""
        return 100 * sum(self.false_marks.values()) / max(self.words, 1)

    @property
    def marks_per_100(self) -> float:
        """All marks per 100 words."""
        return 100 * sum(self.marks.values()) / max(self.words, 1)

    def label_recall(self, label: str) -> float:
        """Share of the identifiers of one label that are fully covered."""
        return _share(self.found[label], self.found[label] + self.missed[label])


@dataclass(frozen=True, slots=True)
class Leak:
    """A gold span that is not fully covered."""

    document: str
    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Result:
    """The tally over all documents, the tallies per kind of text, and what leaked."""

    total: Tally
    kinds: Mapping[str, Tally]
    leaks: tuple[Leak, ...]
    false_marks: tuple[Leak, ...]


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 1.0


def score(gold: Iterable[Gold], predicted: Mapping[str, Marks]) -> Result:
    """Return the result for predictions by document id; a document without prediction counts as without marks."""
    total, kinds = Tally(), dict[str, Tally]()
    leaks: list[Leak] = []
    false: list[Leak] = []
    for one in gold:
        marks = predicted.get(one.id, ())
        found, wrong = _compare(one, marks)
        leaks += found
        false += wrong
        for tally in (total, kinds.setdefault(one.kind, Tally())):
            _count(tally, one, marks, found, wrong)
    return Result(total, kinds, tuple(leaks), tuple(false))


def _compare(one: Gold, marks: Marks) -> tuple[list[Leak], list[Leak]]:
    covered = bytearray(len(one.text))
    for start, end, _ in marks:
        covered[start:end] = b"\x01" * (end - start)
    inside = _gold_mask(one)
    leaks = [Leak(one.id, s, e, label) for s, e, label in one.spans if 0 in covered[s:e]]
    wrong = [Leak(one.id, s, e, label) for s, e, label in marks if 1 not in inside[s:e]]
    return leaks, wrong


def _gold_mask(one: Gold) -> bytearray:
    inside = bytearray(len(one.text))
    for start, end, _ in one.spans:
        inside[start:end] = b"\x01" * (end - start)
    return inside


def _count(tally: Tally, one: Gold, marks: Marks, leaks: list[Leak], wrong: list[Leak]) -> None:
    inside = _gold_mask(one)
    covered = bytearray(len(one.text))
    for start, end, label in marks:
        covered[start:end] = b"\x01" * (end - start)
        tally.marks[label] += 1
    tally.characters += sum(covered)
    tally.right_characters += sum(c & g for c, g in zip(covered, inside, strict=True))
    tally.documents += 1
    tally.clean += not any(leak.label not in INDIRECT for leak in leaks)
    tally.words += len(one.text.split())
    tally.missed.update(leak.label for leak in leaks)
    tally.found.update(label for _, _, label in one.spans)
    tally.found.subtract(leak.label for leak in leaks)
    tally.false_marks.update(leak.label for leak in wrong)


def read_jsonl(path: Path) -> list[Gold]:
    """Return the gold documents of a file with one `{"id","text","spans":[{"start","end","label"}]}` a line.

    Raises:
        GoldError: a line is no such object, or a span lies outside its text.
    """
    found: list[Gold] = []
    for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            raw = json.loads(line)
            spans = tuple((int(s["start"]), int(s["end"]), str(s["label"])) for s in raw["spans"])
            one = Gold(str(raw["id"]), str(raw["text"]), spans, str(raw.get("kind", "")))
        except (ValueError, KeyError, TypeError) as error:
            raise GoldError(f"{path.name}:{n}: not a gold document") from error
        if any(not 0 <= s < e <= len(one.text) for s, e, _ in spans):
            raise GoldError(f"{path.name}:{n}: a span lies outside the text")
        found.append(one)
    return found


def parse_inline(text: str, name: str, kind: str = "") -> Gold:
    """Return the document that a text with `[[LABEL|text]]` writes.

    Raises:
        GoldError: a bracket pair is left over.
    """
    parts: list[str] = []
    spans: list[tuple[int, int, str]] = []
    length = position = 0
    for match in _INLINE.finditer(text):
        literal = text[position : match.start()]
        parts += [literal, match.group(2)]
        start = length + len(literal)
        length = start + len(match.group(2))
        spans.append((start, length, match.group(1)))
        position = match.end()
    parts.append(text[position:])
    plain = "".join(parts)
    if "[[" in plain or "]]" in plain:
        raise GoldError(f"{name}: a marking is not closed")
    return Gold(name, plain, tuple(spans), kind)


def read_inline(folder: Path) -> list[Gold]:
    """Return the documents of a folder of marked `.txt` files; the kind is the file name up to its first `_` or `-`.

    Raises:
        GoldError: a file breaks the format.
    """
    return [
        parse_inline(path.read_text(encoding="utf-8"), path.stem, re.split(r"[_-]", path.stem)[0])
        for path in sorted(folder.glob("*.txt"))
    ]


def table(result: Result) -> str:
    """Return the result as lines of text: the total, then each kind, then recall and false marks per label."""
    lines = [f"{'':24}{'recall':>8}{'prec.':>8}{'clean':>8}{'false/100':>10}{'marks/100':>10}{'docs':>6}"]
    for name, one in [("all", result.total), *sorted(result.kinds.items())]:
        if name == "":
            continue
        lines.append(
            f"{name:24}{one.recall:8.1%}{one.precision:8.1%}{one.clean_share:8.1%}"
            f"{one.false_per_100:10.2f}{one.marks_per_100:10.2f}{one.documents:6d}"
        )
    lines.append(f"{'label':24}{'recall':>8}{'gold':>8}{'missed':>8}{'false':>8}")
    total = result.total
    for label in sorted({*total.found, *total.missed, *total.false_marks}):
        count = total.found[label] + total.missed[label]
        shown = f"{total.label_recall(label):8.1%}" if count else f"{'-':>8}"
        lines.append(f"{label:24}{shown}{count:8d}{total.missed[label]:8d}{total.false_marks[label]:8d}")
    return "\n".join(lines)
