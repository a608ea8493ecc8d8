// Starts the live session in the page. Nothing is kept on this device: a closed page holds no words any more.
import { render } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { Announcer, sentence, takesAway } from "./announce.ts";
import { Connection, type World } from "./connection.ts";
import { Page } from "./Page.tsx";
import { Connected } from "./parts/Connected.tsx";
import { SUBPROTOCOL } from "./protocol.ts";
import { RoomContext, type Setup } from "./room.ts";

function world(session: string): World {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const address = `${scheme}//${location.host}/ws/v1/sessions/${encodeURIComponent(session)}`;
  return {
    open: () => new WebSocket(address, SUBPROTOCOL),
    later: (run, ms) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    random: Math.random,
    key: () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join(""),
  };
}

function Live({ setup }: { readonly setup: Setup }) {
  const [, setTick] = useState(0);
  const [said, setSaid] = useState("");
  const [notice, setNotice] = useState("");
  const pattern = useMemo(() => new RegExp(setup.pseudonym, "g"), [setup.pseudonym]);
  const announcer = useMemo(() => new Announcer(setSaid), []);
  const connection = useMemo(() => {
    const made: Connection = new Connection(world(setup.session), {
      changed: () => {
        if (made.status === "ended") announcer.forget();
        setTick((tick) => tick + 1);
      },
      happened: (events, fresh) => {
        if (made.view === null) return;
        for (const event of events) {
          if (takesAway(made.view, event)) announcer.forget();
          if (fresh) announcer.add(sentence(made.view, event));
        }
      },
      told: setNotice,
    });
    return made;
  }, [setup.session]);
  useEffect(() => {
    connection.start();
    const back = () => connection.hurry();
    window.addEventListener("online", back);
    document.addEventListener("visibilitychange", back);
    return () => {
      window.removeEventListener("online", back);
      document.removeEventListener("visibilitychange", back);
    };
  }, [connection]);

  const { view } = connection;
  const room = view && { setup, pattern, connection, view };
  return (
    <>
      {room ? (
        <RoomContext.Provider value={room}>
          <Page notice={notice} announce={(text) => announcer.add(text)} />
        </RoomContext.Provider>
      ) : (
        <>
          {notice && <p role="alert">{notice}</p>}
          <Connected connection={connection} />
        </>
      )}
      <div class="ck-hidden" aria-live="polite">
        {said}
      </div>
    </>
  );
}

const place = document.getElementById("live");
if (place?.dataset["setup"]) {
  render(<Live setup={JSON.parse(place.dataset["setup"]) as Setup} />, place);
}
