// Texts in pieces: pseudonyms, and the places that the guard found.
import type { HeldSpan } from "./protocol.ts";

export interface Piece {
  readonly text: string;
  readonly kind: "plain" | "pseudonym" | "held";
  /** The label of what was found, when `kind` is `held`. */
  readonly label: string;
}

/** Returns the text in pieces, its pseudonyms apart. `pattern` comes from the service. */
export function pseudonyms(text: string, pattern: RegExp): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > at) pieces.push({ text: text.slice(at, match.index), kind: "plain", label: "" });
    pieces.push({ text: match[0], kind: "pseudonym", label: "" });
    at = match.index + match[0].length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), kind: "plain", label: "" });
  return pieces;
}

/** Returns the text in pieces, with what was found in it apart. Offsets count code points, not UTF-16 units. */
export function found(text: string, spans: readonly HeldSpan[]): Piece[] {
  const points = Array.from(text);
  const pieces: Piece[] = [];
  let at = 0;
  for (const span of [...spans].sort((one, other) => one.start - other.start)) {
    if (span.start < at) continue;
    if (span.start > at) pieces.push({ text: points.slice(at, span.start).join(""), kind: "plain", label: "" });
    pieces.push({ text: points.slice(span.start, span.end).join(""), kind: "held", label: span.label });
    at = span.end;
  }
  if (at < points.length) pieces.push({ text: points.slice(at).join(""), kind: "plain", label: "" });
  return pieces;
}
