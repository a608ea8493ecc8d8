// What one member sees of a session, as a fold over events. It mirrors server/protocol/view.py; a test plays random
// sessions through both and compares them.
import type { AgendaState, AgendaView, Discussion, Domain, Event, Marked, SeatView, SessionView } from "./protocol.ts";

/** An event does not follow the one before: something was lost or repeated, so the client must join again. */
export class GapError extends Error {}

type Body<T extends Event["body"]["type"]> = Extract<Event["body"], { type: T }>;

/** Returns the view after one event; throws GapError when it is not number `view.seq + 1`. */
export function apply(before: SessionView, event: Event): SessionView {
  if (event.seq !== before.seq + 1) throw new GapError("an event is missing or repeated");
  const view = { ...before, seq: event.seq };
  const body = event.body;
  switch (body.type) {
    case "member_arrived":
    case "member_left":
      return presence(view, body);
    case "member_marked": {
      const { type: _type, ...mark } = body;
      return { ...view, marked: bySeat([...withoutMark(view, body.seat), mark]) };
    }
    case "mark_ended":
      return { ...view, marked: withoutMark(view, body.seat) };
    case "chair_changed":
      return { ...view, chair: body.seat };
    case "session_opened":
      return { ...view, stage: "open" };
    case "session_sealed":
      return { ...view, stage: "sealed", digest: body.digest, marked: [] };
    case "case_added":
      return { ...view, agenda: [...view.agenda.filter((one) => one.case !== body.case), added(body)] };
    case "case_opened":
      return mark({ ...view, stage: "discussing", discussion: opened(view, body) }, body.case, "open");
    case "case_closed":
      return mark(offTheTable(view, body.case), body.case, "done");
    case "case_postponed":
      return mark(offTheTable(view, body.case), body.case, "postponed");
    case "case_removed":
      return mark(offTheTable(view, body.case), body.case, "removed");
    case "hidden":
      return view;
    default:
      return view.discussion === null ? view : discussed(view, view.discussion, event);
  }
}

function presence(view: SessionView, body: Body<"member_arrived"> | Body<"member_left">): SessionView {
  const others = view.present.filter((one) => one.seat !== body.seat);
  if (body.type === "member_left") return { ...view, present: others };
  const here = { seat: body.seat, member: body.member, name: body.name, deputy: body.deputy };
  // Who comes in themselves is not marked any more.
  const marked = view.marked.filter((one) => one.seat !== body.seat && one.member !== body.member);
  return { ...view, present: bySeat([...others, here]), marked };
}

function withoutMark(view: SessionView, seat: string): Marked[] {
  return view.marked.filter((one) => one.seat !== seat);
}

function bySeat<T extends { readonly seat: string }>(list: T[]): T[] {
  return list.sort((one, other) => (one.seat < other.seat ? -1 : 1));
}

function added(body: Body<"case_added">): AgendaView {
  return { case: body.case, question: body.question, submitter: body.submitter, state: "waiting" };
}

function opened(view: SessionView, body: Body<"case_opened">): Discussion {
  return {
    case: body.case,
    submitter: view.agenda.find((line) => line.case === body.case)?.submitter ?? null,
    phase: -1,
    ends_at: null,
    contributions: [],
    outcome: null,
    bottleneck: null,
    recused: body.recused,
    minutes: null,
    hidden: view.me !== null && body.recused.includes(view.me),
  };
}

function offTheTable(view: SessionView, id: string): SessionView {
  if (view.discussion?.case !== id) return view;
  return { ...view, discussion: null, stage: "open" };
}

function mark(view: SessionView, id: string, state: AgendaState): SessionView {
  // A withdrawn case keeps its line, so that everyone sees what happened, but none of its words.
  const agenda = view.agenda.map((line) =>
    line.case === id ? { ...line, state, question: state === "removed" ? "" : line.question } : line,
  );
  return { ...view, agenda };
}

function discussed(view: SessionView, table: Discussion, event: Event): SessionView {
  const body = event.body;
  switch (body.type) {
    case "phase_started":
      return { ...view, discussion: { ...table, phase: body.index, ends_at: body.ends_at } };
    case "recused":
      return recused(view, { ...table, recused: [...table.recused, body.member] }, body.member);
    case "contributed": {
      const { seat, text, protected: shielded, blanked } = body;
      const said = { seq: event.seq, at: event.at, seat, text, protected: shielded, blanked };
      return { ...view, discussion: { ...table, contributions: [...table.contributions, said] } };
    }
    case "blanked": {
      const empty = { text: "", protected: false, blanked: true };
      if (table.minutes?.seq === body.message) {
        return { ...view, discussion: { ...table, minutes: { ...table.minutes, text: "", blanked: true } } };
      }
      const contributions = table.contributions.map((said) => (said.seq === body.message ? { ...said, ...empty } : said));
      return { ...view, discussion: { ...table, contributions } };
    }
    case "outcome_recorded":
      return { ...view, discussion: { ...table, outcome: body } };
    case "minutes_written": {
      const minutes = { seq: event.seq, at: event.at, by: body.by, text: body.text, blanked: body.blanked };
      return { ...view, discussion: { ...table, minutes } };
    }
    case "bottleneck_answered":
      return { ...view, discussion: { ...table, bottleneck: body } };
    default:
      return view;
  }
}

function recused(view: SessionView, table: Discussion, member: string): SessionView {
  if (member !== view.me) return { ...view, discussion: table };
  const agenda = view.agenda.map((line) => (line.case === table.case ? { ...line, question: "" } : line));
  const empty = { ...table, hidden: true, contributions: [], outcome: null, bottleneck: null, minutes: null };
  return { ...view, agenda, discussion: empty };
}

/** The seats that are taken, leaving out members who left the case on the table. */
export function taken(view: SessionView): ReadonlySet<string> {
  const away = view.discussion?.recused ?? [];
  return new Set(view.present.filter((one) => !away.includes(one.member)).map((one) => one.seat));
}

/** The domains of the taken seats, and of the seats that are marked present. */
export function domainsPresent(view: SessionView): ReadonlySet<Domain> {
  const away = view.discussion?.recused ?? [];
  const marked = view.marked.filter((one) => !away.includes(one.member)).map((one) => one.seat);
  const seats = new Set([...taken(view), ...marked]);
  return new Set(view.seats.filter((seat) => seats.has(seat.seat)).map((seat) => seat.domain));
}

/** The seat that leads the session: as it was taken or given, otherwise the one with that function. */
export function chairing(view: SessionView): string {
  return view.chair || (view.seats.find((seat) => seat.function === "chair")?.seat ?? "");
}

/** Are all three domains present? */
export function quorum(view: SessionView): boolean {
  return domainsPresent(view).size === 3;
}

/** The seat in which this member sits now. */
export function mySeat(view: SessionView): SeatView | undefined {
  const here = view.present.find((one) => one.member === view.me);
  return view.seats.find((seat) => seat.seat === here?.seat);
}
