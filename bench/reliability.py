"""Draws how often a mark of a given score is right: `python bench/reliability.py OUT.svg [SET]`, per label.

On the diagonal a score is a probability. A mark is right when at least half of its letters and digits lie in an
identifier of any label. The set is `dev` unless told otherwise; the area of a point grows with the number of marks.
"""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from anonymisation.analyser import Analyser
from bench.anonymise_score import Gold, read_inline

EDGES = (0.03, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.97, 1.01)
ENOUGH = 40
"""Marks; a label with fewer is counted under the total alone."""
SIDE, GAP, ACROSS = 170, 34, 4

Point = tuple[float, float, int]


def observed(gold: list[Gold]) -> dict[str, list[tuple[float, bool]]]:
    """Return per label (and for all of them) the score of each judged mark, and whether it is right."""
    analyser = Analyser.load()
    seen: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for one in gold:
        inside = bytearray(len(one.text))
        for start, end, _ in one.spans:
            inside[start:end] = b"\x01" * (end - start)
        for span in analyser.find(one.text):
            if span.score >= 1.0:
                continue
            told = [inside[k] for k in range(span.start, span.end) if one.text[k].isalnum()]
            right = 2 * sum(told) >= len(told) > 0
            for label in ("all", span.label.value):
                seen[label].append((span.score, right))
    return seen


def points(pairs: list[tuple[float, bool]]) -> list[Point]:
    """Return (mean score, share that is right, number) per bin of scores that holds any."""
    found: list[Point] = []
    for low, high in pairwise(EDGES):
        here = [(score, right) for score, right in pairs if low <= score < high]
        if here:
            found.append((sum(s for s, _ in here) / len(here), sum(r for _, r in here) / len(here), len(here)))
    return found


def panel(title: str, told: list[Point], x: int, y: int) -> str:
    """Return one plot as SVG."""
    dots = "".join(
        f'<circle cx="{x + SIDE * p:.1f}" cy="{y + SIDE * (1 - share):.1f}" r="{1.5 + 0.9 * math.log(n + 1):.1f}"/>'
        for p, share, n in told
    )
    return (
        f'<text x="{x}" y="{y - 8}">{title} ({sum(n for _, _, n in told)})</text>'
        f'<rect x="{x}" y="{y}" width="{SIDE}" height="{SIDE}" class="frame"/>'
        f'<line x1="{x}" y1="{y + SIDE}" x2="{x + SIDE}" y2="{y}" class="even"/>{dots}'
    )


def main(out: Path, name: str) -> None:
    """Measure, print the bins, write the drawing."""
    seen = observed(read_inline(Path(__file__).parent / "data" / name))
    labels = ["all", *sorted(label for label, pairs in seen.items() if label != "all" and len(pairs) >= ENOUGH)]
    parts: list[str] = []
    for n, label in enumerate(labels):
        told = points(seen[label])
        parts.append(panel(label, told, GAP + n % ACROSS * (SIDE + GAP), GAP + n // ACROSS * (SIDE + GAP + 10)))
        print(f"{label:20}", "  ".join(f"{p:.2f}→{share:.2f} ({count})" for p, share, count in told))
    width = GAP + ACROSS * (SIDE + GAP)
    height = GAP + (len(labels) + ACROSS - 1) // ACROSS * (SIDE + GAP + 10)
    style = (
        "text{font:12px sans-serif;fill:#222}.frame{fill:none;stroke:#999}"
        ".even{stroke:#999;stroke-dasharray:4}circle{fill:#0b5d8a;fill-opacity:.75}"
    )
    out.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f"<title>Share of marks that are right, by score and label</title><style>{style}</style>"
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}</svg>\n',
        encoding="utf-8",
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "dev")
