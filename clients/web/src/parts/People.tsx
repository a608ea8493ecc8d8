// Who is present, by domain, and which domain is missing.
import type { Domain } from "../protocol.ts";
import { hasDesk } from "../rights.ts";
import { useRoom } from "../room.ts";
import { chairing, domainsPresent } from "../view.ts";
import { DomainName } from "./bits.tsx";
import { Attendance } from "./Attendance.tsx";
import { Successor } from "./Chair.tsx";

const DOMAINS: readonly Domain[] = ["gp", "ggz", "social"];

export function People() {
  const { view } = useRoom();
  const here = domainsPresent(view);
  const away = view.discussion?.recused ?? [];
  return (
    <section class="ck-panel" aria-labelledby="aanwezig">
      <h2 class="nl-heading nl-heading--level-3" id="aanwezig">
        Aan tafel
      </h2>
      <ul class="ck-people">
        {DOMAINS.map((domain) => (
          <li key={domain} class={here.has(domain) ? "ck-people__domain" : "ck-people__domain ck-people__domain--missing"}>
            <DomainName domain={domain} />
            <ul class="ck-plain">
              {view.seats
                .filter((seat) => seat.domain === domain)
                .flatMap((seat) => view.present.filter((one) => one.seat === seat.seat).map((one) => ({ seat, one })))
                .map(({ seat, one }) => (
                  <li key={seat.seat}>
                    {one.name}
                    <span class="ck-quiet">
                      {one.member === view.me && " (u)"}
                      {one.deputy && `, vervangt ${seat.name}`}
                      {seat.seat === chairing(view) && ", voorzitter"}
                      {seat.function === "note_taker" && ", notulist"}
                      {away.includes(one.member) && ", doet niet mee bij deze casus"}
                    </span>
                  </li>
                ))}
              {view.marked
                .filter((one) => view.seats.some((seat) => seat.seat === one.seat && seat.domain === domain))
                .map((one) => (
                  <li key={one.seat}>
                    {one.name}
                    <span class="ck-quiet">
                      , aangevinkt als aanwezig
                      {one.deputy && `, vervangt ${view.seats.find((seat) => seat.seat === one.seat)?.name ?? ""}`}
                      {away.includes(one.member) && ", doet niet mee bij deze casus"}
                    </span>
                  </li>
                ))}
            </ul>
            {!here.has(domain) && <span class="ck-people__missing">nog niemand</span>}
          </li>
        ))}
      </ul>
      {!hasDesk(view) && (
        <>
          <Attendance />
          <Successor />
        </>
      )}
      {here.size < 3 && <p class="ck-hint">Een casus bespreken kan als alle drie de domeinen er zijn.</p>}
    </section>
  );
}
