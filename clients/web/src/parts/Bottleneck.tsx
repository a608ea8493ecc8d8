// The closing question of every case: is there a structural bottleneck?
import { useEffect, useState } from "preact/hooks";
import { BOTTLENECK_NL, LIMITS, type BottleneckAnswer, type BottleneckAnswerView, type BottleneckCode, type Discussion } from "../protocol.ts";
import { isScribe, phaseOf } from "../rights.ts";
import { useRoom, useSending } from "../room.ts";
import { Action, Field, Refusal } from "./bits.tsx";
import { optionsOf, Quick } from "./Quick.tsx";

const CHOICES: readonly (readonly [BottleneckAnswer, string])[] = [
  ["no", "Nee"],
  ["new", "Ja, een nieuw knelpunt"],
  ["existing", "Ja, een knelpunt uit het register"],
];

const CODES = optionsOf<BottleneckCode>(BOTTLENECK_NL).map(([code, text]) => [code, `${code} ${text}`] as const);

export function Bottleneck({ table }: { readonly table: Discussion }) {
  const { view } = useRoom();
  const answered = table.bottleneck;
  const asks = phaseOf(view)?.bottleneck === true && isScribe(view);
  return (
    <section class="ck-panel" aria-labelledby="knelpunt">
      <h2 class="nl-heading nl-heading--level-3" id="knelpunt">
        Is er een structureel knelpunt?
      </h2>
      {answered && (
        <p class="ck-recorded">
          {answered.answer === "no" && "Nee, geen structureel knelpunt."}
          {answered.answer === "existing" && "Ja, een knelpunt dat al in het register staat."}
          {answered.answer === "new" && `Ja, nieuw: ${answered.title}${answered.code ? ` (${BOTTLENECK_NL[answered.code]})` : ""}.`}
        </p>
      )}
      {!answered && !asks && <p class="ck-hint">De voorzitter of de notulist legt het antwoord vast.</p>}
      {asks && <Answering key={table.case} answered={answered !== null} />}
    </section>
  );
}

function Answering({ answered }: { readonly answered: boolean }) {
  const [isOpen, setOpen] = useState(false);
  if (answered && !isOpen) return <Action onClick={() => setOpen(true)}>Antwoord veranderen</Action>;
  return <BottleneckForm onTouched={() => setOpen(true)} onDone={() => setOpen(false)} />;
}

interface FormProps {
  readonly onTouched: () => void;
  readonly onDone: () => void;
}

function BottleneckForm({ onTouched, onDone }: FormProps) {
  const sending = useSending();
  const [answer, setAnswer] = useState<BottleneckAnswer | "">("");
  const [code, setCode] = useState<BottleneckCode | "">("");
  const [title, setTitle] = useState("");
  const [existing, setExisting] = useState("");
  const reason = whyNot(answer, code, title, existing);
  const pick =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      onTouched();
      set(value);
    };
  const record = async () => {
    if (!answer) return;
    const fresh = answer === "new";
    const reply = await sending.send({
      type: "answer_bottleneck",
      answer,
      code: fresh && code ? code : null,
      title: fresh ? title.trim() : "",
      bottleneck: answer === "existing" ? existing : null,
    });
    if (reply.type === "answer") onDone();
  };
  return (
    <div class="ck-formgrid" onInput={onTouched}>
      <Quick quiet label="Is er een structureel knelpunt?" options={CHOICES} value={answer} onChange={pick(setAnswer)} />
      {answer === "new" && (
        <>
          <Quick label="Soort" options={CODES} value={code} onChange={pick(setCode)} />
          <Field label="Titel" hint="Kort, zonder iets over de betrokkene. Iedereen in de regio kan dit lezen.">
            {(id, hint) => (
              <input
                id={id}
                type="text"
                class="utrecht-textbox utrecht-textbox--html-input"
                aria-describedby={hint}
                maxLength={LIMITS["AnswerBottleneck.title"]}
                value={title}
                onInput={(event) => setTitle(event.currentTarget.value)}
              />
            )}
          </Field>
        </>
      )}
      {answer === "existing" && <Register value={existing} onChange={setExisting} />}
      <Refusal trouble={sending.trouble} texts={{ title: title.trim() }} />
      <Action kind="primary" busy={sending.busy} reason={reason} onClick={() => void record()}>
        Leg het antwoord vast
      </Action>
    </div>
  );
}

function whyNot(answer: BottleneckAnswer | "", code: string, title: string, existing: string): string {
  if (!answer) return "Kies eerst een antwoord.";
  if (answer === "new" && (!code || !title.trim())) return "Kies een soort en geef een titel.";
  if (answer === "existing" && !existing) return "Kies welk knelpunt.";
  return "";
}

function Register({ value, onChange }: { readonly value: string; readonly onChange: (id: string) => void }) {
  const [found, setFound] = useState<readonly BottleneckAnswerView[] | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const abort = new AbortController();
    fetch("/api/v1/bottlenecks", { signal: abort.signal })
      .then((response) => (response.ok ? response.json() : Promise.reject(new Error("refused"))))
      .then((list: readonly BottleneckAnswerView[]) => setFound(list))
      .catch(() => setFailed(!abort.signal.aborted));
    return () => abort.abort();
  }, []);
  if (failed) return <p class="ck-hint">Het register kon niet worden opgehaald. Kies opnieuw om het nog eens te proberen.</p>;
  if (found === null) return <p class="ck-hint">Het register wordt opgehaald…</p>;
  if (found.length === 0) return <p class="ck-hint">Het register is nog leeg. Kies “een nieuw knelpunt”.</p>;
  return (
    <Field label="Welk knelpunt?">
      {(id) => (
        <select id={id} class="utrecht-select utrecht-select--html-select" value={value} onChange={(event) => onChange(event.currentTarget.value)}>
          <option value="">Kies een knelpunt</option>
          {found.map((one) => (
            <option key={one.id} value={one.id}>
              {one.code} {one.title}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
