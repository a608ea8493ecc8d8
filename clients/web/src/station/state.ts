// What the review screen gets from the station. Mirrors `clients/station/web/state.py`; a test compares the two.

export interface Piece {
  readonly text: string;
  readonly kind: string;
  readonly start: number;
  readonly item: string;
  readonly label: string;
}

export interface Item {
  readonly id: string;
  readonly kind: "mark" | "warning";
  readonly field: string;
  readonly field_name: string;
  readonly start: number;
  readonly end: number;
  readonly words: string;
  readonly label: string;
  readonly becomes: string;
  readonly why: string;
  readonly state: "open" | "certain" | "accepted" | "rejected" | "omitted" | "kept";
  readonly hard: boolean;
  readonly warning: string;
}

export interface FieldView {
  readonly name: string;
  readonly title: string;
  readonly original: readonly Piece[];
  readonly protected: readonly Piece[];
}

export interface State {
  readonly fields: readonly FieldView[];
  readonly items: readonly Item[];
  readonly open: number;
  readonly undoable: boolean;
  readonly lacking: readonly string[];
}

export interface Ruling {
  readonly act: "accept" | "reject" | "relabel" | "add" | "omit" | "keep" | "all" | "undo";
  readonly field?: string;
  readonly start?: number;
  readonly end?: number;
  readonly label?: string;
  readonly reason?: string;
  readonly everywhere?: boolean;
  readonly warning?: string;
  /** Of a mark: what it said when it was shown. */
  readonly words?: string;
}

/** Returns the item after `id` that is still open, going round; the first one when nothing is behind it. */
export function nextOpen(items: readonly Item[], after: number): string {
  const order = [...items.slice(after + 1), ...items.slice(0, after + 1)];
  return order.find((one) => one.state === "open")?.id ?? "";
}

/** Returns how many code points a string has: the station counts these, JavaScript counts UTF-16 units. */
export function points(text: string): number {
  return Array.from(text).length;
}

/** A word of a field that a keyboard can walk to. */
export interface Word {
  readonly field: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Returns the words of all fields in order, with their places in code points. */
export function wordsOf(fields: readonly FieldView[]): Word[] {
  return fields.flatMap((field) => {
    const text = field.original.map((piece) => piece.text).join("");
    return [...text.matchAll(/[\p{L}\p{N}][\p{L}\p{N}\p{M}'’._@/-]*/gu)].map((match) => {
      const start = points(text.slice(0, match.index));
      const bare = match[0].replace(/[._/-]+$/u, "");
      return { field: field.name, start, end: start + points(bare), text: bare };
    });
  });
}
