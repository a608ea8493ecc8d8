// The phases of the case on the table. The time box is gentle: when it is over it says so, and nothing stops.
import { useEffect, useState } from "preact/hooks";
import { SPEAKERS_NL } from "../protocol.ts";
import { phaseOf, phasesOf } from "../rights.ts";
import { useRoom } from "../room.ts";
import { time } from "./bits.tsx";

export function Phases({ onTimeUp }: { readonly onTimeUp: () => void }) {
  const { view } = useRoom();
  const table = view.discussion;
  const phase = phaseOf(view);
  if (!table || !phase) return null;
  return (
    <section class="ck-phases" aria-label="Fasen">
      <ol class="ck-phases__list">
        {phasesOf(view).map((one, index) => (
          <li
            key={one.code}
            class={index < table.phase ? "ck-phase ck-phase--past" : index === table.phase ? "ck-phase ck-phase--now" : "ck-phase"}
            aria-current={index === table.phase ? "step" : undefined}
          >
            <span class="ck-phase__title">{one.title}</span>
            <span class="ck-phase__minutes">{one.minutes} min</span>
          </li>
        ))}
      </ol>
      <p class="ck-phases__now">
        <span>Aan het woord: {SPEAKERS_NL[phase.speakers]}</span>
        {table.ends_at && <TimeBox key={table.ends_at} ends={table.ends_at} minutes={phase.minutes} onTimeUp={onTimeUp} />}
      </p>
    </section>
  );
}

interface TimeBoxProps {
  readonly ends: string;
  readonly minutes: number;
  readonly onTimeUp: () => void;
}

function TimeBox({ ends, minutes, onTimeUp }: TimeBoxProps) {
  const { connection } = useRoom();
  const remaining = () => Math.ceil((Date.parse(ends) - Date.now() - connection.ahead) / 1000);
  const [seconds, setSeconds] = useState(remaining);
  useEffect(() => {
    const timer = setInterval(() => setSeconds(remaining()), 1000);
    return () => clearInterval(timer);
  }, [ends]);
  const over = seconds <= 0;
  useEffect(() => {
    if (over) onTimeUp();
  }, [over]);
  if (over) return <span class="ck-timebox ck-timebox--over">De tijd is om</span>;
  const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  return (
    <span class="ck-timebox">
      <progress class="ck-timebox__bar" max={minutes * 60} value={Math.min(seconds, minutes * 60)} aria-hidden="true" />
      <span aria-hidden="true">nog {clock}</span>
      <span class="ck-hidden">Tijd voor deze fase tot {time(ends)}</span>
    </span>
  );
}
