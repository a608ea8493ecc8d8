// The case on the table, fetched when it is opened, and gone from this page when it is closed or left.
import { useEffect, useState } from "preact/hooks";
import { TRIGGER_NL, type CaseAnswer, type CaseForm, type Discussion, type Problem } from "../protocol.ts";
import { useRoom, useSending } from "../room.ts";
import { Action, Alert, Confirm, DomainName, Refusal, Told } from "./bits.tsx";
import { VisibleCase } from "./Visible.tsx";

type Loaded = { readonly answer: CaseAnswer } | { readonly problem: string } | null;

async function load(id: string, signal: AbortSignal): Promise<Loaded> {
  try {
    const response = await fetch(`/api/v1/cases/${encodeURIComponent(id)}`, { signal });
    if (response.ok) return { answer: (await response.json()) as CaseAnswer };
    return { problem: ((await response.json()) as Problem).detail };
  } catch {
    return { problem: "De tekst van de casus kon niet worden opgehaald." };
  }
}

export function CaseText({ table }: { readonly table: Discussion }) {
  const { setup } = useRoom();
  const [loaded, setLoaded] = useState<Loaded>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    setLoaded(null);
    const abort = new AbortController();
    void load(table.case, abort.signal).then((one) => {
      if (!abort.signal.aborted) setLoaded(one);
    });
    return () => abort.abort();
  }, [table.case, attempt]);
  return (
    <section class="ck-panel ck-livecase" aria-labelledby="casus">
      <div class="ck-panel__head">
        <h2 class="nl-heading nl-heading--level-3" id="casus">
          De casus
        </h2>
        <span class="nl-data-badge ck-badge ck-badge--safe">gepseudonimiseerd</span>
      </div>
      {loaded === null && <p class="ck-hint">De tekst wordt opgehaald…</p>}
      {loaded && "problem" in loaded && (
        <Alert kind="error" urgent>
          <p class="nl-paragraph">{loaded.problem}</p>
          <Action onClick={() => setAttempt(attempt + 1)}>Probeer opnieuw</Action>
        </Alert>
      )}
      {loaded && "answer" in loaded && <Form answer={loaded.answer} names={setup.fields} />}
      <Recuse />
      <VisibleCase id={table.case} />
    </section>
  );
}

function Form({ answer, names }: { readonly answer: CaseAnswer; readonly names: Readonly<Record<string, string>> }) {
  const form = answer.form;
  const typed = Object.entries(names)
    .map(([name, label]) => ({ name, label, value: form[name as keyof CaseForm] }))
    .filter((one): one is { name: string; label: string; value: string } => typeof one.value === "string" && one.value !== "");
  return (
    <div class="ck-livecase__form" tabindex={0} role="region" aria-label="Tekst van de casus">
      <p class="ck-hint">
        Ingebracht door <DomainName domain={answer.domain} />: {TRIGGER_NL[form.trigger]}
      </p>
      {typed.map(({ name, label, value }) => (
        <div key={name} class={name === "question" ? "ck-field ck-field--question" : name === "text" ? "ck-field ck-field--long" : "ck-field"}>
          <h3 class="ck-field__label">{label}</h3>
          <p class="ck-field__value">
            <Told text={value} />
          </p>
        </div>
      ))}
    </div>
  );
}

function Recuse() {
  const sending = useSending();
  return (
    <div class="ck-recuse">
      <Confirm
        label="Ik herken deze persoon"
        title="Herkent u deze persoon?"
        yes="Ja, ik herken deze persoon"
        kind="subtle"
        busy={sending.busy}
        onYes={() => void sending.send({ type: "recuse" })}
      >
        <p class="nl-paragraph">
          U doet dan niet meer mee bij deze casus. De tekst en de bijdragen verdwijnen meteen van uw scherm en u krijgt ze niet meer
          terug. De anderen zien dat u niet meedoet. Zeg niet om wie het gaat.
        </p>
        <p class="nl-paragraph">Bij de volgende casus kunt u weer meedoen.</p>
      </Confirm>
      <Refusal trouble={sending.trouble} />
    </div>
  );
}
