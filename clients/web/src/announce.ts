// What a screen reader hears: events in sentences, gathered, so that a lively room does not drown its listener.
import { DOMAIN_NL, OUTCOME_NL, type Event, type SessionView } from "./protocol.ts";
import { phasesOf } from "./rights.ts";

const GATHER_MS = 1200;
const MOST = 4;

export class Announcer {
  #waiting: string[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  readonly #say: (text: string) => void;

  constructor(say: (text: string) => void) {
    this.#say = say;
  }

  /** Says a sentence soon, together with others. */
  add(sentence: string): void {
    if (!sentence) return;
    this.#waiting.push(sentence);
    this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS);
  }

  /** Takes back what was said and what waits: words about a case that is gone must not linger where nobody looks. */
  forget(): void {
    this.#waiting = [];
    this.#say("");
  }

  #flush(): void {
    const more = this.#waiting.length - MOST;
    const said = this.#waiting.slice(-MOST).join(" ");
    this.#say(more > 0 ? `${said} En nog ${more} meer.` : said);
    this.#waiting = [];
    this.#timer = null;
  }
}

function who(view: SessionView, seat: string): string {
  const place = view.seats.find((one) => one.seat === seat);
  const here = view.present.find((one) => one.seat === seat) ?? view.marked.find((one) => one.seat === seat);
  const name = here?.name ?? place?.name ?? "Iemand";
  return place ? `${name}, ${DOMAIN_NL[place.domain]}` : name;
}

function mine(view: SessionView, seat: string): boolean {
  return view.present.some((one) => one.seat === seat && one.member === view.me);
}

/** Does this event take words away from this member? */
export function takesAway(view: SessionView, event: Event): boolean {
  const body = event.body;
  if (body.type === "recused") return body.member === view.me;
  if (body.type === "blanked") return true;
  return body.type === "case_removed" || body.type === "case_closed" || body.type === "case_postponed";
}

/** Returns the sentence for an event, or nothing where none is needed. `view` is the view after it. */
export function sentence(view: SessionView, event: Event): string {
  const body = event.body;
  switch (body.type) {
    case "member_arrived":
      return body.member === view.me ? "" : `${who(view, body.seat)} is binnengekomen.`;
    case "member_left":
      return `${who(view, body.seat)} is vertrokken.`;
    case "member_marked":
      return `${who(view, body.seat)} is aangevinkt als aanwezig.`;
    case "mark_ended":
      return `${who(view, body.seat)} is niet meer aangevinkt als aanwezig.`;
    case "chair_changed":
      return mine(view, body.seat) ? "U bent nu voorzitter." : `${who(view, body.seat)} is nu voorzitter.`;
    case "session_opened":
      return "De sessie is geopend.";
    case "case_added":
      return "Er is een casus op de agenda bijgekomen.";
    case "case_opened":
      return "Er ligt een casus op tafel.";
    case "phase_started":
      return `Fase: ${phasesOf(view)[body.index]?.title ?? ""}.`;
    case "contributed":
      if (body.blanked) return "";
      return mine(view, body.seat) ? "Uw bijdrage is verstuurd." : `${who(view, body.seat)}: ${body.text}`;
    case "blanked":
      return "Een bericht is afgeschermd.";
    case "recused":
      return body.member === view.me ? "U doet niet meer mee bij deze casus." : `${who(view, body.seat)} doet niet mee bij deze casus.`;
    case "outcome_recorded":
      return `Uitkomst vastgelegd: ${OUTCOME_NL[body.outcome]}.`;
    case "minutes_written":
      return mine(view, body.by) ? "Het verslag is vastgelegd." : "Het verslag is bijgewerkt.";
    case "bottleneck_answered":
      return "De vraag over een knelpunt is beantwoord.";
    case "case_closed":
      return "De casus is gesloten.";
    case "case_postponed":
      return "De casus is doorgeschoven.";
    case "case_removed":
      return "Een casus is van de agenda gehaald.";
    case "session_sealed":
      return "De sessie is gesloten en verzegeld.";
    case "hidden":
      return "";
  }
}
