// Marking words with the keyboard alone: walk to a word, stretch over its neighbours, choose what it is.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Choices } from "./Decision.tsx";
import { points, type Ruling, type Word } from "./state.ts";

/** Shows the word cursor; `done` gets the ruling that adds the mark. A selection made with the pointer is taken over. */
export function Marking({
  words,
  labels,
  done,
  cancel,
}: {
  readonly words: readonly Word[];
  readonly labels: Readonly<Record<string, string>>;
  readonly done: (ruling: Ruling) => void;
  readonly cancel: () => void;
}) {
  const chosen = useState(() => selected(words))[0];
  const [from, setFrom] = useState(chosen?.[0] ?? 0);
  const [to, setTo] = useState(chosen?.[1] ?? 0);
  const [kind, setKind] = useState(chosen !== undefined);
  const here = useRef<HTMLDivElement>(null);
  // Before the browser paints: a fast typist's next key must find it.
  useLayoutEffect(() => {
    if (!kind) here.current?.focus();
  }, [kind]);
  const [first, last] = [words[Math.min(from, to)], words[Math.max(from, to)]];
  if (!first || !last) return <p>Er is geen tekst om in te markeren.</p>;
  const text = words
    .slice(Math.min(from, to), Math.max(from, to) + 1)
    .map((one) => one.text)
    .join(" ");
  const pressed = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 10, ArrowUp: -10 }[event.key] ?? 0;
    if (event.key === "Escape") cancel();
    else if (event.key === "Enter") setKind(true);
    else if (by !== 0) {
      const goal = Math.max(0, Math.min(words.length - 1, to + by));
      if (event.shiftKey && words[goal]?.field === words[from]?.field) setTo(goal);
      else if (!event.shiftKey) {
        setFrom(goal);
        setTo(goal);
      }
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  if (kind) {
    const mark = (label: string) =>
      done({ act: "add", field: first.field, start: first.start, end: last.end, label });
    return (
      <div class="ck-card">
        <Choices title={`‘${text}’ is een…`} options={labels} choose={mark} cancel={cancel} />
      </div>
    );
  }
  const around = words.slice(Math.max(0, Math.min(from, to) - 6), Math.max(from, to) + 7);
  return (
    <div
      class="ck-card ck-marking"
      role="application"
      aria-label="Woord kiezen met de pijltjes, met Shift erbij meer woorden, Enter om te markeren"
      tabIndex={0}
      ref={here}
      onKeyDown={pressed}
    >
      <p>
        {around.map((one) => (
          <>
            {one.start >= first.start && one.end <= last.end && one.field === first.field ? (
              <mark class="ck-found ck-found--now" key={`${one.field}${one.start}`}>
                {one.text}
              </mark>
            ) : (
              <span key={`${one.field}${one.start}`}>{one.text}</span>
            )}{" "}
          </>
        ))}
      </p>
      <p class="ck-quiet">
        <kbd>←</kbd> <kbd>→</kbd> ander woord, met <kbd>Shift</kbd> meer woorden, <kbd>Enter</kbd> kies, <kbd>Esc</kbd>{" "}
        toch niet
      </p>
      <p class="ck-hidden" aria-live="polite">
        {text}
      </p>
    </div>
  );
}

/** Returns the words that a selection in the left-hand text touches, as first and last place. */
function selected(words: readonly Word[]): [number, number] | undefined {
  const selection = window.getSelection();
  if (!selection || selection.isCollapsed || !selection.anchorNode) return undefined;
  const range = selection.getRangeAt(0);
  const element = range.startContainer.parentElement?.closest(".ck-side:not(.ck-side--protected) .ck-side__text");
  const side = element?.closest(".ck-sides__row");
  if (!element || !side || !element.contains(range.endContainer)) return undefined;
  const before = document.createRange();
  before.selectNodeContents(element);
  before.setEnd(range.startContainer, range.startOffset);
  const start = points(bare(before));
  const end = start + points(bare(range));
  const rows = [...document.querySelectorAll(".ck-sides__row")];
  const fields = [...new Set(words.map((one) => one.field))];
  const field = fields[rows.indexOf(side)];
  const touched = words.flatMap((one, place) => (one.field === field && one.start < end && start < one.end ? [place] : []));
  const [first, last] = [touched[0], touched.at(-1)];
  return first === undefined || last === undefined ? undefined : [first, last];
}

/** Returns the text of a range without what is there for screen readers or as a sign. */
function bare(range: Range): string {
  const copy = range.cloneContents();
  for (const one of copy.querySelectorAll(".ck-hidden, .ck-found__sign")) one.remove();
  return copy.textContent ?? "";
}
