/* follow — calls `changed` with a dossier whenever it has moved. It is asked for when the service says so (server-sent events), and
   every now and then besides: a hint may be lost. Where nothing can be heard it is asked for again and again, less often while
   nothing happens. Nobody asks while the page is not looked at. load: () => a promise of the dossier. */
import { listen } from "./stream.js";

const FIRST_MS = 2000, MOST_MS = 30000, HEARD_MS = 60000;

export function follow(dossier, load, changed) {
  let wait = FIRST_MS, timer, isHeard = false, seen = JSON.stringify(dossier.timeline);
  const look = async () => {
    clearTimeout(timer);
    const now = document.hidden ? null : await load().catch(() => null);
    const mark = now ? JSON.stringify(now.timeline) : seen;
    wait = isHeard ? HEARD_MS : mark === seen ? Math.min(MOST_MS, wait * 1.5) : FIRST_MS;
    if (mark !== seen) changed(now);
    seen = mark;
    clearTimeout(timer);
    timer = setTimeout(look, wait);
  };
  const deaf = listen("/api/intake/events", (event) => { if (event.name === "look" || event.data.includes(dossier.code)) look(); },
    { state: (on) => { isHeard = on; } });
  addEventListener("visibilitychange", look);
  timer = setTimeout(look, wait);
  return () => { deaf(); clearTimeout(timer); removeEventListener("visibilitychange", look); };
}
