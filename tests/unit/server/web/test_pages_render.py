from __future__ import annotations

import re

import pytest
from jinja2 import UndefinedError

from server.web.pages_render import environment, static_address


def test_values_are_escaped_whatever_the_template_is_called() -> None:
    assert environment().from_string("{{ x }}").render(x="<b>&") == "&lt;b&gt;&amp;"


def test_a_forgotten_value_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        environment().from_string("{{ forgotten }}").render()


def test_a_static_address_changes_with_its_content() -> None:
    assert re.fullmatch(r"/static/icon\.svg\?v=[0-9a-f]{12}", static_address("icon.svg"))
    assert static_address("not-there.css") == "/static/not-there.css?v=0"
