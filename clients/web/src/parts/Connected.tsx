// The state of the connection, in words.
import type { Connection } from "../connection.ts";
import { CLOSE, CLOSE_NL } from "../protocol.ts";

const ENDINGS: Readonly<Record<number, { readonly href: string; readonly label: string }>> = {
  [CLOSE.SIGNED_OUT]: { href: "/aanmelden", label: "Opnieuw aanmelden" },
  [CLOSE.NO_AGREEMENT]: { href: "/", label: "Naar mijn kringen" },
  [CLOSE.NOT_FOUND]: { href: "/", label: "Naar mijn kringen" },
};

export function Connected({ connection }: { readonly connection: Connection }) {
  const { status, closeCode } = connection;
  if (status === "open") return <p class="ck-connected ck-connected--open">Verbonden</p>;
  if (status === "connecting") return <p class="ck-connected">Verbinding maken…</p>;
  const why = closeCode === null ? "" : (CLOSE_NL[closeCode] ?? "");
  if (status === "waiting") {
    return (
      <p class="ck-connected ck-connected--waiting">
        {why || "De verbinding is weg."} Wat u typt, blijft staan en wordt verstuurd zodra er weer verbinding is.
      </p>
    );
  }
  const ending = ENDINGS[closeCode ?? 0];
  return (
    <p class="ck-connected ck-connected--ended" role="alert">
      {why}{" "}
      {ending ? (
        <a class="nl-link" href={ending.href}>
          {ending.label}
        </a>
      ) : (
        <button type="button" class="nl-button nl-button--secondary" onClick={() => location.reload()}>
          Opnieuw proberen
        </button>
      )}
    </p>
  );
}
