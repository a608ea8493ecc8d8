// Reads plays (a view and the events after it) from standard input, and writes the views in which they end with what the
// page would offer there.
import { readFileSync, writeFileSync } from "node:fs";
import type { Event, SessionView } from "../src/protocol.ts";
import { whyNotSpeak } from "../src/rights.ts";
import { apply, quorum } from "../src/view.ts";

const plays = JSON.parse(readFileSync(0, "utf8")) as { view: SessionView; events: Event[] }[];
const ends = plays.map((play) => play.events.reduce(apply, play.view));
writeFileSync(1, JSON.stringify(ends.map((view) => ({ view, quorum: quorum(view), speaks: whyNotSpeak(view) === "" }))));
