"""The OpenAPI 3.1 document, written from the same table that serves the routes."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from server.protocol.http import Problem
from server.web.api import ENDPOINTS
from server.web.routing import PREFIX, Endpoint, json_response

REFUSALS = {
    "400": "De aanvraag heeft niet de afgesproken vorm",
    "401": "Niet (meer) aangemeld",
    "403": "Dit mag niet",
    "404": "Niet gevonden, of niet voor dit lid",
    "409": "Dit kan nu niet (meer)",
    "413": "Te groot",
    "422": "Er staan nog herkenbare gegevens in",
    "503": "De dienst kan dit nu niet aan",
}


def document() -> dict[str, Any]:
    """Return the whole document."""
    kinds = [one.takes for one in ENDPOINTS if one.takes] + [one.gives for one in ENDPOINTS if one.gives] + [Problem]
    schemas, components = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    schema_of = {str(kind): schema for kind, schema in zip(kinds, schemas, strict=True)}
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in ENDPOINTS:
        paths.setdefault(PREFIX + endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, schema_of)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Casuskring",
            "version": "1",
            "description": "Gepseudonimiseerde casussen voor domeinoverstijgend overleg. "
            "De live sessie loopt over `/ws/v1/sessions/{session}`, subprotocol `casuskring.v1`.",
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"login": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"login": []}],
    }


def _operation(endpoint: Endpoint, schema_of: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "description": (endpoint.handler.__doc__ or "").strip(),
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in re.findall(r"{(\w+)}", endpoint.path)
        ]
        + [
            {"name": name, "in": "query", "required": True, "schema": {"type": "integer", "minimum": 1}}
            for name in endpoint.numbers
        ]
        + [
            {"name": name, "in": "query", "required": False, "schema": {"type": kind}}
            for name, kind in endpoint.options
        ]
        + [
            {"name": name, "in": "query", "required": True, "schema": {"type": "string", "maxLength": 256}}
            for name in endpoint.texts
        ],
        "responses": _responses(endpoint, schema_of),
    }
    if endpoint.takes is not None:
        content = {"application/json": {"schema": schema_of[str(endpoint.takes)]}}
        operation["requestBody"] = {"required": True, "content": content}
    if not endpoint.login:
        operation["security"] = []
    return operation


def _responses(endpoint: Endpoint, schema_of: dict[str, Any]) -> dict[str, Any]:
    if endpoint.gives is None:
        good: dict[str, Any] = {"204": {"description": "Gelukt"}}
    else:
        content = {"application/json": {"schema": schema_of[str(endpoint.gives)]}}
        good = {str(endpoint.status): {"description": "Gelukt", "content": content}}
    problem = {"application/problem+json": {"schema": schema_of[str(Problem)]}}
    return good | {code: {"description": text, "content": problem} for code, text in REFUSALS.items()}


async def serve(_request: Request) -> Response:
    """Serve the document."""
    return json_response(document())
