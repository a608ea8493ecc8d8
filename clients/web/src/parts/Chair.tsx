// What only the chair can do: open and close, go on, postpone, seal.
import type { Discussion } from "../protocol.ts";
import { isChair, phasesOf, whyNoQuorum } from "../rights.ts";
import { useRoom, useSending } from "../room.ts";
import { Action, Confirm, Refusal } from "./bits.tsx";

export function Chair() {
  const { view } = useRoom();
  if (!isChair(view) || view.stage === "sealed") return null;
  return (
    <section class="ck-panel ck-chair" aria-labelledby="voorzitter">
      <h2 class="nl-heading nl-heading--level-3" id="voorzitter">
        Voorzitter
      </h2>
      {view.stage === "planned" && <Opening />}
      {view.stage === "open" && <Between />}
      {view.discussion && <During table={view.discussion} />}
    </section>
  );
}

function Opening() {
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

function Between() {
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
  const { view } = useRoom();
  const next = useSending();
  const close = useSending();
  const following = phasesOf(view)[table.phase + 1];
  const missing = !table.outcome ? "Leg eerst de uitkomst vast." : !table.bottleneck ? "Beantwoord eerst de vraag over een knelpunt." : "";
  // A chair who recognises the person can still let the session go on, with the next case.
  if (table.hidden) return <Postpone id={table.case} />;
  return (
    <>
      <div class="ck-actions">
        {following && (
          <Action kind="primary" busy={next.busy} onClick={() => void next.send({ type: "next_phase" })}>
            Volgende fase: {following.title}
          </Action>
        )}
        <Action kind={following ? "secondary" : "primary"} busy={close.busy} reason={missing} onClick={() => void close.send({ type: "close_case" })}>
          Sluit de casus
        </Action>
        <Postpone id={table.case} />
      </div>
      <Refusal trouble={next.trouble ?? close.trouble} />
    </>
  );
}

function Postpone({ id }: { readonly id: string }) {
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
