"""The pages of `docs/protocol/`, written from the tables that the service itself runs on.

`python -m server.protocol.describe` writes them anew; a test compares them with what is there.
"""

from __future__ import annotations

from pathlib import Path

from server.protocol import asyncapi, live
from server.protocol.live import CLOSE_NL, Close
from server.protocol.presets import PRESETS, SPEAKERS_NL, Preset
from server.protocol.rules import REFUSAL_NL, TRANSITIONS, Right, Transition
from server.protocol.view import STAGE_NL, Stage

FOLDER = Path("docs/protocol")
COMMAND = "python -m server.protocol.describe"
NOTE = f"<!-- Written by `{COMMAND}` from server/protocol; change the tables there, not this page. -->"

RIGHTS = {
    Right.CHAIR: "the chair",
    Right.SCRIBE: "the chair or the note-taker",
    Right.SPEAKER: "whoever may speak in this phase, and the note-taker",
    Right.MEMBER: "every member at the table",
    Right.SUCCESSOR: "every member at the table while nobody leads it, and always whose seat has that function",
}

AFTERWARDS = {
    Close.SIGNED_OUT: "ends: sign in again",
    Close.NO_AGREEMENT: "ends: the organisation has no agreement in force",
    Close.NOT_FOUND: "ends: the session is not there, or not for this member (any more)",
    Close.PROTOCOL: "gives up what it had not been answered, and comes back; without such a command it ends",
    Close.TOO_LARGE: "gives up what it had not been answered, and comes back; without such a command it ends",
    Close.SEAT_TAKEN: "ends: somebody else sits in this seat",
    Close.SLOW: "comes back by number",
    Close.TOO_MANY: "comes back by number",
    Close.ERROR: "comes back by number",
    Close.GOING_AWAY: "comes back by number",
}
"""What a client does after each close code."""

CAUSES = {
    Close.SIGNED_OUT: "the login is missing, has expired or has ended",
    Close.NO_AGREEMENT: "a member with a seat whose organisation has no agreement in force, or no longer",
    Close.NOT_FOUND: "no such session, or no seat in its circle (any more)",
    Close.PROTOCOL: "the first message is not `join`, a second `join`, a binary frame, or a frame that is no message; "
    "also when no `join` came within 10 seconds",
    Close.TOO_LARGE: f"a frame of more than {live.MAX_FRAME_BYTES // 1024} KiB",
    Close.SEAT_TAKEN: "the seat is taken by its holder or by another deputy",
    Close.SLOW: "more than 1 MiB waits for this member, or one frame did not leave within 20 seconds",
    Close.TOO_MANY: "more than 120 frames at once or 40 a second, or more connections than one member may have",
    Close.ERROR: "the service could not go on with this connection",
    Close.GOING_AWAY: "the service stops",
}

_CODES = "tests/unit/clients/test_close_codes.py"

SHOWN_BY = {
    Close.SIGNED_OUT: (_CODES, "test_a_login_that_ends_takes_its_connections_along"),
    Close.NO_AGREEMENT: (
        "tests/usecases/test_agreements_gate.py",
        "test_a_seat_ends_while_the_session_runs_when_the_agreement_does",
    ),
    Close.NOT_FOUND: (_CODES, "test_who_may_not_come_in_gets_a_code_that_says_no_more_than_that"),
    Close.PROTOCOL: (_CODES, "test_misbehaviour_ends_the_connection_with_its_code_and_no_other"),
    Close.TOO_LARGE: (_CODES, "test_misbehaviour_ends_the_connection_with_its_code_and_no_other"),
    Close.SEAT_TAKEN: (_CODES, "test_who_may_not_come_in_gets_a_code_that_says_no_more_than_that"),
    Close.SLOW: (_CODES, "test_a_slow_reader_is_closed_and_recovers_by_number_and_nobody_else_waits"),
    Close.TOO_MANY: (_CODES, "test_the_oldest_of_too_many_connections_ends"),
    Close.ERROR: (_CODES, "test_a_room_that_breaks_or_stops_says_so_and_members_come_back"),
    Close.GOING_AWAY: (_CODES, "test_a_room_that_breaks_or_stops_says_so_and_members_come_back"),
}
"""Which test makes the service close with each code: its file and its name."""


def pages() -> dict[str, str]:
    """Return every page by its file name."""
    return {
        "transitions.md": transitions(),
        "close-codes.md": close_codes(),
        "refusals.md": refusals(),
        "asyncapi.json": asyncapi.document(),
    }


def transitions() -> str:
    """Return the page about the rule book: a state diagram, the table, and the presets."""
    lines = [
        "# What is possible when",
        NOTE,
        "",
        "A command that is not in the table is refused as `not_now`, and in a sealed session as `sealed`.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        f"    [*] --> {Stage.PLANNED.value}",
        *(f"    {stage.value}: {STAGE_NL[stage]}" for stage in Stage),
        *(_arrow(stage, command, rule) for (stage, command), rule in TRANSITIONS.items()),
        f"    {Stage.DISCUSSING.value} --> {Stage.OPEN.value}: the case is withdrawn or erased",
        f"    {Stage.SEALED.value} --> [*]",
        "```",
        "",
        "| stage | command | who | quorum | leads to |",
        "|---|---|---|---|---|",
        *(_row(stage, command, rule) for (stage, command), rule in TRANSITIONS.items()),
        "",
        "*Quorum*: a taken seat of each of the three domains; who left the case on the table does not count. A member",
        "who left it can do nothing in that case, except where the table says *also after leaving the case*. Reporting",
        "a case that is not on the table leaves the stage as it is. At the table of a sealed session sit those who sat",
        "there when it was sealed.",
    ]
    for preset in PRESETS.values():
        lines += ["", *_preset(preset)]
    return "\n".join(lines) + "\n"


def _arrow(stage: Stage, command: type[live.AnyCommand], rule: Transition) -> str:
    quorum = " [quorum]" if rule.needs_quorum else ""
    return f"    {stage.value} --> {rule.to.value}: {_name(command)}{quorum}"


def _row(stage: Stage, command: type[live.AnyCommand], rule: Transition) -> str:
    who = RIGHTS[rule.right]
    who += ", also after leaving the case" if rule.after_recusal else ""
    who += ", unless they left the case that it is about" if rule.own_case else ""
    quorum = "yes" if rule.needs_quorum else ""
    return f"| {stage.value} | `{_name(command)}` | {who} | {quorum} | {rule.to.value} |"


def _name(command: type[live.AnyCommand]) -> str:
    return str(command.__struct_config__.tag)


def _preset(preset: Preset) -> list[str]:
    rows = [
        f"| {phase.title} | {phase.minutes} | {SPEAKERS_NL[phase.speakers]} | {'yes' if phase.outcome else ''} "
        f"| {'yes' if phase.bottleneck else ''} |"
        for phase in preset.phases
    ]
    return [
        f"## Preset `{preset.code}`: {preset.title}",
        "",
        "| phase | minutes | who speaks | outcome | bottleneck |",
        "|---|---|---|---|---|",
        *rows,
    ]


def close_codes() -> str:
    """Return the page about the close codes of the socket."""
    rows = [
        f"| {code} | {CAUSES[code]} | {AFTERWARDS[code]} | {sentence} | `{SHOWN_BY[code][1]}` |"
        for code, sentence in sorted(CLOSE_NL.items())
    ]
    files = sorted({file for file, _name in SHOWN_BY.values()})
    return "\n".join(
        [
            "# Why a connection ends",
            NOTE,
            "",
            f"A handshake from another origin, or without subprotocol `{live.SUBPROTOCOL}`, gets HTTP 403 and no code.",
            "",
            "| code | why | then the client | what a person reads | the test that shows it |",
            "|---|---|---|---|---|",
            *rows,
            "",
            f"The tests are in {' and '.join(f'`{file}`' for file in files)}.",
            "",
        ]
    )


def refusals() -> str:
    """Return the page about refused commands."""
    return "\n".join(
        [
            "# Why a command is refused",
            NOTE,
            "",
            "A refused command has changed nothing. The code is stable; the sentence is what a person reads.",
            "",
            "| code | sentence |",
            "|---|---|",
            *(f"| `{code}` | {sentence} |" for code, sentence in sorted(REFUSAL_NL.items())),
            "",
        ]
    )


def write(folder: Path) -> None:
    """Write the pages in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(FOLDER)
