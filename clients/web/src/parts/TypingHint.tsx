// A hint while typing: what the browser itself can see. It stops nobody; the guard at the service decides.
import { useEffect, useState } from "preact/hooks";
import { hint } from "../hints.ts";

const PAUSE_MS = 400;

/** Shows the hint for the texts once the typist pauses, so that a number of which half is typed says nothing. */
export function TypingHint({ texts }: { readonly texts: readonly string[] }) {
  const text = texts.join("\n");
  const [said, setSaid] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setSaid(hint(text)), text ? PAUSE_MS : 0);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <p class={said ? "ck-hint ck-hint--warning" : "ck-hidden"} role="status">
      {said}
    </p>
  );
}
