// Who may do what now, so that the page offers what can succeed. The service decides.
import { PHASES, SPEAKERS_NL, type Phase, type SessionView } from "./protocol.ts";
import { chairing, mySeat, quorum, taken } from "./view.ts";

/** Does this member lead the session now? */
export function isChair(view: SessionView): boolean {
  const seat = mySeat(view);
  return seat !== undefined && seat.seat === chairing(view);
}

/** May this member take the lead: because nobody at the table has it, or because it is theirs? */
export function maySucceed(view: SessionView): boolean {
  const seat = mySeat(view);
  if (!seat || isChair(view) || view.discussion?.hidden) return false;
  return seat.function === "chair" || !taken(view).has(chairing(view));
}

/** Chair and note-taker record what was decided. */
export function isScribe(view: SessionView): boolean {
  return isChair(view) || mySeat(view)?.function === "note_taker";
}

/** A note-taker has a desk: everything that a case needs, in one column and in the order of the work. */
export function hasDesk(view: SessionView): boolean {
  return mySeat(view)?.function === "note_taker" && view.stage !== "sealed";
}

export function phasesOf(view: SessionView): readonly Phase[] {
  return PHASES[view.preset] ?? [];
}

export function phaseOf(view: SessionView): Phase | undefined {
  return view.discussion ? phasesOf(view)[view.discussion.phase] : undefined;
}

/** Says why this member may not contribute now; nothing when they may. */
export function whyNotSpeak(view: SessionView): string {
  const phase = phaseOf(view);
  const seat = mySeat(view);
  if (!phase || !seat) return "Er ligt nu geen casus op tafel.";
  if (seat.function === "note_taker" || phase.speakers === "all") return "";
  const submits = view.discussion?.submitter === view.me;
  const turn = {
    others: !submits,
    chair: isChair(view),
    submitter: submits || isChair(view),
  }[phase.speakers];
  return turn ? "" : `In deze fase is ${SPEAKERS_NL[phase.speakers]} aan het woord.`;
}

/** Says why something that needs the three domains cannot happen now; nothing when it can. */
export function whyNoQuorum(view: SessionView): string {
  return quorum(view) ? "" : "Dit kan als alle drie de domeinen aanwezig zijn.";
}
