// The contributions as the circle sees them, newest below.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ContributionView, Discussion } from "../protocol.ts";
import { useRoom } from "../room.ts";
import { DomainName, time, Told } from "./bits.tsx";
import { VisibleMessage } from "./Visible.tsx";

const NEAR_END_PX = 60;

export function Talk({ table }: { readonly table: Discussion }) {
  const list = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const [asked, setAsked] = useState<number | null>(null);
  const asking = table.contributions.find((said) => said.seq === asked);
  useLayoutEffect(() => {
    // Who scrolled up to read back is left there.
    if (list.current && follows.current) list.current.scrollTop = list.current.scrollHeight;
  }, [table.contributions.length]);
  return (
    <section class="ck-talk" aria-labelledby="gesprek">
      <h2 class="nl-heading nl-heading--level-3" id="gesprek">
        Gesprek
      </h2>
      <div
        class="ck-talk__list"
        ref={list}
        tabindex={0}
        role="region"
        aria-label="Bijdragen"
        onScroll={(event) => {
          const box = event.currentTarget;
          follows.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX;
        }}
      >
        {table.contributions.length === 0 && <p class="ck-hint">Nog geen bijdragen in deze bespreking.</p>}
        <ol class="ck-plain">
          {table.contributions.map((said) => (
            <Said key={said.seq} said={said} onReport={() => setAsked(said.seq)} />
          ))}
        </ol>
      </div>
      {asking && <VisibleMessage key={asking.seq} said={asking} onClose={() => setAsked(null)} />}
    </section>
  );
}

interface SaidProps {
  readonly said: ContributionView;
  readonly onReport: () => void;
}

function Said({ said, onReport }: SaidProps) {
  const { view } = useRoom();
  const seat = view.seats.find((one) => one.seat === said.seat);
  const here = view.present.find((one) => one.seat === said.seat);
  const mine = here?.member === view.me;
  const name = here?.name ?? seat?.name ?? "Iemand";
  return (
    <li class={mine ? "ck-said ck-said--mine" : "ck-said"}>
      <p class="ck-said__who">
        <strong>{name}</strong> {seat && <DomainName domain={seat.domain} />}{" "}
        <time class="ck-quiet" dateTime={said.at}>
          {time(said.at)}
        </time>
        {said.protected && <span class="ck-quiet"> · namen vervangen</span>}
      </p>
      {said.blanked ? (
        <p class="ck-told ck-quiet">Afgeschermd: hier stond iets herkenbaars.</p>
      ) : (
        <>
          <p class="ck-told">
            <Told text={said.text} />
          </p>
          <button type="button" class="ck-said__report" aria-label={`Herkenbaar? Bericht van ${name}, ${time(said.at)}`} onClick={onReport}>
            Herkenbaar?
          </button>
        </>
      )}
    </li>
  );
}
