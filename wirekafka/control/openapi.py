"""The OpenAPI 3.1 document of the control port, made from the route table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

import wirekafka
from wirekafka.control.routes import QUERY_METHODS, Answer, Content, Route

_REF = "#/components/schemas/{name}"


class Problem(Answer):
    """Why a request was refused: what is wrong, the part of the request, what to do."""

    error: str
    field: str | None
    hint: str | None


def document(routes: Sequence[Route], *, needs_token: bool) -> dict[str, Any]:
    """The whole document, to be encoded as JSON."""
    types: list[Any] = [Problem]
    for route in routes:
        if route.body is not None:
            types.append(route.body)
        if route.answer is not Content:
            types.append(route.answer)
    schemas, components = msgspec.json.schema_components(types, ref_template=_REF)
    schema_of = dict(zip(map(id, types), schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        operation = _operation(route, schema_of, components)
        paths.setdefault(route.path, {})[route.method.lower()] = operation
    made: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "wirekafka control port", "version": wirekafka.__version__},
        "paths": paths,
        "components": {"schemas": components},
    }
    if needs_token:
        made["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        made["security"] = [{"token": []}]
    return made


def _operation(
    route: Route, schema_of: dict[int, dict[str, Any]], components: dict[str, Any]
) -> dict[str, Any]:
    noun = route.handle.__module__.rpartition(".")[2]
    operation: dict[str, Any] = {
        "summary": route.summary,
        "operationId": f"{noun}_{route.handle.__name__}",
        "tags": [noun],
        "responses": {
            "200": {"description": "Done.", "content": _answer(route, schema_of)},
            "default": {
                "description": "Refused, and why.",
                "content": {"application/json": {"schema": schema_of[id(Problem)]}},
            },
        },
    }
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", route.path)
    ]
    if route.body is not None and route.method in QUERY_METHODS:
        schema = components[route.body.__name__]
        required = schema.get("required", ())
        parameters += [
            {"name": name, "in": "query", "required": name in required, "schema": of_field}
            for name, of_field in schema["properties"].items()
        ]
    elif route.body is not None:
        content = {"application/json": {"schema": schema_of[id(route.body)]}}
        is_required = bool(components[route.body.__name__].get("required"))
        operation["requestBody"] = {"required": is_required, "content": content}
    if parameters:
        operation["parameters"] = parameters
    return operation


def _answer(route: Route, schema_of: dict[int, dict[str, Any]]) -> dict[str, Any]:
    if route.answer is Content:
        return {"*/*": {}}
    return {"application/json": {"schema": schema_of[id(route.answer)]}}
