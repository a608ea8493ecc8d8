"""The page of the settings says what the settings are: a setting without documentation, or the reverse, fails here."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from server.errors import SettingsError
from server.settings import PREFIX, Settings, read

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def _rows() -> dict[str, tuple[str, str]]:
    """Return the table of the page: variable → (default, help)."""
    rows = re.findall(r"^\| `(CASUSKRING_\w+)` \| (.*?) \| (.*) \|$", PAGE.read_text(), flags=re.MULTILINE)
    return {name: (default, text) for name, default, text in rows}


def test_every_setting_is_on_the_page_with_its_default_and_help() -> None:
    wanted = {
        PREFIX + one.name.upper(): (f"`{one.default}`" if one.default != "" else "empty", one.metadata["help"])
        for one in fields(Settings)
    }
    assert _rows() == wanted


def test_the_defaults_are_settings_that_work() -> None:
    assert read({}) == Settings()


def test_each_variable_is_read_and_an_unknown_one_is_refused() -> None:
    read_back = read({name: default.strip("`") for name, (default, _help) in _rows().items() if default != "empty"})
    assert read_back == Settings()
    with pytest.raises(SettingsError) as raised:
        read({PREFIX + "NOPE": "1"})
    assert raised.value.code == "settings"
    assert raised.value.message == "CASUSKRING_NOPE is not a setting of Casuskring; see docs/settings.md"
    assert read({"OTHER": "1", PREFIX + "VECTORS": "x"}) == Settings()
