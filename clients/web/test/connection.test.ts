import assert from "node:assert/strict";
import { test } from "node:test";
import { joined, left, PlayedWorld, welcome } from "./world.ts";

test("a fresh connection asks for a snapshot", () => {
  const world = new PlayedWorld();
  const connection = joined(world);
  assert.deepEqual(world.last.messages[0], { type: "join" });
  assert.equal(connection.status, "open");
  assert.equal(connection.view?.seq, 3);
});

test("after a break it goes on by number, and what was missed is folded in", () => {
  const world = new PlayedWorld();
  const connection = joined(world);
  world.last.ends(1006);
  assert.equal(connection.status, "waiting");
  world.passes(60_000);
  assert.equal(world.sockets.length, 2);
  world.last.opens();
  assert.deepEqual(world.last.messages[0], { type: "join", epoch: "e", seq: 3 });
  welcome(world.last, [left(4), left(5)]);
  assert.equal(connection.status, "open");
  assert.equal(connection.view?.seq, 5);
});

test("a command without an answer is sent again with the same key, an answered one is not", async () => {
  const world = new PlayedWorld();
  const connection = joined(world);
  const first = connection.send({ type: "next_phase" });
  world.last.says({ type: "answer", key: "key-1000", seq: 4 });
  assert.equal((await first).type, "answer");
  const second = connection.send({ type: "contribute", text: "woord" });
  world.last.ends(1012);
  world.passes(60_000);
  world.last.opens();
  welcome(world.last, [left(4)]);
  const again = world.last.messages.filter((one) => one.type !== "join");
  assert.deepEqual(again, [{ type: "contribute", text: "woord", key: "key-2000" }]);
  world.last.says({ type: "answer", key: "key-2000", seq: 5 });
  assert.equal((await second).type, "answer");
  assert.equal(connection.isPending("contribute"), false);
});

test("a command given while there is no connection is sent after the next welcome", () => {
  const world = new PlayedWorld();
  const connection = joined(world);
  world.last.ends(1006);
  void connection.send({ type: "next_phase" });
  world.passes(60_000);
  world.last.opens();
  assert.equal(world.last.messages.length, 1);
  welcome(world.last, []);
  assert.equal(world.last.messages.at(-1)?.type, "next_phase");
});

for (const code of [4401, 4403, 4404, 4409]) {
  test(`it does not come back after close code ${code}, nothing stays waiting and no words stay on the page`, async () => {
    const world = new PlayedWorld();
    const connection = joined(world);
    const reply = connection.send({ type: "next_phase" });
    world.last.ends(code);
    world.passes(600_000);
    assert.equal(world.sockets.length, 1);
    assert.equal(connection.status, "ended");
    assert.equal(connection.closeCode, code);
    assert.equal(connection.view, null);
    assert.equal((await reply).type, "refused");
  });
}

test("a frame that the service did not understand is not sent again", async () => {
  const world = new PlayedWorld();
  const connection = joined(world);
  const reply = connection.send({ type: "next_phase" });
  world.last.ends(4400);
  assert.equal((await reply).type, "refused");
  world.passes(60_000);
  world.last.opens();
  welcome(world.last, []);
  assert.deepEqual(world.last.messages.map((one) => one.type), ["join"]);
});

test("a gap in the numbers makes it join again", () => {
  const world = new PlayedWorld();
  const connection = joined(world);
  const before = world.last;
  before.says({ type: "events", events: [left(5)] });
  assert.equal(before.closed, true);
  assert.equal(connection.view?.seq, 3);
  world.passes(60_000);
  world.last.opens();
  assert.deepEqual(world.last.messages[0], { type: "join", epoch: "e", seq: 3 });
});

test("a heartbeat that is ahead makes it join again, one that is level does not", () => {
  const world = new PlayedWorld();
  joined(world);
  world.last.says({ type: "heartbeat", head: 3 });
  world.passes(20_000);
  assert.equal(world.sockets.length, 1);
  world.last.says({ type: "heartbeat", head: 4 });
  world.passes(20_000);
  assert.equal(world.sockets.length, 2);
});

test("silence for longer than two heartbeats counts as a break", () => {
  const world = new PlayedWorld();
  const connection = joined(world);
  world.passes(37_000);
  assert.equal(world.sockets.length, 1);
  world.passes(1000);
  assert.equal(connection.status, "waiting");
  world.passes(1000);
  assert.equal(world.sockets.length, 2);
});

test("it waits longer after each failure, up to fifteen seconds, and starts anew after a welcome", () => {
  const world = new PlayedWorld();
  const connection = joined(world);
  const waits: number[] = [];
  for (let times = 0; times < 8; times += 1) {
    world.last.ends(1006);
    let waited = 0;
    const sockets = world.sockets.length;
    while (world.sockets.length === sockets) {
      world.passes(100);
      waited += 100;
    }
    waits.push(waited);
  }
  assert.deepEqual(waits, [400, 800, 1600, 3200, 6400, 12_800, 15_000, 15_000]);
  world.last.opens();
  welcome(world.last, []);
  world.last.ends(1006);
  world.passes(400);
  assert.equal(world.sockets.length, 10);
  assert.equal(connection.status, "waiting");
});

test("what was shown is acknowledged once, by its highest number", () => {
  const world = new PlayedWorld();
  joined(world);
  world.last.says({ type: "events", events: [left(4)] });
  world.last.says({ type: "events", events: [left(5)] });
  world.passes(5000);
  world.passes(5000);
  assert.deepEqual(world.last.messages.filter((one) => one.type === "ack"), [{ type: "ack", seq: 5 }]);
});

test("a refusal that answers no command is told", () => {
  const world = new PlayedWorld();
  const told: string[] = [];
  joined(world, { told: (message) => told.push(message) });
  world.last.says({ type: "refused", key: "join", code: "seat_taken", message: "Bezet.", spans: [] });
  assert.deepEqual(told, ["Bezet."]);
});

test("events of a socket that was given up are not shown", () => {
  const world = new PlayedWorld();
  const connection = joined(world);
  const old = world.last;
  old.ends(1006);
  old.says({ type: "events", events: [left(4)] });
  assert.equal(connection.view?.seq, 3);
});

test("it learns from fresh events how far the service's clock is ahead", (context) => {
  context.mock.timers.enable({ apis: ["Date"], now: Date.parse("2026-03-02T09:59:30Z") });
  const world = new PlayedWorld();
  const connection = joined(world);
  assert.equal(connection.ahead, 0);
  world.last.says({ type: "events", events: [left(4)] });
  assert.equal(connection.ahead, 30_000);
});

test("when the network comes back it does not wait any longer, and a standing connection is left alone", () => {
  const world = new PlayedWorld();
  const connection = joined(world);
  connection.hurry();
  assert.equal(world.sockets.length, 1);
  world.last.ends(1006);
  connection.hurry();
  assert.equal(world.sockets.length, 2);
  world.passes(300);
  assert.equal(world.sockets.length, 2);
});
