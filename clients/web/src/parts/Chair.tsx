// What only the chair can do: open and close, go on, postpone, seal, and let another lead.
import { useId, useState } from "preact/hooks";
import type { Discussion } from "../protocol.ts";
import { hasDesk, isChair, maySucceed, phasesOf, whyNoQuorum } from "../rights.ts";
import { useRoom, useSending } from "../room.ts";
import { mySeat, taken } from "../view.ts";
import { Action, Confirm, Refusal } from "./bits.tsx";

export function Chair() {
  const { view } = useRoom();
  // A note-taker has all of this in the order of their work.
  if (!isChair(view) || hasDesk(view) || view.stage === "sealed") return null;
  return (
    <section class="ck-panel ck-chair" aria-labelledby="voorzitter">
      <h2 class="nl-heading nl-heading--level-3" id="voorzitter">
        Voorzitter
      </h2>
      {view.stage === "planned" && <Opening />}
      {view.stage === "open" && <Between />}
      {view.discussion && <During table={view.discussion} />}
      <HandOver />
    </section>
  );
}

/** For everyone else, when nobody at the table leads: a session never waits for one person. */
export function Successor() {
  const { view } = useRoom();
  const sending = useSending();
  if (!maySucceed(view) || view.stage === "sealed") return null;
  const own = mySeat(view)?.function === "chair";
  return (
    <>
      {!own && <p class="ck-hint">De voorzitter is er niet. Iemand van de tafel kan het overnemen.</p>}
      <Action busy={sending.busy} onClick={() => void sending.send({ type: "take_chair" })}>
        {own ? "Zit zelf weer voor" : "Neem het voorzitten over"}
      </Action>
      <Refusal trouble={sending.trouble} />
    </>
  );
}

export function HandOver() {
  const { view } = useRoom();
  const sending = useSending();
  const id = useId();
  const seats = taken(view);
  const others = view.present.filter((one) => one.member !== view.me && seats.has(one.seat));
  const [seat, setSeat] = useState("");
  const chosen = others.find((one) => one.seat === seat) ?? others[0];
  if (!chosen) return null;
  return (
    <details class="ck-details">
      <summary>Laat een ander voorzitten</summary>
      <label class="utrecht-form-label" for={id}>
        Wie zit verder voor?
      </label>
      <select
        id={id}
        class="utrecht-select utrecht-select--html-select"
        value={chosen.seat}
        onChange={(event) => setSeat(event.currentTarget.value)}
      >
        {others.map((one) => (
          <option key={one.seat} value={one.seat}>
            {one.name}
          </option>
        ))}
      </select>
      <Action busy={sending.busy} onClick={() => void sending.send({ type: "give_chair", seat: chosen.seat })}>
        Draag over
      </Action>
      <Refusal trouble={sending.trouble} />
    </details>
  );
}

export function Opening() {
  const { view } = useRoom();
  const sending = useSending();
  return (
    <>
      <Action kind="primary" busy={sending.busy} reason={whyNoQuorum(view)} onClick={() => void sending.send({ type: "open_session" })}>
        Open de sessie
      </Action>
      <Refusal trouble={sending.trouble} />
    </>
  );
}

export function Between() {
  const { view } = useRoom();
  const sending = useSending();
  const waiting = view.agenda.some((line) => line.state === "waiting");
  return (
    <>
      <Confirm
        label="Sluit en verzegel de sessie"
        title="Sessie sluiten en verzegelen?"
        yes="Ja, sluit en verzegel"
        busy={sending.busy}
        reason={waiting ? "Bespreek eerst de casussen op de agenda, of schuif ze door." : ""}
        onYes={() => void sending.send({ type: "seal_session" })}
      >
        <p class="nl-paragraph">Daarna kan niemand nog iets toevoegen of veranderen, u ook niet.</p>
      </Confirm>
      <Refusal trouble={sending.trouble} />
    </>
  );
}

function During({ table }: { readonly table: Discussion }) {
  // A chair who recognises the person can still let the session go on, with the next case.
  if (table.hidden) return <Postpone id={table.case} />;
  return (
    <>
      <Onward table={table} />
      <Closing table={table} />
    </>
  );
}

/** To the next phase, while there is one. */
export function Onward({ table }: { readonly table: Discussion }) {
  const { view } = useRoom();
  const next = useSending();
  const following = phasesOf(view)[table.phase + 1];
  if (!following) return null;
  return (
    <>
      <Action kind="primary" busy={next.busy} onClick={() => void next.send({ type: "next_phase" })}>
        Volgende fase: {following.title}
      </Action>
      <Refusal trouble={next.trouble} />
    </>
  );
}

/** Ways in which a case leaves the table. */
export function Closing({ table }: { readonly table: Discussion }) {
  const { view } = useRoom();
  const close = useSending();
  const last = phasesOf(view)[table.phase + 1] === undefined;
  const missing = !table.outcome ? "Leg eerst de uitkomst vast." : !table.bottleneck ? "Beantwoord eerst de vraag over een knelpunt." : "";
  return (
    <>
      <div class="ck-actions">
        <Action kind={last ? "primary" : "secondary"} busy={close.busy} reason={missing} onClick={() => void close.send({ type: "close_case" })}>
          Sluit de casus
        </Action>
        <Postpone id={table.case} />
      </div>
      <Refusal trouble={close.trouble} />
    </>
  );
}

export function Postpone({ id }: { readonly id: string }) {
  const sending = useSending();
  return (
    <>
      <Confirm
        label="Schuif de casus door"
        title="Casus doorschuiven?"
        yes="Ja, schuif door"
        kind="subtle"
        busy={sending.busy}
        onYes={() => void sending.send({ type: "postpone_case", case: id })}
      >
        <p class="nl-paragraph">De casus gaat van tafel en komt op de agenda van een volgende sessie.</p>
      </Confirm>
      <Refusal trouble={sending.trouble} />
    </>
  );
}
