// What every part of the page shares: the setup that came with the page, and the way to the room.
import { createContext } from "preact";
import { useContext, useState } from "preact/hooks";
import type { Connection, Reply, Wish } from "./connection.ts";
import type { HeldSpan, SessionView } from "./protocol.ts";

/** What the service wrote into the page. `pseudonym` is the pattern of every fixed form. */
export interface Setup {
  readonly session: string;
  readonly title: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, string>>;
  readonly pseudonym: string;
}

export interface Room {
  readonly setup: Setup;
  readonly pattern: RegExp;
  readonly connection: Connection;
  readonly view: SessionView;
}

export const RoomContext = createContext<Room | null>(null);

/** The room; only inside the live session. */
export function useRoom(): Room {
  const room = useContext(RoomContext);
  if (room === null) throw new Error("this part belongs inside the live session");
  return room;
}

/** What came of the last command of a part of the page. */
export interface Trouble {
  readonly message: string;
  readonly spans: readonly HeldSpan[];
}

/** Says which case a command is about, so that it can never land in the next one. */
function aboutTable(wish: Wish, id: string | undefined): Wish {
  switch (wish.type) {
    case "next_phase":
    case "contribute":
    case "send_held":
    case "overrule":
    case "recuse":
    case "record_outcome":
    case "answer_bottleneck":
    case "close_case":
    case "recuse_marked":
    case "write_minutes":
      return id === undefined ? wish : { ...wish, case: id };
    default:
      return wish;
  }
}

export interface Sending {
  readonly busy: boolean;
  readonly trouble: Trouble | null;
  /** Sends a command; the answer tells whether it took effect. */
  readonly send: (wish: Wish) => Promise<Reply>;
  readonly clear: () => void;
}

/** Gives one part of the page a way to send, with its own waiting and its own refusal. */
export function useSending(): Sending {
  const { connection, view } = useRoom();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  return {
    busy,
    trouble,
    clear: () => setTrouble(null),
    send: async (wish) => {
      setBusy(true);
      setTrouble(null);
      const reply = await connection.send(aboutTable(wish, view.discussion?.case));
      setBusy(false);
      if (reply.type === "refused") setTrouble({ message: reply.message, spans: reply.spans });
      return reply;
    },
  };
}
