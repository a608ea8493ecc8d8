// The minutes of the case on the table: chair or note-taker writes them, everyone reads the latest version.
import { useState } from "preact/hooks";
import { LIMITS, type Discussion } from "../protocol.ts";
import { isScribe } from "../rights.ts";
import { useRoom, useSending } from "../room.ts";
import { Action, Alert, Field, Refusal, time, Told } from "./bits.tsx";
import { TypingHint } from "./TypingHint.tsx";
import { VisibleMessage } from "./Visible.tsx";

export function Minutes({ table }: { readonly table: Discussion }) {
  const { view } = useRoom();
  const latest = table.minutes;
  const [asked, setAsked] = useState<number | null>(null);
  if (!latest && !isScribe(view)) return null;
  return (
    <section class="ck-panel" aria-labelledby="verslag">
      <h2 class="nl-heading nl-heading--level-3" id="verslag">
        Verslag
      </h2>
      {latest && (
        <p class="ck-hint">
          Versie {latest.seq}, {time(latest.at)}, door {view.seats.find((seat) => seat.seat === latest.by)?.name ?? "iemand"}
        </p>
      )}
      {latest && !latest.blanked && !isScribe(view) && (
        <p class="ck-told ck-minutes">
          <Told text={latest.text} />
        </p>
      )}
      {latest?.blanked && <p class="ck-told ck-quiet">Afgeschermd: in deze versie stond iets herkenbaars.</p>}
      {latest && !latest.blanked && (
        <button type="button" class="ck-said__report" aria-label={`Herkenbaar? Verslag, versie ${latest.seq}`} onClick={() => setAsked(latest.seq)}>
          Herkenbaar?
        </button>
      )}
      {latest && asked === latest.seq && <VisibleMessage said={latest} onClose={() => setAsked(null)} />}
      {isScribe(view) && <Writing key={table.case} table={table} />}
    </section>
  );
}

function Writing({ table }: { readonly table: Discussion }) {
  const sending = useSending();
  const latest = table.minutes;
  // What is typed builds on the version that stood there when typing began, and stays until it is stored.
  const [draft, setDraft] = useState<{ readonly text: string; readonly base: number } | null>(null);
  const text = draft?.text ?? latest?.text ?? "";
  const changed = draft !== null && draft.base !== (latest?.seq ?? 0);
  const record = async () => {
    if (draft === null) return;
    const reply = await sending.send({ type: "write_minutes", text: draft.text.trim(), base: draft.base });
    if (reply.type === "answer") setDraft(null);
  };
  const reason = draft === null ? "Er is nog niets veranderd." : !draft.text.trim() ? "Schrijf eerst een verslag." : changed ? "Vergelijk eerst met de nieuwe versie." : "";
  return (
    <div class="ck-formgrid">
      {changed && latest && (
        <Alert kind="warning" urgent>
          <p class="nl-paragraph">Iemand anders heeft het verslag intussen veranderd. Dit staat er nu:</p>
          <p class="ck-told ck-minutes">
            <Told text={latest.text} />
          </p>
          <Action onClick={() => setDraft({ text, base: latest.seq })}>Ik heb het vergeleken, ga door met mijn tekst</Action>
          <Action kind="subtle" onClick={() => setDraft(null)}>
            Neem de nieuwe versie over
          </Action>
        </Alert>
      )}
      <Field label="Verslag van deze casus" hint="Gebruik de pseudoniemen uit de casus.">
        {(id, hint) => (
          <textarea
            id={id}
            class="utrecht-textarea utrecht-textarea--html-textarea"
            aria-describedby={hint}
            rows={5}
            maxLength={LIMITS["WriteMinutes.text"]}
            value={text}
            readOnly={sending.busy}
            onInput={(event) => setDraft({ text: event.currentTarget.value, base: draft?.base ?? latest?.seq ?? 0 })}
          />
        )}
      </Field>
      <TypingHint texts={[text]} />
      <Refusal trouble={changed ? null : sending.trouble} texts={{ text: text.trim() }} />
      <Action busy={sending.busy} reason={reason} onClick={() => void record()}>
        Leg het verslag vast
      </Action>
    </div>
  );
}
