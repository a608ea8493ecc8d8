// Reads plays (a view and the events after it) from standard input and writes the views in which they end.
import { readFileSync, writeFileSync } from "node:fs";
import type { Event, SessionView } from "../src/protocol.ts";
import { apply } from "../src/view.ts";

const plays = JSON.parse(readFileSync(0, "utf8")) as { view: SessionView; events: Event[] }[];
writeFileSync(1, JSON.stringify(plays.map((play) => play.events.reduce(apply, play.view))));
