"""The OpenAPI document has the shape that 3.1 asks for, and lists every route with what it takes, gives and refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.routing import Route

from server.web.api import ENDPOINTS
from server.web.openapi import REFUSALS, document
from server.web.routing import PREFIX

METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    """The document as a reader gets it."""
    read_back: dict[str, Any] = json.loads(json.dumps(document()))
    return read_back


def _operations(whole: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in whole["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def _references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def test_the_top_has_the_fields_of_3_1(whole: dict[str, Any]) -> None:
    assert re.fullmatch(r"3\.1\.\d+", whole["openapi"])
    assert {"title", "version"} <= set(whole["info"])
    assert set(whole) <= {"openapi", "info", "paths", "components", "security", "servers", "tags", "externalDocs"}
    assert whole["components"]["securitySchemes"]["login"] == {"type": "http", "scheme": "bearer"}


def test_every_route_is_listed_and_nothing_else(whole: dict[str, Any]) -> None:
    listed = {(method, path) for path, method, _operation in _operations(whole)}
    assert listed == {(one.method.lower(), PREFIX + one.path) for one in ENDPOINTS}
    for one in ENDPOINTS:
        route = one.route()
        assert isinstance(route, Route)
        assert one.method in (route.methods or ())


def test_every_operation_is_complete(whole: dict[str, Any]) -> None:
    names = []
    for path, method, operation in _operations(whole):
        assert method in METHODS
        names.append(operation["operationId"])
        assert operation["summary"]
        assert operation["description"].endswith(".") or operation["description"].endswith("?")
        in_path = set(re.findall(r"{(\w+)}", path))
        assert {one["name"] for one in operation["parameters"] if one["in"] == "path"} == in_path
        assert all(one["required"] or one["in"] == "query" for one in operation["parameters"])
        assert all(one["in"] in ("path", "query") for one in operation["parameters"])
        good = [code for code in operation["responses"] if code.startswith("2")]
        assert len(good) == 1
        assert set(REFUSALS) <= set(operation["responses"])
        assert all(one["description"] for one in operation["responses"].values())
    assert len(set(names)) == len(names)


def test_what_a_query_must_have_is_told(whole: dict[str, Any]) -> None:
    asked = {
        (path, one["name"]): (one["required"], one["schema"])
        for path, _method, operation in _operations(whole)
        for one in operation["parameters"]
        if one["in"] == "query"
    }
    number = {"type": "integer", "minimum": 1}
    consistency, entries = PREFIX + "/audit/consistency", PREFIX + "/audit/entries"
    succession = PREFIX + "/audit/succession"
    options = {name: {"type": "string"} for name in ("case", "member", "from", "to")} | {"before": {"type": "integer"}}
    assert asked == {(path, name): (True, number) for path in (consistency, succession) for name in ("from", "to")} | {
        (succession, "origin"): (True, {"type": "string", "maxLength": 256})
    } | {(entries, name): (False, kind) for name, kind in options.items()}


def test_what_is_open_is_open_on_purpose(whole: dict[str, Any]) -> None:
    open_ones = {path for path, _method, operation in _operations(whole) if operation.get("security") == []}
    audit = ("/audit/checkpoint", "/audit/consistency", "/audit/succession")
    assert open_ones == {PREFIX + one for one in ("/login", *audit, "/health", "/health/live")}
    assert whole["security"] == [{"login": []}]


def test_every_reference_leads_somewhere(whole: dict[str, Any]) -> None:
    found = set(_references(whole))
    assert found
    for reference in found:
        assert reference.startswith("#/components/schemas/")
        assert reference.rpartition("/")[2] in whole["components"]["schemas"]


def test_requests_take_no_unknown_fields_and_bound_their_texts(whole: dict[str, Any]) -> None:
    schemas = whole["components"]["schemas"]
    for one in ENDPOINTS:
        if one.takes is None:
            continue
        schema = schemas[one.takes.__name__]
        assert schema["additionalProperties"] is False, one.takes
        for name, field in schema["properties"].items():
            if field.get("type") == "string" and "format" not in field and "enum" not in field:
                assert "maxLength" in field or "pattern" in field, (one.takes, name)
