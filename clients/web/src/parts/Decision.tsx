// The outcome: chair or note-taker records it, everyone reads it.
import { useState } from "preact/hooks";
import { DOMAIN_NL, LIMITS, OUTCOME_NL, type Discussion, type Domain, type OutcomeKind } from "../protocol.ts";
import { isScribe, phaseOf, whyNoQuorum } from "../rights.ts";
import { useRoom, useSending } from "../room.ts";
import { Action, DomainName, Field, Refusal, Told } from "./bits.tsx";
import { Bottleneck } from "./Bottleneck.tsx";
import { optionsOf, Quick } from "./Quick.tsx";
import { TypingHint } from "./TypingHint.tsx";

export function Decision({ table }: { readonly table: Discussion }) {
  const { view } = useRoom();
  const phase = phaseOf(view);
  if (!phase?.outcome && !table.outcome) return null;
  return (
    <>
      <section class="ck-panel" aria-labelledby="uitkomst">
        <h2 class="nl-heading nl-heading--level-3" id="uitkomst">
          Uitkomst
        </h2>
        {table.outcome ? <Recorded table={table} /> : !isScribe(view) && <p class="ck-hint">De voorzitter of de notulist legt de uitkomst vast.</p>}
        {phase?.outcome && isScribe(view) && <Recording key={table.case} table={table} />}
      </section>
      {(phase?.bottleneck || table.bottleneck) && <Bottleneck table={table} />}
    </>
  );
}

function Recorded({ table }: { readonly table: Discussion }) {
  const outcome = table.outcome;
  if (!outcome) return null;
  return (
    <div class="ck-recorded">
      <p class="ck-recorded__kind ck-capital">{OUTCOME_NL[outcome.outcome]}</p>
      <p class="ck-told">
        <Told text={outcome.text} />
      </p>
      <p class="ck-hint">
        Aan zet: <DomainName domain={outcome.owner} />
        {outcome.due && `, uiterlijk ${new Date(outcome.due).toLocaleDateString("nl-NL", { dateStyle: "long" })}`}
      </p>
      {outcome.dissent && (
        <p class="ck-told">
          <strong>Andere mening:</strong> <Told text={outcome.dissent} />
        </p>
      )}
    </div>
  );
}

/** The form while nothing is recorded, or while someone changes it; what another recorded closes an untouched form. */
function Recording({ table }: { readonly table: Discussion }) {
  const [isOpen, setOpen] = useState(false);
  if (table.outcome && !isOpen) return <Action onClick={() => setOpen(true)}>Uitkomst veranderen</Action>;
  return <OutcomeForm table={table} onTouched={() => setOpen(true)} onDone={() => setOpen(false)} />;
}

interface FormProps {
  readonly table: Discussion;
  readonly onTouched: () => void;
  readonly onDone: () => void;
}

function OutcomeForm({ table, onTouched, onDone }: FormProps) {
  const { view } = useRoom();
  const sending = useSending();
  const before = table.outcome;
  const [outcome, setOutcome] = useState<OutcomeKind>(before?.outcome ?? "advice");
  const [text, setText] = useState(before?.text ?? "");
  const [owner, setOwner] = useState<Domain | "">(before?.owner ?? "");
  const [due, setDue] = useState(before?.due ?? "");
  const [dissent, setDissent] = useState(before?.dissent ?? "");
  const missing = !text.trim() ? "Schrijf eerst wat de kring adviseert." : !owner ? "Kies welk domein aan zet is." : "";

  // A key chooses without an input event, and what is chosen is work that must not close by itself either.
  const pick =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      onTouched();
      set(value);
    };
  const record = async () => {
    if (!owner) return;
    const wish = { type: "record_outcome", outcome, text: text.trim(), owner, due: due || null, dissent: dissent.trim() } as const;
    if ((await sending.send(wish)).type === "answer") onDone();
  };
  return (
    <div class="ck-formgrid" onInput={onTouched}>
      <Quick label="Soort uitkomst" options={optionsOf<OutcomeKind>(OUTCOME_NL)} value={outcome} onChange={pick(setOutcome)} />
      <Field label="Wat adviseert de kring?" hint="Gebruik de pseudoniemen uit de casus.">
        {(id, hint) => (
          <textarea
            id={id}
            class="utrecht-textarea utrecht-textarea--html-textarea"
            aria-describedby={hint}
            rows={4}
            maxLength={LIMITS["RecordOutcome.text"]}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        )}
      </Field>
      <div class="ck-formgrid__pair">
        <Quick label="Welk domein is aan zet?" options={optionsOf<Domain>(DOMAIN_NL)} value={owner} onChange={pick(setOwner)} />
        <Field label="Uiterlijk (mag leeg)">
          {(id) => (
            <input id={id} type="date" class="utrecht-textbox utrecht-textbox--html-input" value={due} onInput={(event) => setDue(event.currentTarget.value)} />
          )}
        </Field>
      </div>
      <Field label="Denkt iemand er anders over? (mag leeg)">
        {(id) => (
          <textarea
            id={id}
            class="utrecht-textarea utrecht-textarea--html-textarea"
            rows={2}
            maxLength={LIMITS["RecordOutcome.dissent"]}
            value={dissent}
            onInput={(event) => setDissent(event.currentTarget.value)}
          />
        )}
      </Field>
      <TypingHint texts={[text, dissent]} />
      <Refusal trouble={sending.trouble} texts={{ text: text.trim(), dissent: dissent.trim() }} />
      <Action kind="primary" busy={sending.busy} reason={whyNoQuorum(view) || missing} onClick={() => void record()}>
        Leg de uitkomst vast
      </Action>
    </div>
  );
}
