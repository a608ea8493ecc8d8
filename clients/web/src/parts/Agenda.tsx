// The agenda, with what the chair can do with each case.
import type { AgendaView } from "../protocol.ts";
import { isChair, whyNoQuorum } from "../rights.ts";
import { useRoom, useSending } from "../room.ts";
import { Action, Refusal, Told } from "./bits.tsx";

const STATES: Readonly<Record<string, string>> = {
  waiting: "nog te bespreken",
  open: "nu op tafel",
  done: "besproken",
  postponed: "doorgeschoven",
  removed: "van de agenda gehaald",
};

export function Agenda() {
  const { view } = useRoom();
  return (
    <section class="ck-panel" aria-labelledby="agenda">
      <h2 class="nl-heading nl-heading--level-3" id="agenda">
        Agenda
      </h2>
      {view.agenda.length === 0 && (
        <p class="ck-hint">Er staat niets op de agenda. Een casus komt hier zodra een tweede persoon hem heeft vrijgegeven.</p>
      )}
      <ol class="ck-agenda">
        {view.agenda.map((line) => (
          <Line key={line.case} line={line} />
        ))}
      </ol>
    </section>
  );
}

function Line({ line }: { readonly line: AgendaView }) {
  const { view } = useRoom();
  const opening = useSending();
  const postponing = useSending();
  const chooses = isChair(view) && view.stage === "open" && line.state === "waiting";
  const gone = line.state === "removed" ? "Deze casus is van de agenda gehaald." : "Deze casus is niet voor u.";
  return (
    <li class={`ck-agenda__line ck-agenda__line--${line.state}`}>
      <span class="ck-agenda__question">{line.question ? <Told text={line.question} /> : <em>{gone}</em>}</span>
      <span class="ck-agenda__state">{STATES[line.state]}</span>
      {line.question && line.state === "waiting" && (
        <a class="nl-link" href={`/casussen/${line.case}`} target="_blank" rel="noopener">
          lees vooraf<span class="ck-hidden">: {line.question} (opent een nieuw tabblad)</span>
        </a>
      )}
      {line.question && line.state === "done" && (
        <a class="nl-link" href={`/casussen/${line.case}/uitkomst`} target="_blank" rel="noopener">
          uitkomst<span class="ck-hidden">: {line.question} (opent een nieuw tabblad)</span>
        </a>
      )}
      {chooses && (
        <div class="ck-actions">
          <Action
            kind="primary"
            busy={opening.busy}
            reason={whyNoQuorum(view)}
            onClick={() => void opening.send({ type: "open_case", case: line.case })}
          >
            Leg op tafel
          </Action>
          <Action busy={postponing.busy} onClick={() => void postponing.send({ type: "postpone_case", case: line.case })}>
            Schuif door
          </Action>
        </div>
      )}
      <Refusal trouble={opening.trouble ?? postponing.trouble} />
    </li>
  );
}
