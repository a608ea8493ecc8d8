// The note-taker's desk: attendance, phase, outcome, bottleneck and close in one column, in the order of the work.
// Tab goes down through a whole case, Enter does the next thing.
import { isChair } from "../rights.ts";
import { useRoom } from "../room.ts";
import { Attendance } from "./Attendance.tsx";
import { Between, Closing, HandOver, Onward, Opening, Postpone, Successor } from "./Chair.tsx";
import { Decision } from "./Decision.tsx";
import { Minutes } from "./Minutes.tsx";

export function Desk() {
  const { view } = useRoom();
  const table = view.discussion;
  const leads = isChair(view);
  const taking = table !== null && !table.hidden;
  return (
    <section class="ck-desk" aria-labelledby="notuleren">
      <div class="ck-panel ck-chair">
        <h2 class="nl-heading nl-heading--level-3" id="notuleren">
          {leads ? "Notuleren en voorzitten" : "Notuleren"}
        </h2>
        {!leads && <p class="ck-hint">De voorzitter leidt de sessie. U legt vast.</p>}
        <Attendance />
        <Successor />
        {leads && view.stage === "planned" && <Opening />}
        {leads && view.stage === "open" && <Between />}
        {leads && taking && <Onward table={table} />}
        {leads && table?.hidden && <Postpone id={table.case} />}
      </div>
      {taking && <Minutes table={table} />}
      {taking && <Decision table={table} />}
      {leads && (
        <div class="ck-panel">
          {taking && <Closing table={table} />}
          <HandOver />
        </div>
      )}
    </section>
  );
}
