// Who sits at the table without a connection of their own: chair and note-taker mark them present with one click.
import { DOMAIN_NL, type SeatView } from "../protocol.ts";
import { isScribe } from "../rights.ts";
import { useRoom, useSending } from "../room.ts";
import { Confirm, Refusal } from "./bits.tsx";

export function Attendance() {
  const { view } = useRoom();
  const free = view.seats.filter((seat) => !view.present.some((one) => one.seat === seat.seat));
  if (!isScribe(view) || view.stage === "sealed" || free.length === 0) return null;
  return (
    <section class="ck-attendance" aria-labelledby="aanvinken">
      <h3 class="nl-heading nl-heading--level-4" id="aanvinken">
        Zit er ook, zonder verbinding
      </h3>
      <p class="ck-hint" id="aanvinken-uitleg">
        Vink aan wie u ziet of hoort. Die plaats telt mee, en ziet zelf niets.
      </p>
      {free.map((seat) => (
        <Place key={seat.seat} seat={seat} />
      ))}
    </section>
  );
}

function Place({ seat }: { readonly seat: SeatView }) {
  const { view } = useRoom();
  const sending = useSending();
  const mark = view.marked.find((one) => one.seat === seat.seat);
  const people = [{ name: seat.name, deputy: null as string | null }, ...seat.deputies.map((one) => ({ name: one.name, deputy: one.member }))];
  const toggle = (deputy: string | null, on: boolean) => {
    if (sending.busy) return;
    void sending.send(on ? { type: "mark_absent", seat: seat.seat } : { type: "mark_present", seat: seat.seat, deputy });
  };
  const leaves = view.discussion !== null && mark !== undefined && !view.discussion.recused.includes(mark.member);
  return (
    <div class="ck-attendance__place" role="group" aria-label={`${DOMAIN_NL[seat.domain]}, plaats van ${seat.name}`}>
      {people.map(({ name, deputy }) => {
        const on = mark !== undefined && (deputy === null ? !mark.deputy : mark.member === deputy);
        return (
          <button key={deputy ?? ""} type="button" class="ck-tick" aria-pressed={on ? "true" : "false"} onClick={() => toggle(deputy, on)}>
            {name}
            {deputy !== null && <span class="ck-quiet"> (vervanger)</span>}
          </button>
        );
      })}
      {leaves && (
        <Confirm
          label={`${mark.name} herkent de persoon`}
          title="Herkent deze persoon wie het betreft?"
          yes="Ja, doet niet mee"
          kind="subtle"
          busy={sending.busy}
          onYes={() => void sending.send({ type: "recuse_marked", seat: seat.seat })}
        >
          <p class="nl-paragraph">{mark.name} doet dan niet meer mee aan deze casus, ook niet met een eigen verbinding. Dat kan niet terug.</p>
        </Confirm>
      )}
      <Refusal trouble={sending.trouble} />
    </div>
  );
}
