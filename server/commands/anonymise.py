"""`casuskring anonymise`: files or standard input, plain or one JSON object a line."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from anonymisation.analyser import Analyser
from anonymisation.batch import MAX_LINE_BYTES, run_jsonl, run_plain
from anonymisation.errors import AnonymisationError, InvalidKnown
from anonymisation.known import Known

MAX_TEXT_BYTES = 4_400_000
MODEL_SETTING = "CASUSKRING_SPACY_MODEL"


def run(files: list[str], *, known: Path | None, jsonl: bool, use_model: bool) -> int:
    """Do it and return the exit status: 0 all went well, 1 a line or file was bad, 2 nothing could be done."""
    try:
        analyser = Analyser.load(model=os.environ.get(MODEL_SETTING) or None, use_model=use_model)
        identifiers = read_known(known) if known else None
    except AnonymisationError as error:
        print(f"casuskring: {error}", file=sys.stderr)
        return 2
    if any(name != "-" and Path(name).is_dir() for name in files):
        print("casuskring: voor een map hoort er --out bij, met de map voor de uitkomst", file=sys.stderr)
        return 2
    bad = 0
    for name in files:
        try:
            with _opened(name) as stream:
                if jsonl:
                    bad += run_jsonl(_lines(stream), sys.stdout, analyser)
                else:
                    _plain(stream, analyser, identifiers)
        except OSError as error:
            print(f"casuskring: een bestand kan niet worden gelezen ({type(error).__name__})", file=sys.stderr)
            bad += 1
        except AnonymisationError as error:
            print(f"casuskring: {error.code}: {error}", file=sys.stderr)
            bad += 1
        except UnicodeDecodeError:
            print("casuskring: de tekst is geen UTF-8; sla hem opnieuw op als UTF-8", file=sys.stderr)
            bad += 1
    sys.stdout.flush()
    return 1 if bad else 0


def _plain(stream: BinaryIO, analyser: Analyser, known: Known | None) -> None:
    text = stream.read(MAX_TEXT_BYTES + 1).decode()
    protected, summary = run_plain(text, analyser, known)
    sys.stdout.write(protected)
    sys.stdout.flush()
    print(summary, file=sys.stderr)


def _opened(name: str) -> BinaryIO:
    return open(sys.stdin.fileno(), "rb", closefd=False) if name == "-" else open(name, "rb")


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    # A line without an end must not fill the memory: what is over the limit is cut and refused as one bad line.
    while line := stream.readline(MAX_LINE_BYTES + 1):
        yield line
        while len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
            line = stream.readline(MAX_LINE_BYTES + 1)


def read_known(path: Path) -> Known:
    """Return what a file says is known of the person.

    Raises:
        InvalidKnown: it cannot be read, is no JSON, or has another form.
    """
    try:
        return Known.from_mapping(json.loads(path.read_text()))
    except (OSError, ValueError):
        raise InvalidKnown("the file with known identifiers cannot be read as JSON") from None
