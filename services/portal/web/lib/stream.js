/* stream — server-sent events with the caller's token (EventSource cannot send one): reads the answer as it comes, and opens it
   again when it ends. What is heard is a hint; the listener asks for what is true. */
import { ask, askPublic } from "./api.js";

const AGAIN_MS = 1000, AGAIN_MOST_MS = 30000;

function eventOf(text) {
  const event = { name: "message", id: "", data: "" };
  for (const line of text.split("\n")) {
    const [, field, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (field === "event") event.name = value;
    else if (field === "id") event.id = value;
    else if (field === "data") event.data += value;
  }
  return event;
}

async function readAll(answer, hear) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value.replace(/\r/g, "")).split("\n\n");
    rest = blocks.pop();
    blocks.filter((b) => /^(event|data):/m.test(b)).forEach((b) => hear(eventOf(b)));
  }
}

/** Calls hear({name, id, data}) until what it returns is called; state(true | false) tells whether anything can be heard. */
export function listen(path, hear, { isPublic = false, state = () => null } = {}) {
  let stop = new AbortController(), wait = AGAIN_MS, lastId = "", timer, isOver = false;
  const take = (event) => { lastId = event.id || lastId; wait = AGAIN_MS; hear(event); };
  const open = async () => {
    const own = stop = new AbortController();
    try {
      const answer = await (isPublic ? askPublic : ask)("GET", path, { whole: true, quiet: true, tries: 1, signal: own.signal,
        headers: lastId ? { "Last-Event-ID": lastId } : {} });
      state(true);
      await readAll(answer, take);
    } catch (error) {
      if (own.signal.aborted) return;
      if (error.status === 404) return state(false);
      wait = Math.min(AGAIN_MOST_MS, wait * 2);
    }
    state(false);
    timer = setTimeout(open, wait * (0.75 + Math.random() / 2));
  };
  const close = () => { clearTimeout(timer); stop.abort(); };
  /** A page nobody looks at gives its connection to the others: a browser has six for all its tabs. */
  const see = () => { close(); if (!document.hidden && !isOver) open(); };
  addEventListener("visibilitychange", see);
  open();
  return () => { isOver = true; close(); removeEventListener("visibilitychange", see); };
}
