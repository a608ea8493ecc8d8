// The panel above the text: what is asked now, and the ways to answer it.
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Setup } from "./Review.tsx";
import type { Item } from "./state.ts";

const STATE: Record<Item["state"], string> = {
  open: "beslis",
  certain: "wordt vervangen (zeker)",
  accepted: "wordt vervangen",
  rejected: "blijft staan",
  omitted: "weggelaten",
  kept: "blijft staan",
};

export interface Panel {
  readonly item: Item | undefined;
  readonly place: number;
  readonly total: number;
  readonly open: number;
  readonly everywhere: boolean;
  readonly asking: string;
  readonly setup: Setup;
  readonly undoable: boolean;
  readonly helping: boolean;
  readonly act: (kind: "accept" | "omit" | "leave" | "label") => void;
  readonly reason: (code: string) => void;
  readonly label: (code: string) => void;
  readonly step: (by: number) => void;
  readonly all: () => void;
  readonly undo: () => void;
  readonly toggle: () => void;
  readonly mark: () => void;
  readonly cancel: () => void;
  readonly help: () => void;
}

/** Shows the panel. Every button says its key. */
export function Decision(panel: Panel) {
  const { item, open, setup } = panel;
  return (
    <section class={`ck-card ck-decision${open ? " ck-card--attention" : ""}`} aria-labelledby="besluit">
      <div class="ck-decision__top">
        <h2 class="nl-heading nl-heading--level-2" id="besluit">
          {open === 0 ? "Alles is beslist" : open === 1 ? "Nog één besluit" : `Nog ${open} besluiten`}
        </h2>
        <div class="ck-actions">
          {open > 1 && <Button name="Vervang alle twijfel" keys="a" press={panel.all} />}
          <Button name="Markeer zelf" keys="m" press={panel.mark} />
          <Button name="Terugdraaien" keys="u" press={panel.undo} blocked={!panel.undoable} />
          <Button name="Toetsen" keys="?" press={panel.help} pressed={panel.helping} />
        </div>
      </div>
      {item && (
        <>
          <p class="ck-decision__what">
            <span class="ck-quiet">
              {panel.place + 1} van {panel.total}, in {item.field_name}:
            </span>{" "}
            <strong>{item.words}</strong>{" "}
            {item.kind === "mark" ? (
              <>
                <span>lijkt op {item.why}</span>
                {item.becomes && item.state !== "rejected" && <span> en wordt ‘{item.becomes}’</span>}
              </>
            ) : (
              <span class="ck-decision__warning">{item.why}</span>
            )}{" "}
            <span class="nl-data-badge ck-badge">{STATE[item.state]}</span>
          </p>
          {panel.asking === "reason" ? (
            <Choices title="Waarom blijft dit staan?" options={setup.reasons} choose={panel.reason} cancel={panel.cancel} />
          ) : panel.asking === "label" ? (
            <Choices title="Wat is het wel?" options={setup.labels} choose={panel.label} cancel={panel.cancel} />
          ) : (
            <Answers panel={panel} item={item} />
          )}
        </>
      )}
    </section>
  );
}

function Answers({ panel, item }: { readonly panel: Panel; readonly item: Item }) {
  const fixed = item.hard && item.state === "certain";
  return (
    <div class="ck-actions">
      {item.kind === "mark" ? (
        <Button name="Vervangen" keys="v" press={() => panel.act("accept")} main={item.state === "open"} />
      ) : (
        <Button name="Weglaten" keys="w" press={() => panel.act("omit")} main={item.state === "open"} />
      )}
      <Button
        name="Laten staan"
        keys="l"
        press={() => panel.act("leave")}
        blocked={fixed}
        why={fixed ? "Dit soort gegeven mag nooit naar de kring." : ""}
      />
      {item.kind === "mark" && <Button name="Andere soort" keys="s" press={() => panel.act("label")} />}
      {item.kind === "mark" && <Button name="Weglaten" keys="w" press={() => panel.act("omit")} />}
      {item.kind === "mark" && (
        <Button name="Overal in deze casus" keys="o" press={panel.toggle} pressed={panel.everywhere} />
      )}
      <Button name="Vorige" keys="↑" press={() => panel.step(-1)} />
      <Button name="Volgende" keys="↓" press={() => panel.step(1)} />
    </div>
  );
}

export function Choices({
  title,
  options,
  choose,
  cancel,
}: {
  readonly title: string;
  readonly options: Readonly<Record<string, string>>;
  readonly choose: (code: string) => void;
  readonly cancel: () => void;
}) {
  const entries = Object.entries(options);
  const first = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => first.current?.focus(), []);
  const pressed = (event: KeyboardEvent) => {
    const place = "123456789abcdefghijk".indexOf(event.key);
    const found = entries[place];
    if (event.key === "Escape") cancel();
    else if (place < 0 || !found) return;
    else choose(found[0]);
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <fieldset class="ck-choices" onKeyDown={pressed}>
      <legend>{title}</legend>
      {entries.map(([code, name], place) => (
        <button
          key={code}
          ref={place === 0 ? first : null}
          type="button"
          class="nl-button nl-button--secondary"
          onClick={() => choose(code)}
        >
          <kbd>{"123456789abcdefghijk"[place]}</kbd> {name}
        </button>
      ))}
      <button type="button" class="nl-button nl-button--subtle" onClick={cancel}>
        <kbd>Esc</kbd> toch niet
      </button>
    </fieldset>
  );
}

export function Button({
  name,
  keys,
  press,
  main = false,
  blocked = false,
  pressed,
  why = "",
}: {
  readonly name: string;
  readonly keys: string;
  readonly press: () => void;
  readonly main?: boolean;
  readonly blocked?: boolean;
  readonly pressed?: boolean;
  readonly why?: string;
}) {
  return (
    <button
      type="button"
      class={`nl-button nl-button--${main ? "primary" : "secondary"}`}
      aria-disabled={blocked || undefined}
      aria-pressed={pressed}
      title={why || undefined}
      onClick={() => blocked || press()}
    >
      {name} <kbd aria-hidden="true">{keys}</kbd>
    </button>
  );
}
