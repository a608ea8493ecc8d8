import assert from "node:assert/strict";
import { test } from "node:test";
import { found, pseudonyms } from "../src/text.ts";

const span = (start: number, end: number) => ({ field: "text", start, end, label: "PERSON", hard: false });

test("offsets count code points, so an emoji before a name moves nothing", () => {
  const pieces = found("😀 Jan belde", [span(2, 5)]);
  assert.deepEqual(pieces.map((one) => one.text), ["😀 ", "Jan", " belde"]);
  assert.equal(pieces[1]?.kind, "held");
});

test("the pieces are the text again, also when places overlap", () => {
  const text = "Jan Jansen uit Delft";
  assert.equal(found(text, [span(4, 10), span(0, 10), span(15, 20)]).map((one) => one.text).join(""), text);
});

test("pseudonyms are set apart", () => {
  const pieces = pseudonyms("Persoon A en Persoon B", /Persoon [A-Z]/g);
  assert.deepEqual(pieces.map((one) => one.kind), ["pseudonym", "plain", "pseudonym"]);
});
