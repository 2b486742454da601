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
  const stop = new AbortController();
  let wait = AGAIN_MS, lastId = "";
  const take = (event) => { lastId = event.id || lastId; wait = AGAIN_MS; hear(event); };
  const open = async () => {
    try {
      const answer = await (isPublic ? askPublic : ask)("GET", path, { whole: true, quiet: true, tries: 1, signal: stop.signal,
        headers: lastId ? { "Last-Event-ID": lastId } : {} });
      state(true);
      await readAll(answer, take);
    } catch (error) {
      if (stop.signal.aborted) return;
      if (error.status === 404) return state(false);
      wait = Math.min(AGAIN_MOST_MS, wait * 2);
    }
    state(false);
    setTimeout(open, wait * (0.75 + Math.random() / 2));
  };
  open();
  return () => stop.abort();
}
