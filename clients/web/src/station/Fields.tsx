// Both texts side by side: as typed, with every mark by its kind, and as the circle will see it.
import { useEffect, useRef } from "preact/hooks";
import type { FieldView, Piece } from "./state.ts";

const SIGN: Record<string, string> = { doubt: "?", certain: "✓", accepted: "✓", rejected: "≠", omitted: "–", warning: "!" };
const WORDS: Record<string, string> = {
  doubt: "twijfel",
  certain: "zeker",
  accepted: "vervangen",
  rejected: "blijft staan",
  omitted: "weggelaten",
  warning: "waarschuwing",
  kept: "blijft staan",
};

/** Shows all fields; a mark can be chosen with the pointer, and the chosen one is kept in sight. */
export function Fields({
  fields,
  labels,
  now,
  choose,
}: {
  readonly fields: readonly FieldView[];
  readonly labels: Readonly<Record<string, string>>;
  readonly now: string;
  readonly choose: (id: string) => void;
}) {
  return (
    <>
      <Legend />
      <div class="ck-sides">
        <h2 class="nl-heading nl-heading--level-3 ck-sides__title">Uw tekst: blijft hier</h2>
        <h2 class="nl-heading nl-heading--level-3 ck-sides__title ck-sides__title--right">Zo ziet de kring het</h2>
        {fields.map((field) => (
          <div class="ck-sides__row" key={field.name}>
            <div class="ck-side">
              <h3 class="ck-field__label">{field.title}</h3>
              <p class="ck-side__text">
                {field.original.map((piece) => (
                  <Shown key={`${piece.start}${piece.kind}`} piece={piece} labels={labels} now={now} choose={choose} />
                ))}
              </p>
            </div>
            <div class="ck-side ck-side--protected">
              <h3 class="ck-field__label">{field.title}</h3>
              <p class="ck-side__text">
                {field.protected.map((piece) => (
                  <Shown key={`${piece.start}${piece.kind}`} piece={piece} labels={labels} now={now} choose={choose} />
                ))}
              </p>
            </div>
          </div>
        ))}
      </div>
    </>
  );
}

function Shown({
  piece,
  labels,
  now,
  choose,
}: {
  readonly piece: Piece;
  readonly labels: Readonly<Record<string, string>>;
  readonly now: string;
  readonly choose: (id: string) => void;
}) {
  const here = useRef<HTMLElement>(null);
  const current = piece.item !== "" && piece.item === now;
  useEffect(() => {
    if (current) here.current?.scrollIntoView({ block: "nearest" });
  }, [current]);
  if (piece.kind === "plain") return <>{piece.text}</>;
  if (piece.kind === "pseudonym") return <span class="ck-pseudonym">{piece.text}</span>;
  const kind = labels[piece.label] ?? "";
  return (
    <mark
      ref={here}
      class={`ck-found ck-found--${piece.kind}${current ? " ck-found--now" : ""}`}
      aria-current={current ? "true" : undefined}
      title={kind ? `${kind}: ${WORDS[piece.kind]}` : WORDS[piece.kind]}
      onClick={() => choose(piece.item)}
    >
      <span class="ck-hidden">[{WORDS[piece.kind]}: </span>
      {piece.text}
      <span class="ck-hidden">]</span>
      {SIGN[piece.kind] && (
        <sup class="ck-found__sign" aria-hidden="true">
          {SIGN[piece.kind]}
        </sup>
      )}
    </mark>
  );
}

function Legend() {
  const shown = ["certain", "doubt", "rejected", "omitted", "warning"];
  return (
    <ul class="ck-legend" aria-label="Legenda">
      {shown.map((kind) => (
        <li key={kind}>
          <span class={`ck-found ck-found--${kind}`}>
            {WORDS[kind]}
            <sup class="ck-found__sign">{SIGN[kind]}</sup>
          </span>
        </li>
      ))}
    </ul>
  );
}
