"""Reviewing in the terminal: one decision at a time, with the keys of the review screen in the browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from rich.text import Text

from anonymisation.document import EntityType
from anonymisation.errors import InvalidDecision
from anonymisation.folding import fold, fold_with_offsets
from anonymisation.review import ReasonCode
from clients.errors import StationError
from clients.station.desk import Desk
from clients.station.preparation import Act, Place, Ruling
from clients.station.terminal import forms
from clients.station.terminal.talk import PATIENCE, Talk, harmless
from clients.station.web.state import FieldView, Item, Piece, State, state_of
from clients.station.words import REASON_NL
from server.protocol.dutch import FIELD_NL, LABEL_NL

AROUND = 50
"""Characters of the text that are shown on both sides of a place."""
SHOWN_PLACES = 20
SIGNS = {
    "certain": ("<", ">", "green"),
    "accepted": ("<", ">", "green"),
    "pseudonym": ("<", ">", "green"),
    "doubt": ("?", "?", "bold yellow"),
    "open": ("?", "?", "bold yellow"),
    "warning": ("!", "!", "bold red"),
    "rejected": ("=", "=", "cyan"),
    "kept": ("=", "=", "cyan"),
    "omitted": ("-", "-", "magenta"),
}
"""What stands around a mark, so that it is seen without colour too."""
LEGEND = "<zo> wordt of is vervangen   ?zo? twijfel   !zo! kan herkenbaar zijn   =zo= blijft staan   -zo- weggelaten"
STATE_NL = {
    "open": "nog te beslissen",
    "certain": "zeker, wordt vervangen",
    "accepted": "vervangen",
    "rejected": "blijft staan",
    "kept": "blijft staan",
    "omitted": "weggelaten",
}
KEYS = (
    ("v", "vervangen"),
    ("l", "laten staan, met een reden"),
    ("w", "weglaten"),
    ("s", "andere soort"),
    ("o", "overal in deze casus, aan of uit"),
    ("a", "alle twijfel vervangen"),
    ("m", "zelf woorden markeren: u typt ze in"),
    ("u", "terugdraaien"),
    ("n", "volgende waarover nog niet is beslist; daarna elke plek"),
    ("p", "vorige plek"),
    ("t", "de hele tekst, zoals u schreef en zoals de kring leest"),
    ("k", "klaar of stoppen; alles is bewaard"),
    ("?", "deze hulp"),
)
NEVER = "Dit soort gegeven mag nooit naar de kring. Het wordt altijd vervangen."
NOT_HERE = "Dat kan op deze plek niet. Kies een andere toets; ? geeft hulp."


def review(talk: Talk, desk: Desk, case: str) -> State:
    """Review a case until the person is done or stops; return how it then stands. Every decision is kept at once.

    Raises:
        NoSuchCase, NotNow: it is not there, or it was sent.
        EOFError: the input ended; what was decided is kept.
    """
    desk.editable(case)
    turn = _Turn(talk, desk, case)
    turn.begin()
    wrong = 0
    while wrong < PATIENCE:
        turn.show()
        key = talk.ask("Toets").lower()
        if key in {"k", "q"} or (not key and turn.state.open == 0):
            return turn.state
        act = turn.keys().get(key)
        if act is None:
            wrong += 1
            talk.warn("Deze toets is er niet. Typ één letter; ? geeft hulp.")
            continue
        wrong = 0
        _taken(talk, act)
    raise EOFError


def _taken(talk: Talk, act: Callable[[], None]) -> None:
    try:
        act()
    except InvalidDecision:
        talk.warn(NOT_HERE)
    except StationError as error:
        talk.warn(error.detail)


@dataclass(slots=True)
class _Turn:
    """Where a person is in the review. `at` is a number of `state.items`."""

    talk: Talk
    desk: Desk
    case: str
    at: int = 0
    everywhere: bool = False
    state: State = field(init=False)

    def __post_init__(self) -> None:
        """Look at the case as it is now."""
        self.look()
        self.at = next(self._open(), 0)

    def look(self) -> None:
        """Take the state anew; when all is decided the second look follows at once, and may ask for more."""
        if not self.desk.preparation(self.desk.draft(self.case)).pending:
            self.desk.second_look(self.case)
        self.state = state_of(self.desk, self.desk.draft(self.case))

    def keys(self) -> dict[str, Callable[[], None]]:
        """Return what each key does."""
        return {
            "v": self.accept,
            "l": self.leave,
            "w": self.omit,
            "s": self.relabel,
            "o": self.toggle,
            "a": self.accept_all,
            "m": self.mark,
            "u": self.undo,
            "n": self.onward,
            "p": self.back,
            "t": self.whole,
            "?": self.help,
        }

    # --- showing -----------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Show the text as the circle will read it, and what the signs mean."""
        if refused := self.desk.draft(self.case).refused:
            self.talk.warn(refused)
        self.talk.say("Zo leest de kring de casus nu", "bold")
        self._fields(lambda one: one.protected)
        self.talk.say(LEGEND)

    def show(self) -> None:
        """Show the place that is to be decided now."""
        self.talk.say()
        count = self.state.open
        heading = {0: "Alles is beslist", 1: "Nog één besluit"}.get(count, f"Nog {count} besluiten")
        self.talk.say(heading, "bold")
        item = self._item()
        if item is not None:
            self.talk.say(self._place(item))
            self.talk.say(self._around(item.field, item.start, item.end, "warning" if _warns(item) else item.state))
        keys = "k klaar   n langs alle plekken   ? hulp" if count == 0 else self._offered(item)
        self.talk.say(keys)

    def _place(self, item: Item) -> str:
        number = f"{self.at + 1} van {len(self.state.items)}, in {item.field_name}: "
        if item.kind == "warning":
            return f"{number}‘{item.words}’: {item.why} ({STATE_NL[item.state]})"
        becomes = f" en wordt ‘{item.becomes}’" if item.becomes and item.state != "rejected" else ""
        everywhere = " [overal: aan]" if self.everywhere else ""
        what = "weggelaten" if item.state == "omitted" else f"lijkt op {item.why}{becomes} ({STATE_NL[item.state]})"
        return f"{number}‘{item.words}’ {what}{everywhere}"

    def _offered(self, item: Item | None) -> str:
        if item is None or item.kind == "mark":
            return "v vervangen   l laten staan   w weglaten   s andere soort   n volgende   k stoppen   ? hulp"
        return "w weglaten   l laten staan   n volgende   k stoppen   ? hulp"

    def _around(self, name: str, start: int, end: int, kind: str) -> Text:
        text = self.desk.preparation(self.desk.draft(self.case)).material.fields[name]
        low, high = max(0, start - AROUND), min(len(text), end + AROUND)
        before, after = "…" if low else "", "…" if high < len(text) else ""
        shown = Text(f"  {before}{_flat(text[low:start])}")
        shown.append_text(_signed(_flat(text[start:end]), kind))
        return shown.append(f"{_flat(text[end:high])}{after}")

    def _fields(self, side: Callable[[FieldView], Sequence[Piece]]) -> None:
        for view in self.state.fields:
            self.talk.say(view.title, "underline")
            shown = Text("  ")
            for piece in side(view):
                shown.append_text(_signed(harmless(piece.text), piece.kind))
            self.talk.say(shown)

    def whole(self) -> None:
        """Show all of the text, as typed and as the circle will read it."""
        self.talk.say("Zo schreef u het", "bold")
        self._fields(lambda one: one.original)
        self.begin()

    def help(self) -> None:
        """Show the keys."""
        for key, name in KEYS:
            self.talk.say(f"  {key}  {name}")
        self.talk.say(LEGEND)

    # --- deciding ----------------------------------------------------------------------------------------------

    def accept(self) -> None:
        """Replace the words."""
        self._rule(Act.ACCEPT, self._mark(), "Vervangen.")

    def leave(self) -> None:
        """Let the words stand; of a mark the reason goes along to the second reader."""
        item = self._here()
        if item.kind == "warning":
            self._rule(Act.KEEP, item, "Blijft staan.")
        elif item.hard and item.state == "certain":
            raise StationError(NEVER, code="hard")
        elif (reason := forms.maybe(self.talk, "Waarom blijft dit staan?", REASON_NL)) is not None:
            self._rule(Act.REJECT, item, "Blijft staan.", reason=reason)

    def omit(self) -> None:
        """Leave the words out."""
        self._rule(Act.OMIT, self._here(), "Weggelaten.")

    def relabel(self) -> None:
        """Say what the words are instead."""
        item = self._mark()
        if (label := self._kind()) is not None:
            self._rule(Act.RELABEL, item, "Andere soort.", label=label)

    def toggle(self) -> None:
        """Decide for this place only, or for every place that says the same."""
        self.everywhere = not self.everywhere
        self.talk.say(f"Overal in deze casus: {'aan' if self.everywhere else 'uit'}.")

    def accept_all(self) -> None:
        """Replace all doubt at once."""
        self.desk.accept_all(self.case)
        self._decided(None, "Alle twijfelplekken zijn vervangen.")

    def undo(self) -> None:
        """Take the last decision back."""
        if not self.state.undoable:
            raise StationError("Er is niets om terug te draaien.", code="no_undo")
        self.desk.undo(self.case)
        self._decided(None, "Teruggedraaid.")

    def mark(self) -> None:
        """Mark words that were not found, by typing them."""
        typed = self.talk.ask("Welke woorden? Typ ze zoals ze er staan (Enter: toch niet)")
        if not typed:
            return
        places = list(self._found(typed))
        if not places:
            raise StationError("Deze woorden staan niet in de casus.", code="not_there")
        here = places[0]
        if len(places) > 1 and not self.everywhere:
            chosen = self._which(places)
            if chosen is None:
                return
            here = chosen
        if (label := self._kind()) is not None:
            ruling = Ruling(Act.ADD, here.field, here.start, here.end, label, everywhere=self.everywhere)
            self.desk.decide(self.case, ruling)
            self._decided(None, "Gemarkeerd.")

    def onward(self) -> None:
        """Go to the next place that is open or, when all is decided, to the next place."""
        count = len(self.state.items)
        if count:
            self.at = next(self._open(self.at), (self.at + 1) % count if not self.state.open else self.at)

    def back(self) -> None:
        """Go to the place before this one."""
        if self.state.items:
            self.at = (self.at - 1) % len(self.state.items)

    # --- inside ------------------------------------------------------------------------------------------------

    def _rule(
        self, act: Act, item: Item, done: str, *, label: EntityType | None = None, reason: ReasonCode | None = None
    ) -> None:
        # As in the browser: what is left out or kept for a warning is so at its own place only.
        everywhere = self.everywhere and act not in {Act.OMIT, Act.KEEP}
        ruling = Ruling(act, item.field, item.start, item.end, label, reason, everywhere, item.warning)
        self.desk.decide(self.case, ruling)
        self._decided(item, done)

    def _decided(self, item: Item | None, done: str) -> None:
        place = self.at
        self.look()
        items = self.state.items
        if item is not None:
            same = (index for index, one in enumerate(items) if (one.field, one.start) == (item.field, item.start))
            place = next(same, max(0, place - 1))
        place = min(place, max(0, len(items) - 1))
        self.at = next(self._open(place if item is not None else -1), place)
        left = "Alles is beslist." if self.state.open == 0 else f"Nog {self.state.open}."
        self.talk.say(f"{done} {left}")

    def _open(self, after: int = -1) -> Iterator[int]:
        """Yield the places that are open, from the one after this, around."""
        count = len(self.state.items)
        for step in range(1, count + 1):
            place = (after + step) % count
            if self.state.items[place].state == "open":
                yield place

    def _item(self) -> Item | None:
        return self.state.items[self.at] if self.at < len(self.state.items) else None

    def _here(self) -> Item:
        item = self._item()
        if item is None:
            raise StationError("Er is geen plek om over te beslissen. Met m markeert u zelf woorden.", code="no_item")
        return item

    def _mark(self) -> Item:
        item = self._here()
        if item.kind != "mark":
            raise StationError("Dit is een waarschuwing. Kies w om het weg te laten of l om het te laten staan.")
        return item

    def _kind(self) -> EntityType | None:
        return forms.maybe(self.talk, "Wat is het?", {EntityType(one): name for one, name in LABEL_NL.items()})

    def _found(self, typed: str) -> Iterator[Place]:
        wanted = fold(typed)
        for name, value in self.desk.preparation(self.desk.draft(self.case)).material.fields.items():
            folded, offsets = fold_with_offsets(value)
            at = folded.find(wanted) if wanted else -1
            while at >= 0:
                yield Place(name, offsets[at], offsets[at + len(wanted)])
                at = folded.find(wanted, at + len(wanted))

    def _which(self, places: Sequence[Place]) -> Place | None:
        self.talk.say(f"Dit staat er {len(places)} keer. Met o markeert u het overal tegelijk.")
        options = {
            one: f"{FIELD_NL[one.field]}: {self._around(one.field, one.start, one.end, 'open').plain.strip()}"
            for one in places[:SHOWN_PLACES]
        }
        return forms.maybe(self.talk, "Welke?", options)


def _warns(item: Item) -> bool:
    return item.kind == "warning" and item.state == "open"


def _flat(text: str) -> str:
    return harmless(text).replace("\n", " ").replace("\t", " ")


def _signed(text: str, kind: str) -> Text:
    before, after, style = SIGNS.get(kind, ("", "", ""))
    return Text(f"{before}{text}{after}", style=style)
