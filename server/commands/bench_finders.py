"""Runs one finder of identifiers over texts in a process of its own: what it found, how fast, in how much memory.

Called as a script, also by another interpreter in which a peer is installed: so it imports nothing of ours by itself.
Texts come in as JSON on standard input, `[{"id","text"}]`; the answer goes out as JSON on standard output.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import resource
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

Find = Callable[[str], list[tuple[int, int, str, bool]]]
"""Gives the marks of a text: start, end, label, and whether it is accepted without asking (a peer's always are)."""

WARM = "Mevrouw De Wit belde op 12 mei 2025 over haar afspraak in Utrecht."
LENGTHS = (1_000, 10_000, 100_000, 1_000_000)
DUTCH_MODELS = ("nl_core_news_lg", "nl_core_news_md", "nl_core_news_sm")


def ours(*, use_model: bool) -> tuple[Find, str]:
    """Return our analyser, with or without its trained model."""
    analyser = importlib.import_module("anonymisation.analyser").Analyser.load(use_model=use_model)
    return lambda text: [(one.start, one.end, str(one.label), one.certain) for one in analyser.find(text)], ""


def deduce() -> tuple[Find, str]:
    """Return Deduce as it comes."""
    finder = importlib.import_module("deduce").Deduce()

    def find(text: str) -> list[tuple[int, int, str, bool]]:
        marks = finder.deidentify(text).annotations
        return [(int(one.start_char), int(one.end_char), one.tag, True) for one in marks]

    return find, importlib.metadata.version("deduce")


def presidio() -> tuple[Find, str]:
    """Return Presidio as it comes: its own recognisers that work for Dutch, and a Dutch spaCy model if there is one."""
    # Its e-mail recogniser would fetch a list of top-level domains: the one that came with it will do.
    domains: Any = importlib.import_module("tldextract")
    domains.extract = domains.TLDExtract(suffix_list_urls=())
    spacy: Any = importlib.import_module("spacy")
    analyzer: Any = importlib.import_module("presidio_analyzer")
    engines: Any = importlib.import_module("presidio_analyzer.nlp_engine")
    name = next((one for one in DUTCH_MODELS if find_spec(one)), "")
    engine = engines.SpacyNlpEngine(models=[{"lang_code": "nl", "model_name": name}])
    engine.nlp = {"nl": spacy.load(name) if name else spacy.blank("nl")}
    registry = analyzer.RecognizerRegistry(supported_languages=["nl"])
    registry.load_predefined_recognizers(languages=["nl"], nlp_engine=engine)
    finder = analyzer.AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["nl"])

    def find(text: str) -> list[tuple[int, int, str, bool]]:
        return [(one.start, one.end, one.entity_type, True) for one in finder.analyze(text, language="nl")]

    version = importlib.metadata.version("presidio-analyzer")
    return find, f"{version}, {name or 'zonder Nederlands spaCy-model'}"


FINDERS: dict[str, Callable[[], tuple[Find, str]]] = {
    "casuskring": lambda: ours(use_model=True),
    "rules": lambda: ours(use_model=False),
    "deduce": deduce,
    "presidio": presidio,
}


def _long(find: Find, texts: list[dict[str, str]]) -> list[tuple[int, float]]:
    """Return the processor time in seconds for texts of growing length, made of the documents end to end."""
    every = "\n\n".join(one["text"] for one in texts)
    whole = every * (1 + 1_000_000 // len(every))
    found: list[tuple[int, float]] = []
    for length in LENGTHS:
        spent = time.process_time()
        find(whole[:length])
        found.append((length, time.process_time() - spent))
    return found


def main(name: str) -> None:
    """Read texts, find, and write the answer."""
    texts = json.load(sys.stdin)
    began = time.perf_counter()
    find, about = FINDERS[name]()
    find(WARM)
    loaded = time.perf_counter()
    spent = time.process_time()
    marks = {one["id"]: find(one["text"]) for one in texts}
    spent = time.process_time() - spent
    answer = {
        "load_seconds": loaded - began,
        "seconds": spent,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "about": about,
        "marks": marks,
        "long": _long(find, texts) if name == "casuskring" else [],
    }
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    # Our other commands lie beside this script and must not pass for modules of the same name.
    sys.path.pop(0)
    main(sys.argv[1])
