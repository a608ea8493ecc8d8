// A message that was kept back, for its author alone: what was found, what can be sent instead, and the choices.
import { useState } from "preact/hooks";
import { OVERRULE_NL, type Held, type OverruleReason } from "../protocol.ts";
import { useRoom, useSending } from "../room.ts";
import { Action, Field, Marked, Refusal, Told } from "./bits.tsx";

interface Props {
  readonly text: string;
  readonly held: Held;
  readonly onHeld: (held: Held) => void;
  /** It is no longer held; what is left goes back into the box, with the reason when it was not the author's choice. */
  readonly onDone: (rest: string, reason?: string) => void;
}

export function HeldMessage({ text, held, onHeld, onDone }: Props) {
  const { setup } = useRoom();
  const sending = useSending();
  const [reason, setReason] = useState<OverruleReason | "">("");
  const hard = held.spans.filter((one) => one.hard);
  const kinds = (spans: typeof held.spans) =>
    [...new Set(spans.map((one) => setup.labels[one.label] ?? "iets herkenbaars"))].join(", ");

  const settle = async (wish: Parameters<typeof sending.send>[0], rest: string) => {
    const reply = await sending.send(wish);
    if (reply.type === "answer") onDone(rest);
    if (reply.type === "held") onHeld(reply);
    // After a restart the service holds nothing any more: the text goes back into the box.
    if (reply.type === "refused" && reply.code === "hold_unknown") onDone(text, reply.message);
  };

  return (
    <div class="ck-held" role="group" aria-label="Vastgehouden bericht">
      <div role="alert">
        <p class="ck-held__title">Uw bericht is vastgehouden. Niemand anders heeft het gezien.</p>
        <p class="nl-paragraph">Dit lijkt herkenbaar: {kinds(held.spans)}.</p>
      </div>
      <Marked text={text} spans={held.spans} />
      <p class="ck-held__label">Voorstel om te versturen</p>
      <p class="ck-told ck-held__proposal">
        <Told text={held.proposal} />
      </p>
      <div class="ck-actions">
        <Action kind="primary" busy={sending.busy} onClick={() => void settle({ type: "send_held", hold: held.hold }, "")}>
          Stuur het voorstel
        </Action>
        <Action busy={sending.busy} onClick={() => void settle({ type: "drop_held", hold: held.hold }, text)}>
          Pas aan
        </Action>
        <Action kind="subtle" busy={sending.busy} onClick={() => void settle({ type: "drop_held", hold: held.hold }, "")}>
          Weggooien
        </Action>
      </div>
      {held.may_overrule ? (
        <div class="ck-held__overrule">
          <Field label="Klopt het niet? Kies waarom het toch mag">
            {(id) => (
              <select
                id={id}
                class="utrecht-select utrecht-select--html-select"
                value={reason}
                onChange={(event) => setReason(event.currentTarget.value as OverruleReason | "")}
              >
                <option value="">Kies een reden</option>
                {Object.entries(OVERRULE_NL).map(([value, label]) => (
                  <option key={value} value={value}>
                    {label}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Action
            busy={sending.busy}
            reason={reason ? "" : "Kies eerst een reden."}
            onClick={() => void (reason && settle({ type: "overrule", hold: held.hold, reason }, ""))}
          >
            Toch versturen zoals getypt
          </Action>
        </div>
      ) : (
        <p class="nl-paragraph">
          Versturen zoals getypt kan niet: {kinds(hard)} wijst rechtstreeks naar een persoon. Daar is geen uitzondering op.
        </p>
      )}
      <Refusal trouble={sending.trouble} />
      <p class="ck-hint">
        Het bericht staat alleen in het geheugen van de dienst. Start de dienst opnieuw, dan is het daar weg; uw tekst hierboven blijft
        staan zolang deze pagina open is.
      </p>
    </div>
  );
}
