// The review screen: what was found on the left, what the circle will see on the right, one decision at a time.
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Decision } from "./Decision.tsx";
import { Fields } from "./Fields.tsx";
import { Help } from "./Help.tsx";
import { Marking } from "./Marking.tsx";
import { type Item, nextOpen, type Ruling, type State, wordsOf } from "./state.ts";

export interface Setup {
  readonly case: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly reasons: Readonly<Record<string, string>>;
}

type Asking = "" | "reason" | "label" | "mark";

/** Shows the review of one case and sends each decision to the station. */
export function Review({ setup, first }: { readonly setup: Setup; readonly first: State }) {
  const [state, setState] = useState(first);
  const [now, setNow] = useState(() => nextOpen(first.items, -1) || (first.items[0]?.id ?? ""));
  const [asking, setAsking] = useState<Asking>("");
  const [everywhere, setEverywhere] = useState(true);
  const [said, setSaid] = useState("");
  const [help, setHelp] = useState(false);
  const busy = useRef<Promise<void>>(Promise.resolve());
  const words = useMemo(() => wordsOf(state.fields), [state.fields]);
  const place = state.items.findIndex((one) => one.id === now);
  const item: Item | undefined = state.items[place];

  const rule = useCallback(
    (ruling: Ruling, done: string) => {
      setAsking("");
      busy.current = busy.current.then(async () => {
        const answer = await sent(setup.case, ruling);
        if (typeof answer === "string") {
          setSaid(answer);
          return;
        }
        setState(answer);
        const stays = answer.items.findIndex((one) => one.start === item?.start && one.field === item?.field);
        const at = stays >= 0 ? stays : Math.max(0, place - 1);
        const goal = ruling.act === "undo" ? (nextOpen(answer.items, -1) || now) : nextOpen(answer.items, at);
        setNow(goal || (answer.items[at]?.id ?? ""));
        setSaid(answer.open === 0 ? `${done} Alles is beslist.` : `${done} Nog ${answer.open}.`);
      });
    },
    [item, now, place, setup.case],
  );

  const at = item && {
    field: item.field,
    start: item.start,
    end: item.end,
    words: item.kind === "mark" ? item.words : "",
  };
  const step = (by: number) => {
    if (state.items.length === 0) return;
    setNow(state.items[(place + by + state.items.length) % state.items.length]?.id ?? "");
  };

  // Before the browser paints: who sees the question can answer it, and the next key meets the newest state.
  useLayoutEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const target = event.target;
      if (event.ctrlKey || event.metaKey || event.altKey) {
        if (event.key.toLowerCase() === "z" && !event.shiftKey) {
          event.preventDefault();
          rule({ act: "undo" }, "Teruggedraaid.");
        }
        return;
      }
      if (target instanceof HTMLSelectElement || target instanceof HTMLInputElement || asking === "mark") return;
      const acts: Record<string, () => void> = {
        v: () => at && item?.kind === "mark" && rule({ act: "accept", ...at, everywhere }, "Vervangen."),
        l: () => item && leave(item),
        w: () => at && rule({ act: "omit", ...at }, "Weggelaten."),
        s: () => item?.kind === "mark" && setAsking("label"),
        m: () => setAsking("mark"),
        a: () => rule({ act: "all" }, "Alle twijfelplekken zijn vervangen."),
        u: () => rule({ act: "undo" }, "Teruggedraaid."),
        o: () => setEverywhere(!everywhere),
        n: () => setNow(nextOpen(state.items, place) || now),
        ArrowDown: () => step(1),
        ArrowUp: () => step(-1),
        Escape: () => setAsking(""),
        "?": () => setHelp(!help),
      };
      const idle = target === document.body || target instanceof HTMLElement && target.id === "inhoud";
      if (event.key === "Enter" && idle && state.open === 0) location.assign(`/casus/${setup.case}/versturen`);
      const act = acts[event.key];
      if (act) {
        event.preventDefault();
        act();
      }
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  });

  const leave = (one: Item) => {
    if (one.kind === "warning") {
      const { field, start, end, warning } = one;
      rule({ act: "keep", field, start, end, warning }, "Blijft staan.");
    }
    else if (!(one.hard && one.state === "certain")) setAsking("reason");
  };

  return (
    <div class="ck-review">
      <Decision
        item={item}
        place={place}
        total={state.items.length}
        open={state.open}
        everywhere={everywhere}
        asking={asking}
        setup={setup}
        undoable={state.undoable}
        act={(kind) => {
          if (!at || !item) return;
          if (kind === "accept") rule({ act: "accept", ...at, everywhere }, "Vervangen.");
          if (kind === "omit") rule({ act: "omit", ...at }, "Weggelaten.");
          if (kind === "leave") leave(item);
          if (kind === "label") setAsking("label");
        }}
        reason={(reason) => at && rule({ act: "reject", ...at, reason, everywhere }, "Blijft staan.")}
        label={(label) => at && rule({ act: "relabel", ...at, label, everywhere }, "Andere soort.")}
        step={step}
        all={() => rule({ act: "all" }, "Alle twijfelplekken zijn vervangen.")}
        undo={() => rule({ act: "undo" }, "Teruggedraaid.")}
        toggle={() => setEverywhere(!everywhere)}
        mark={() => setAsking("mark")}
        cancel={() => setAsking("")}
        help={() => setHelp(!help)}
        helping={help}
      />
      {help && <Help />}
      {asking === "mark" && (
        <Marking
          words={words}
          labels={setup.labels}
          done={(ruling) => rule({ ...ruling, everywhere }, "Gemarkeerd.")}
          cancel={() => setAsking("")}
        />
      )}
      <Fields fields={state.fields} labels={setup.labels} now={now} choose={setNow} />
      <Onward setup={setup} state={state} />
      <div class="ck-hidden" aria-live="polite">
        {said}
      </div>
    </div>
  );
}

function Onward({ setup, state }: { readonly setup: Setup; readonly state: State }) {
  const ready = state.lacking.length === 0;
  return (
    <div class="ck-onward">
      {!ready && (
        <p class="ck-quiet" id="ontbreekt">
          Er ontbreekt nog: {state.lacking.join(", ")}.
        </p>
      )}
      <a
        class={`nl-button nl-button--${ready ? "primary" : "secondary"}`}
        href={`/casus/${setup.case}/versturen`}
        aria-describedby={ready ? undefined : "ontbreekt"}
      >
        {ready ? "Verder: zo ziet de kring de casus" : "Bekijk hoe de kring de casus ziet"}
      </a>
    </div>
  );
}

async function sent(name: string, ruling: Ruling): Promise<State | string> {
  try {
    const answer = await fetch(`/casus/${name}/besluit`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(ruling),
    });
    if (answer.status === 401) {
      location.assign("/aanmelden");
      return "U bent niet meer aangemeld.";
    }
    const body: unknown = await answer.json();
    return answer.ok ? (body as State) : String((body as { detail?: string }).detail ?? "Dat lukt nu niet.");
  } catch {
    return "Het station antwoordt niet. Uw besluit is nog niet bewaard.";
  }
}
