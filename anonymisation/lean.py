"""Loading libraries without the parts that a run never uses.

Presidio's own recognisers and spaCy's commands are two fifths of what a start would load, and neither is ever used
here: our engine is given its recognisers, and nobody types a spaCy command.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Final

_UNUSED: Final = ("presidio_analyzer.predefined_recognizers", "spacy.cli.info")


class _StandIn(ModuleType):
    """A module that has every name, each of them a class that does nothing."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


@contextmanager
def lean_imports() -> Iterator[None]:
    """Within this, what is imported for the first time finds stand-ins for the parts that are never used.

    Behind it the parts themselves can be imported as ever: the stand-ins are only known to who imported them here.
    """
    absent = {name: _StandIn(name) for name in _UNUSED if name not in sys.modules}
    sys.modules.update(absent)
    try:
        yield
    finally:
        for name, module in absent.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]
