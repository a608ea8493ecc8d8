// The live session: everything that one member sees of it.
import { useLayoutEffect, useRef } from "preact/hooks";
import { STAGE_NL, type SessionView, type Stage } from "./protocol.ts";
import { Connected } from "./parts/Connected.tsx";
import { Agenda } from "./parts/Agenda.tsx";
import { CaseText } from "./parts/CaseText.tsx";
import { Chair } from "./parts/Chair.tsx";
import { Compose } from "./parts/Compose.tsx";
import { Decision } from "./parts/Decision.tsx";
import { Desk } from "./parts/Desk.tsx";
import { Minutes } from "./parts/Minutes.tsx";
import { People } from "./parts/People.tsx";
import { Phases } from "./parts/Phases.tsx";
import { Sealed } from "./parts/Sealed.tsx";
import { Talk } from "./parts/Talk.tsx";
import { Alert } from "./parts/bits.tsx";
import { hasDesk, isChair, phaseOf } from "./rights.ts";
import { useRoom } from "./room.ts";

interface Props {
  /** A refusal that belongs to no command, such as a seat that is taken. */
  readonly notice: string;
  readonly announce: (sentence: string) => void;
}

export function Page({ notice, announce }: Props) {
  const { view, connection } = useRoom();
  const stand = useRef<HTMLHeadingElement>(null);
  useKeptFocus(stand);
  return (
    <div class="ck-live">
      <div class="ck-live__bar">
        <h2 class="nl-heading nl-heading--level-2 ck-live__stand" ref={stand} tabindex={-1}>
          {standing(view)}
        </h2>
        <Connected connection={connection} />
      </div>
      {notice && (
        <Alert kind="error" urgent>
          <p class="nl-paragraph">{notice}</p>
        </Alert>
      )}
      <Phases onTimeUp={() => announce("De tijd voor deze fase is om.")} />
      <Chair />
      <div class="ck-live__grid">
        <div class="ck-live__middle">
          <Middle view={view} />
        </div>
        {view.stage !== "sealed" && (
          <aside class="ck-live__side" aria-label="Aan tafel en agenda">
            <People />
            {view.discussion && <Agenda />}
          </aside>
        )}
      </div>
    </div>
  );
}

function Middle({ view }: { readonly view: SessionView }) {
  const table = view.discussion;
  if (view.stage === "sealed") return <Sealed />;
  const desk = hasDesk(view) && <Desk />;
  if (table?.hidden) {
    return (
      <>
        {desk}
        <Alert kind="info">
          <p class="nl-paragraph">
            <strong>U doet niet mee aan deze casus.</strong>
          </p>
          <p class="nl-paragraph">U gaf aan de persoon te herkennen. U ziet daarom niets van de bespreking. Bij de volgende casus kunt u weer meedoen.</p>
        </Alert>
      </>
    );
  }
  if (table) {
    return (
      <>
        <CaseText table={table} />
        {desk}
        <div class="ck-panel ck-conversation">
          <Talk table={table} />
          <Compose key={table.case} />
        </div>
        {!desk && <Minutes table={table} />}
        {!desk && <Decision table={table} />}
      </>
    );
  }
  return (
    <>
      {desk}
      <p class="nl-paragraph nl-paragraph--lead ck-waiting">{waiting(view)}</p>
      <Agenda />
    </>
  );
}

function waiting(view: SessionView): string {
  if (view.stage === "planned") {
    return isChair(view)
      ? "Open de sessie zodra de drie domeinen er zijn."
      : "De sessie is nog niet begonnen. De voorzitter opent haar zodra de drie domeinen er zijn.";
  }
  const left = view.agenda.some((line) => line.state === "waiting");
  if (!left) return isChair(view) ? "De agenda is af. U kunt de sessie sluiten en verzegelen." : "De agenda is af. De voorzitter sluit de sessie.";
  return isChair(view) ? "Kies op de agenda welke casus op tafel komt." : "De voorzitter legt zo de volgende casus op tafel.";
}

function standing(view: SessionView): string {
  const phase = phaseOf(view);
  const stage = STAGE_NL[view.stage as Stage] ?? "";
  const text = phase && !view.discussion?.hidden ? `${stage}: ${phase.title}` : stage;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** When the thing that had the focus is gone, the focus goes to what changed, not back to the top of the page. */
function useKeptFocus(to: { readonly current: HTMLElement | null }): void {
  const last = useRef<Element | null>(null);
  useLayoutEffect(() => {
    const note = (event: Event) => {
      last.current = event.target as Element;
    };
    const root = to.current?.closest("#live");
    root?.addEventListener("focusin", note);
    return () => root?.removeEventListener("focusin", note);
  }, []);
  useLayoutEffect(() => {
    if (last.current && !last.current.isConnected && document.activeElement === document.body) {
      last.current = null;
      to.current?.focus({ preventScroll: true });
    }
  });
}
