// The connection to the room. It keeps the view by number, comes back after a break, and sends what was not answered
// again under the same key, so that it takes effect exactly once.
import { CLOSE, type AnyCommand, type Answer, type Event, type FromClient, type Held } from "./protocol.ts";
import type { Refused, SessionView, ToClient, Welcome } from "./protocol.ts";
import { apply, GapError } from "./view.ts";

/** `connecting` for the first time, `open`, `waiting` to come back, or `ended` for good. */
export type Status = "connecting" | "open" | "waiting" | "ended";

/** The answer to a command. */
export type Reply = Answer | Refused | Held;

type WithoutKey<T> = T extends AnyCommand ? Omit<T, "key"> : never;

/** A command as the page writes it: the connection adds the key. */
export type Wish = WithoutKey<AnyCommand>;

/** The part of WebSocket that is used. */
export type Socket = Pick<WebSocket, "send" | "close" | "onopen" | "onmessage" | "onclose">;

/** What the connection needs of the world around it; `later` returns how to call it off, times are in ms. */
export interface World {
  open(): Socket;
  later(run: () => void, ms: number): () => void;
  random(): number;
  key(): string;
}

/** Who wants to know what happens. `fresh` events came one by one; others were caught up with. */
export interface Listener {
  changed(): void;
  happened(events: readonly Event[], fresh: boolean): void;
  told(message: string): void;
}

interface Pending {
  readonly frame: string;
  readonly type: AnyCommand["type"];
  readonly settle: (reply: Reply) => void;
}

const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 15_000;
const ACK_MS = 1000;

/** After these close codes coming back would only fail again. */
const FINAL: ReadonlySet<number> = new Set([CLOSE.SIGNED_OUT, CLOSE.NO_AGREEMENT, CLOSE.NOT_FOUND, CLOSE.SEAT_TAKEN]);

/** After these the service did not understand what we sent: sending it again would end the same way. */
const NOT_UNDERSTOOD: ReadonlySet<number> = new Set([CLOSE.PROTOCOL, CLOSE.TOO_LARGE]);

export class Connection {
  view: SessionView | null = null;
  status: Status = "connecting";
  closeCode: number | null = null;
  /** How far the service's clock is ahead of ours, in ms. */
  ahead = 0;

  readonly #world: World;
  readonly #listener: Listener;
  readonly #pending = new Map<string, Pending>();
  #socket: Socket | null = null;
  #failures = 0;
  #acked = 0;
  #silence = 40_000;
  #stopWaiting: (() => void) | null = null;
  #stopWatching: (() => void) | null = null;
  #stopAck: (() => void) | null = null;

  constructor(world: World, listener: Listener) {
    this.#world = world;
    this.#listener = listener;
  }

  /** Connects, or connects again at once. */
  start(): void {
    this.#stopWaiting?.();
    this.#stopWaiting = null;
    const socket = this.#world.open();
    this.#socket = socket;
    socket.onopen = () => this.#join(socket);
    socket.onmessage = (message: { data: unknown }) => this.#received(socket, message.data);
    socket.onclose = (event) => this.#closed(socket, event.code);
    this.#watch(socket);
  }

  /** Tries now instead of waiting on: the network came back. */
  hurry(): void {
    if (this.status === "waiting" && this.#stopWaiting !== null) this.start();
  }

  /** Sends a command, now or once there is a connection; the promise ends with the service's answer. */
  send(wish: Wish): Promise<Reply> {
    const key = this.#world.key();
    const frame = JSON.stringify({ ...wish, key });
    return new Promise((settle) => {
      this.#pending.set(key, { frame, type: wish.type, settle });
      if (this.status === "open") this.#socket?.send(frame);
      this.#listener.changed();
    });
  }

  /** Is a command of this type on its way? */
  isPending(type: AnyCommand["type"]): boolean {
    return [...this.#pending.values()].some((one) => one.type === type);
  }

  #write(message: FromClient): void {
    this.#socket?.send(JSON.stringify(message));
  }

  #join(socket: Socket): void {
    if (socket !== this.#socket) return;
    this.#write(this.view ? { type: "join", epoch: this.view.epoch, seq: this.view.seq } : { type: "join" });
  }

  #received(socket: Socket, data: unknown): void {
    if (socket !== this.#socket || typeof data !== "string") return;
    try {
      this.#take(JSON.parse(data) as ToClient);
      this.#watch(socket);
    } catch (error) {
      if (!(error instanceof GapError)) throw error;
      this.#comeBack(socket, null);
    }
    this.#listener.changed();
  }

  #take(message: ToClient): void {
    switch (message.type) {
      case "welcome":
        return this.#welcomed(message);
      case "events":
        this.#fold(message.events);
        this.#setClock(message.events);
        this.#listener.happened(message.events, true);
        return;
      case "heartbeat":
        if (this.view && message.head > this.view.seq) throw new GapError("the service is ahead of us");
        return;
      case "answer":
      case "held":
      case "refused":
        return this.#replied(message);
    }
  }

  #welcomed(welcome: Welcome): void {
    if (welcome.snapshot) {
      this.view = welcome.snapshot;
    } else {
      this.#fold(welcome.events);
      this.#listener.happened(welcome.events, false);
    }
    this.status = "open";
    this.#failures = 0;
    this.#silence = welcome.heartbeat_seconds * 2500;
    this.#ackLater();
    for (const one of this.#pending.values()) this.#socket?.send(one.frame);
  }

  #fold(events: readonly Event[]): void {
    if (this.view === null) throw new GapError("events came before a snapshot");
    this.view = events.reduce(apply, this.view);
    this.#ackLater();
  }

  #setClock(events: readonly Event[]): void {
    const last = events.at(-1);
    if (last) this.ahead = Date.parse(last.at) - Date.now();
  }

  #replied(reply: Reply): void {
    const pending = this.#pending.get(reply.key);
    this.#pending.delete(reply.key);
    if (pending) pending.settle(reply);
    else if (reply.type === "refused") this.#listener.told(reply.message);
  }

  #ackLater(): void {
    if (this.#stopAck) return;
    this.#stopAck = this.#world.later(() => {
      this.#stopAck = null;
      if (this.status !== "open" || !this.view || this.view.seq <= this.#acked) return;
      this.#acked = this.view.seq;
      this.#write({ type: "ack", seq: this.#acked });
    }, ACK_MS);
  }

  #watch(socket: Socket): void {
    this.#stopWatching?.();
    this.#stopWatching = this.#world.later(() => this.#comeBack(socket, null), this.#silence);
  }

  #closed(socket: Socket, code: number): void {
    if (socket !== this.#socket) return;
    this.#comeBack(socket, code);
    this.#listener.changed();
  }

  #comeBack(socket: Socket, code: number | null): void {
    this.#stopWatching?.();
    this.#stopWatching = null;
    this.#socket = null;
    this.closeCode = code;
    this.#acked = 0;
    if (code === null) socket.close();
    if (code !== null && NOT_UNDERSTOOD.has(code)) this.#giveUp();
    if (code !== null && FINAL.has(code)) {
      this.status = "ended";
      // Whoever may not be here any more has no right to the words either.
      this.view = null;
      this.#giveUp();
      return;
    }
    this.status = "waiting";
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#failures);
    this.#failures += 1;
    // Jitter: when the service restarts, not everyone comes back in the same instant.
    this.#stopWaiting = this.#world.later(() => this.start(), longest * (0.5 + this.#world.random() / 2));
    this.#listener.changed();
  }

  #giveUp(): void {
    const message = "Dit is niet verstuurd: de verbinding is gesloten.";
    for (const [key, one] of this.#pending) one.settle({ type: "refused", key, code: "closed", message, spans: [] });
    this.#pending.clear();
  }
}
