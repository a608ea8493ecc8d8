"""Writes the TypeScript of what travels, from the structs and vocabularies in `server.protocol`, to standard output.

`npm run types` stores it as `src/protocol.ts`, `npm run check` fails when the two differ.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from enum import Enum
from typing import Any, get_args

import msgspec
from msgspec import inspect

from server.protocol import dutch, http, live, presets, view, words

HEAD = """\
// Written by generate_types.py from server/protocol. Change it there, then run `npm run types`.
"""

ENUMS: tuple[type[Enum], ...] = (
    words.Domain,
    words.SeatFunction,
    words.OutcomeKind,
    words.BottleneckCode,
    words.BottleneckAnswer,
    words.OverruleReason,
    words.IdentifierKind,
    words.Trigger,
    words.RequestType,
    words.CaseState,
    words.BasisKind,
    words.ConsentHow,
    words.ConsentScope,
    words.OtherGround,
    presets.Speakers,
    view.Stage,
    view.AgendaState,
)

ANSWERS: tuple[type[msgspec.Struct], ...] = (
    http.CaseAnswer,
    http.CaseForm,
    http.BasisForm,
    http.RejectedMark,
    http.BottleneckAnswerView,
    http.Problem,
    http.Place,
)

UNIONS: dict[str, object] = {
    "AnyCommand": live.AnyCommand,
    "FromClient": live.FromClient,
    "AnyBody": live.AnyBody,
    "ToClient": live.ToClient,
}

DUTCH: dict[str, dict[Any, str]] = {
    "DOMAIN_NL": words.DOMAIN_NL,
    "FUNCTION_NL": words.FUNCTION_NL,
    "OUTCOME_NL": words.OUTCOME_NL,
    "BOTTLENECK_NL": words.BOTTLENECK_NL,
    "OVERRULE_NL": words.OVERRULE_NL,
    "IDENTIFIER_NL": dutch.IDENTIFIER_NL,
    "TRIGGER_NL": words.TRIGGER_NL,
    "SPEAKERS_NL": presets.SPEAKERS_NL,
    "STAGE_NL": view.STAGE_NL,
}


PLAIN: dict[type[inspect.Type], str] = {
    inspect.StrType: "string",
    inspect.DateType: "string",
    inspect.DateTimeType: "string",
    inspect.IntType: "number",
    inspect.FloatType: "number",
    inspect.BoolType: "boolean",
    inspect.NoneType: "null",
}


def structs() -> list[type[msgspec.Struct]]:
    """Return every struct of the live session that has a name of its own, in the order of its module, then answers."""
    bases = {live.ClientMessage, live.Command, live.TableCommand, live.Body, live.ServerMessage}
    found = [
        one
        for one in vars(live).values()
        if isinstance(one, type) and issubclass(one, msgspec.Struct) and one is not msgspec.Struct and one not in bases
    ]
    return [*found, *ANSWERS]


def written(kind: inspect.Type) -> str:
    """Return the TypeScript of a field's type.

    Raises:
        TypeError: the field has a type that no message had before; teach it here.
    """
    if type(kind) in PLAIN:
        return PLAIN[type(kind)]
    match kind:
        case inspect.EnumType() | inspect.StructType():
            return kind.cls.__name__
        case inspect.VarTupleType() | inspect.ListType():
            return f"readonly {_grouped(written(kind.item_type))}[]"
        case inspect.UnionType():
            return _union(kind)
        case _:
            raise TypeError(f"no TypeScript for {type(kind).__name__}")


def _union(kind: inspect.UnionType) -> str:
    members = [written(one) for one in kind.types]
    names = {one.cls.__name__ for one in kind.types if isinstance(one, inspect.StructType)}
    if names == {one.__name__ for one in get_args(live.AnyBody)}:
        return "AnyBody"
    return " | ".join(members)


def _grouped(text: str) -> str:
    return f"({text})" if " " in text else text


def interface(struct: type[msgspec.Struct]) -> str:
    """Return the declaration of one struct. What a client sends may leave out fields that have a default."""
    info = inspect.type_info(struct)
    if not isinstance(info, inspect.StructType):
        raise TypeError("a struct is expected")
    lines = [f"  readonly {info.tag_field}: {json.dumps(info.tag)};"] if info.tag_field else []
    sent = issubclass(struct, live.ClientMessage)
    for one in info.fields:
        optional = "?" if sent and not one.required else ""
        lines.append(f"  readonly {one.encode_name}{optional}: {written(one.type)};")
    return f"export interface {struct.__name__} {{\n" + "\n".join(lines) + "\n}\n"


def limits() -> dict[str, int]:
    """Return the longest length, in code points, of every text that a client may send."""
    found = {}
    for struct in structs():
        info = inspect.type_info(struct)
        if issubclass(struct, live.Command) and isinstance(info, inspect.StructType):
            for one in info.fields:
                if isinstance(one.type, inspect.StrType) and one.type.max_length and one.name not in ("key", "hold"):
                    found[f"{struct.__name__}.{one.name}"] = one.type.max_length
    return found


def parts() -> Iterator[str]:
    """Yield the parts of the file in order."""
    yield HEAD
    yield f"export const SUBPROTOCOL = {json.dumps(live.SUBPROTOCOL)};\n"
    for enum in ENUMS:
        values = " | ".join(json.dumps(one.value) for one in enum)
        yield f"export type {enum.__name__} = {values};\n"
    for struct in structs():
        yield interface(struct)
    for name, union in UNIONS.items():
        yield f"export type {name} =\n  | " + "\n  | ".join(one.__name__ for one in get_args(union)) + ";\n"
    for name, table in DUTCH.items():
        key = type(next(iter(table))).__name__
        said = _json({word.value: text for word, text in table.items()})
        yield f"export const {name}: Readonly<Record<{key}, string>> = {said};\n"
    yield "export const CLOSE = " + _json({k: v for k, v in vars(live.Close).items() if k.isupper()}) + " as const;\n"
    yield f"export const CLOSE_NL: Readonly<Record<number, string>> = {_json(live.CLOSE_NL)};\n"
    yield f"export const LIMITS = {_json(limits())} as const;\n"
    yield (
        "export interface Phase {\n  readonly code: string;\n  readonly title: string;\n  readonly minutes: number;\n"
        "  readonly speakers: Speakers;\n  readonly outcome: boolean;\n  readonly bottleneck: boolean;\n}\n"
    )
    table_of_phases = {code: msgspec.to_builtins(one.phases) for code, one in presets.PRESETS.items()}
    yield f"export const PHASES: Readonly<Record<string, readonly Phase[]>> = {_json(table_of_phases)};\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def main() -> None:
    """Write the file to standard output."""
    sys.stdout.write("\n".join(parts()))


if __name__ == "__main__":
    main()
