// Typing a contribution: always a whole one. What was typed stays until the service has answered.
import { useRef, useState } from "preact/hooks";
import { LIMITS, type Held } from "../protocol.ts";
import { whyNotSpeak } from "../rights.ts";
import { useRoom, useSending } from "../room.ts";
import { Action, Field, Refusal } from "./bits.tsx";
import { HeldMessage } from "./HeldMessage.tsx";
import { TypingHint } from "./TypingHint.tsx";

const MOST = LIMITS["Contribute.text"];
const NEAR_LIMIT = 400;

export function Compose() {
  const { view } = useRoom();
  const sending = useSending();
  const [text, setText] = useState("");
  const [held, setHeld] = useState<Held | null>(null);
  const [notice, setNotice] = useState("");
  const box = useRef<HTMLTextAreaElement>(null);
  const reason = whyNotSpeak(view);
  const left = MOST - text.length;

  const done = (rest: string, why = "") => {
    setHeld(null);
    setNotice(why);
    setText(rest);
    // The button that was pressed is about to go; whoever pressed it goes on typing here.
    box.current?.focus({ preventScroll: true });
  };
  const submit = async () => {
    if (sending.busy || held || reason || !text.trim()) return;
    setNotice("");
    const reply = await sending.send({ type: "contribute", text: text.trim() });
    if (reply.type === "held") {
      setText(text.trim());
      setHeld(reply);
    } else if (reply.type === "answer") {
      setText("");
    }
  };

  return (
    <section class="ck-compose" aria-label="Bijdragen aan het gesprek">
      <Field label="Uw bijdrage" hint="Enter verstuurt, Shift+Enter geeft een nieuwe regel. Noem geen namen, adressen of datums.">
        {(id, hint) => (
          <textarea
            id={id}
            ref={box}
            class="utrecht-textarea utrecht-textarea--html-textarea"
            aria-describedby={hint}
            rows={3}
            maxLength={MOST}
            value={text}
            readOnly={sending.busy || held !== null}
            onInput={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
              event.preventDefault();
              void submit();
            }}
          />
        )}
      </Field>
      {!held && <TypingHint texts={[text]} />}
      {left < NEAR_LIMIT && <p class="ck-hint">Nog {left} tekens.</p>}
      <Refusal trouble={notice ? { message: notice, spans: [] } : sending.trouble} />
      {held ? (
        <HeldMessage text={text} held={held} onHeld={setHeld} onDone={done} />
      ) : (
        <Action kind="primary" busy={sending.busy} reason={reason} onClick={() => void submit()}>
          {sending.busy ? "Wordt verstuurd…" : "Versturen"}
        </Action>
      )}
    </section>
  );
}
