// After sealing: what was discussed, with the way to each outcome.
import { useRoom } from "../room.ts";
import { Told } from "./bits.tsx";

export function Sealed() {
  const { view } = useRoom();
  const done = view.agenda.filter((line) => line.state === "done");
  const moved = view.agenda.filter((line) => line.state === "postponed").length;
  return (
    <section class="ck-panel" aria-labelledby="afgerond">
      <h2 class="nl-heading nl-heading--level-2" id="afgerond">
        Wat is besproken
      </h2>
      <p class="nl-paragraph">
        {done.length === 1 ? "Er is 1 casus besproken." : `Er zijn ${done.length} casussen besproken.`}
        {moved > 0 && ` ${moved === 1 ? "1 casus is" : `${moved} casussen zijn`} doorgeschoven.`} Er kan niets meer bij.
      </p>
      <ul class="ck-rows">
        {done.map((line) => (
          <li key={line.case} class="ck-row">
            <span>{line.question ? <Told text={line.question} /> : <em>Deze casus is niet voor u.</em>}</span>
            {line.question && (
              <a class="nl-link" href={`/casussen/${line.case}/uitkomst`}>
                Lees de uitkomst<span class="ck-hidden"> van: {line.question}</span>
              </a>
            )}
          </li>
        ))}
      </ul>
      <p class="ck-hint ck-digest">
        Kenmerk van het zegel: <code>{view.digest}</code>
      </p>
    </section>
  );
}
