// A world for the connection in which nothing happens by itself: the test moves the clock and plays the service.
import { Connection, type Listener, type Socket, type World } from "../src/connection.ts";
import type { Event, SessionView, ToClient } from "../src/protocol.ts";

export class PlayedSocket implements Socket {
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  readonly sent: string[] = [];
  closed = false;

  send(frame: string): void {
    this.sent.push(frame);
  }

  close(): void {
    this.closed = true;
  }

  opens(): void {
    this.onopen?.call(this as unknown as WebSocket, new Event("open"));
  }

  says(message: ToClient): void {
    this.onmessage?.call(this as unknown as WebSocket, { data: JSON.stringify(message) } as MessageEvent);
  }

  ends(code: number): void {
    this.onclose?.call(this as unknown as WebSocket, { code } as CloseEvent);
  }

  get messages(): { type: string; key?: string; epoch?: string; seq?: number }[] {
    return this.sent.map((frame) => JSON.parse(frame) as { type: string });
  }
}

export class PlayedWorld implements World {
  readonly sockets: PlayedSocket[] = [];
  readonly timers: { at: number; run: () => void }[] = [];
  #now = 0;
  #keys = 0;

  open(): PlayedSocket {
    const socket = new PlayedSocket();
    this.sockets.push(socket);
    return socket;
  }

  later(run: () => void, ms: number): () => void {
    const timer = { at: this.#now + ms, run };
    this.timers.push(timer);
    return () => {
      const at = this.timers.indexOf(timer);
      if (at >= 0) this.timers.splice(at, 1);
    };
  }

  random(): number {
    return 1;
  }

  key(): string {
    this.#keys += 1;
    return `key-${this.#keys}`.padEnd(8, "0");
  }

  passes(ms: number): void {
    this.#now += ms;
    for (const timer of [...this.timers].sort((one, other) => one.at - other.at)) {
      if (timer.at > this.#now || !this.timers.includes(timer)) continue;
      this.timers.splice(this.timers.indexOf(timer), 1);
      timer.run();
    }
  }

  get last(): PlayedSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error("no socket was opened");
    return socket;
  }
}

export const VIEW: SessionView = {
  session: "s",
  epoch: "e",
  seq: 3,
  stage: "open",
  preset: "overlegtafel",
  me: "m",
  seats: [],
  present: [],
  agenda: [],
  discussion: null,
  digest: "",
  chair: "",
  marked: [],
};

export function left(seq: number): Event {
  return { seq, at: "2026-03-02T10:00:00Z", body: { type: "member_left", seat: "x" } };
}

/** Returns a connection that has had its snapshot. */
export function joined(world: PlayedWorld, listener: Partial<Listener> = {}): Connection {
  const silent: Listener = { changed: () => undefined, happened: () => undefined, told: () => undefined };
  const connection = new Connection(world, { ...silent, ...listener });
  connection.start();
  world.last.opens();
  welcome(world.last);
  return connection;
}

export function welcome(socket: PlayedSocket, events: readonly Event[] | null = null): void {
  const seq = events?.at(-1)?.seq ?? VIEW.seq;
  socket.says({
    type: "welcome",
    mode: events ? "events" : "snapshot",
    epoch: "e",
    seq,
    heartbeat_seconds: 15,
    snapshot: events ? null : VIEW,
    events: events ?? [],
  });
}
