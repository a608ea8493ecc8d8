// "Something recognisable stands here": the question before a message, or the case itself, is taken away from everyone.
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { IDENTIFIER_NL, LIMITS, type ContributionView, type IdentifierKind } from "../protocol.ts";
import { useRoom, useSending } from "../room.ts";
import { Confirm, Field, Refusal } from "./bits.tsx";

interface KindProps {
  readonly value: IdentifierKind;
  readonly onChoose: (kind: IdentifierKind) => void;
}

function Kind({ value, onChoose }: KindProps) {
  return (
    <Field label="Waar lijkt het op?" hint="Weet u het niet precies? Dan hoeft u niets te kiezen.">
      {(id, hint) => (
        <select
          id={id}
          class="utrecht-select utrecht-select--html-select"
          aria-describedby={hint}
          value={value}
          onChange={(event) => onChoose(event.currentTarget.value as IdentifierKind)}
        >
          {Object.entries(IDENTIFIER_NL).map(([kind, label]) => (
            <option key={kind} value={kind}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface MessageProps {
  readonly said: Pick<ContributionView, "seq" | "blanked">;
  readonly onClose: () => void;
}

/** Asks once whether this message must go. The browser's own dialog keeps the focus inside and gives it back. */
export function VisibleMessage({ said, onClose }: MessageProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const sending = useSending();
  const [kind, setKind] = useState<IdentifierKind>("UNKNOWN");
  useLayoutEffect(() => dialog.current?.showModal(), []);
  useLayoutEffect(() => {
    // Somebody else was first, or the answer has come: there is nothing to ask any more.
    if (said.blanked) dialog.current?.close();
  }, [said.blanked]);
  const report = async () => {
    const reply = await sending.send({ type: "report_visible", seq: said.seq, label: kind });
    if (reply.type === "answer") dialog.current?.close();
  };
  return (
    <dialog class="ck-dialog" ref={dialog} aria-labelledby={heading} onClose={onClose}>
      <h2 class="nl-heading nl-heading--level-2" id={heading}>
        Staat hier iets herkenbaars?
      </h2>
      <p class="nl-paragraph">
        Het bericht verdwijnt meteen bij iedereen en komt niet terug. De privacyfunctionaris van de inbrenger krijgt er een melding van,
        met uw organisatie erbij. Herhaal in het gesprek niet wat er stond.
      </p>
      <Kind value={kind} onChoose={setKind} />
      <Refusal trouble={sending.trouble} />
      <div class="ck-actions">
        <button type="button" class="nl-button nl-button--primary nl-button--negative" onClick={() => void (sending.busy || report())}>
          {sending.busy ? "Wordt afgeschermd…" : "Ja, scherm dit bericht af"}
        </button>
        <button type="button" class="nl-button nl-button--secondary" onClick={() => dialog.current?.close()}>
          Nee, terug
        </button>
      </div>
    </dialog>
  );
}

const MOST_WORDS = LIMITS["ReportCase.words"];

/** The same for the text of the case on the table: the case goes off the table. */
export function VisibleCase({ id }: { readonly id: string }) {
  const { setup } = useRoom();
  const sending = useSending();
  const [field, setField] = useState("text");
  const [kind, setKind] = useState<IdentifierKind>("UNKNOWN");
  const [words, setWords] = useState("");
  return (
    <>
      <Confirm
        label="In de casus staat iets herkenbaars"
        title="Staat er iets herkenbaars in de casus?"
        yes="Ja, haal de casus van tafel"
        kind="subtle"
        busy={sending.busy}
        onYes={() => void sending.send({ type: "report_case", case: id, field, label: kind, words })}
        onClose={() => setWords("")}
      >
        <p class="nl-paragraph">
          De casus gaat meteen van tafel en van de agenda. Niemand in de kring kan hem nog lezen, ook niet wat erover is gezegd. De
          inbrenger en de privacyfunctionaris krijgen hier bericht van.
        </p>
        <Field label="Waar staat het?">
          {(name) => (
            <select
              id={name}
              class="utrecht-select utrecht-select--html-select"
              value={field}
              onChange={(event) => setField(event.currentTarget.value)}
            >
              {Object.entries(setup.fields).map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Kind value={kind} onChoose={setKind} />
        <Field label="Welke woorden? (mag leeg blijven)" hint="Alleen de plek wordt bewaard, voor de inbrenger. De woorden niet.">
          {(name, hint) => (
            <input
              id={name}
              class="utrecht-textbox utrecht-textbox--html-input"
              type="text"
              autocomplete="off"
              spellcheck={false}
              maxLength={MOST_WORDS}
              aria-describedby={hint}
              value={words}
              onInput={(event) => setWords(event.currentTarget.value)}
            />
          )}
        </Field>
      </Confirm>
      <Refusal trouble={sending.trouble} />
    </>
  );
}
