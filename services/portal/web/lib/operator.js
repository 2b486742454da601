/* operator — the admin ports of the services through nginx, with the operator's token. The token lives in memory only. */
import { askPublic } from "./api.js";

export const SERVICES = ["broker", "identity", "intake", "verification", "payment", "notification", "status-sync", "feedback"];
export const STORES = SERVICES.slice(1);
let token = "";

export const setToken = (text) => { token = text; };
const headers = () => ({ Authorization: "Operator " + token });

export const askService = (service, path, method = "GET") =>
  askPublic(method, `/ops/${service}/${path}`, { headers: headers(), tries: 1 });

/** [{name, labels, value}] of a service's /metrics. */
export async function metricsOf(service) {
  const answer = await askPublic("GET", `/ops/${service}/metrics`, { headers: headers(), tries: 1, whole: true });
  return parse(await answer.text());
}

export function parse(text) {
  const found = [];
  for (const line of text.split("\n")) {
    const [, name, labels, value] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name) found.push({ name, labels: Object.fromEntries([...(labels ?? "").matchAll(/(\w+)="([^"]*)"/g)].map((m) => [m[1], m[2]])), value: Number(value) });
  }
  return found;
}

/** What the console shows of one service; away where it does not answer. */
export async function look(service) {
  try {
    const [metrics, outbox, dead] = await Promise.all([metricsOf(service),
      STORES.includes(service) ? askService(service, "admin/outbox") : { lanes: [] },
      STORES.includes(service) ? askService(service, "admin/dead?after=00000000-0000-0000-0000-000000000000") : { dead_letters: [] }]);
    return { service, metrics, lanes: outbox.lanes, dead: dead.dead_letters };
  } catch (error) {
    return { service, away: error, metrics: [], lanes: [], dead: [] };
  }
}

/** Lanes added up by listener: [{from, to, waiting, oldest_at_ms}], the oldest first. */
export function lagOf(looks) {
  const peers = new Map();
  for (const { service, lanes } of looks)
    for (const lane of lanes) {
      const key = `${service} ${lane.destination}`, known = peers.get(key) ?? { from: service, to: lane.destination, waiting: 0, oldest_at_ms: Infinity };
      peers.set(key, { ...known, waiting: known.waiting + lane.waiting, oldest_at_ms: Math.min(known.oldest_at_ms, lane.oldest_at_ms || Infinity) });
    }
  return [...peers.values()].sort((a, b) => a.oldest_at_ms - b.oldest_at_ms);
}
