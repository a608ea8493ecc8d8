import assert from "node:assert/strict";
import { test } from "node:test";
import { Announcer, sentence, takesAway } from "../src/announce.ts";
import type { Event } from "../src/protocol.ts";
import { VIEW } from "./world.ts";

const at = "2026-03-02T10:00:00Z";
const recused = (member: string): Event => ({ seq: 1, at, body: { type: "recused", by: "", seat: "x", member } });

test("sentences are gathered, and only the last ones of a lively moment are said", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const said: string[] = [];
  const announcer = new Announcer((text) => said.push(text));
  for (const one of ["Een.", "", "Twee.", "Drie.", "Vier.", "Vijf."]) announcer.add(one);
  assert.deepEqual(said, []);
  context.mock.timers.tick(2000);
  assert.deepEqual(said, ["Twee. Drie. Vier. Vijf. En nog 1 meer."]);
});

test("what was forgotten is neither there any more nor said later", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const said: string[] = [];
  const announcer = new Announcer((text) => said.push(text));
  announcer.add("Persoon A slaapt slecht.");
  announcer.forget();
  announcer.add("U doet niet meer mee bij deze casus.");
  context.mock.timers.tick(2000);
  assert.deepEqual(said, ["", "U doet niet meer mee bij deze casus."]);
});

test("words go when the reader leaves the case, not when another does", () => {
  assert.equal(takesAway(VIEW, recused("m")), true);
  assert.equal(takesAway(VIEW, recused("other")), false);
  assert.equal(takesAway(VIEW, { seq: 1, at, body: { type: "case_removed", case: "c" } }), true);
});

test("a hidden event says nothing", () => {
  assert.equal(sentence(VIEW, { seq: 1, at, body: { type: "hidden" } }), "");
});

test("a blanked message takes its words out of the announcement, and says only that it went", () => {
  const blanked: Event = { seq: 1, at, body: { type: "blanked", message: 7, seat: "x" } };
  assert.equal(takesAway(VIEW, blanked), true);
  assert.equal(sentence(VIEW, blanked), "Een bericht is afgeschermd.");
  const empty = { type: "contributed", seat: "x", text: "", protected: false, overruled: null, blanked: true } as const;
  assert.equal(sentence(VIEW, { seq: 1, at, body: empty }), "");
});
