/* api — one way to ask the services: JSON, problems as errors, a token that renews itself, a command that is repeated with
   its key while the line or a service is away. The token lives in memory only; the session's cookie is HttpOnly and goes to
   identity alone. Where the session has ended, session.js asks for the password in place, and the request goes on. */
import { language } from "./words.js";

export class Problem extends Error {
  constructor(status, body) {
    super(body.title ?? String(status));
    Object.assign(this, { status, code: body.code ?? "", faults: body.errors ?? [], body });
  }
}

/** The line is down, or the service does not answer yet: nothing is known to be wrong with what was sent. */
export const isAway = (error) => !(error instanceof Problem) || error.status >= 500;

const HINT = "motcua.account"; // who is logged in, for the page's head; no secret
const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });
let token = null;
let sessionEndsAt = Infinity;
let renewing = null;
let onSessionEnd = null;

export const newKey = () => crypto.getRandomValues(new Uint8Array(16)).reduce((s, b) => s + b.toString(16).padStart(2, "0"), "");
/** When the password is needed again. */
export const sessionEnds = () => sessionEndsAt;
export const setSessionEnd = (handler) => { onSessionEnd = handler; };

export function account() {
  try {
    return JSON.parse(localStorage.getItem(HINT));
  } catch {
    return null;
  }
}

function remember(answer) {
  token = { text: answer.access_token, until: Date.parse(answer.expires_at) - 120000 };
  sessionEndsAt = Date.parse(answer.session_ends_at) || Infinity;
  const { id, kind, name, grants } = answer.account;
  localStorage.setItem(HINT, JSON.stringify({ id, kind, name, grants }));
  dispatchEvent(new Event("account"));
  return answer.account;
}

export function forget() {
  token = null;
  sessionEndsAt = Infinity;
  localStorage.removeItem(HINT);
  dispatchEvent(new Event("account"));
}

async function send(method, path, { body, key, headers, raw, signal, nobody }) {
  const answer = await fetch(path, {
    method, signal, ...(nobody ? { credentials: "omit", referrerPolicy: "no-referrer" } : {}), body: raw ?? (body === undefined ? undefined : JSON.stringify(body)),
    headers: {
      "Accept-Language": language,
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...(key ? { "Idempotency-Key": key } : {}),
      ...(token && !nobody ? { Authorization: "Bearer " + token.text } : {}),
      ...headers,
    },
  });
  if (answer.ok) return answer;
  throw Object.assign(new Problem(answer.status, await answer.json().catch(() => ({}))),
    { retryAfter: Number(answer.headers.get("Retry-After")) || 0 });
}

const read = async (answer, whole) => (!whole && /json/.test(answer.headers.get("Content-Type") ?? "") ? answer.json() : answer);

/** The account with a token that holds, or null where nobody is logged in. */
export async function whoAmI() {
  if (token && Date.now() < token.until) return account();
  if (!account()) return null;
  renewing ??= send("POST", "/api/identity/tokens", {}).then(read).then(remember).finally(() => { renewing = null; });
  try {
    return await renewing;
  } catch (error) {
    if (error.status !== 401) throw error;
    token = null;
    return null;
  }
}

export const logIn = async (login, password) => {
  token = null;
  return remember(await read(await send("POST", "/api/identity/sessions", { body: { login, password } })));
};

export async function logOut() {
  await send("DELETE", "/api/identity/sessions/current", {}).catch(() => null);
  forget();
}

async function withToken(quiet) {
  if (await whoAmI()) return;
  if (quiet || !onSessionEnd) throw new Problem(401, {});
  await onSessionEnd();
}

/** Anybody may ask this. */
export const askPublic = async (method, path, more = {}) => patiently(() => send(method, path, more), more);

/** Without anything that says who asks: no token, no cookie. */
export const askAsNobody = (method, path, more = {}) => askPublic(method, path, { ...more, nobody: true });

/** As the account that is logged in; asks for the password where there is none, unless it is quiet. */
export const ask = async (method, path, more = {}) => patiently(async () => {
  await withToken(more.quiet);
  try {
    return await send(method, path, more);
  } catch (error) {
    if (error.status !== 401) throw error;
    token = null;
    await withToken(more.quiet);
    return send(method, path, more);
  }
}, more);

/** Reading, and a command with its key, may be repeated; anything else is sent once (tries: 1). whole: the answer itself. */
async function patiently(attempt, { tries = 3, whole = false }) {
  for (let n = 1; ; n++) {
    try {
      return await read(await attempt(), whole);
    } catch (error) {
      if (n >= tries || !isAway(error) || error.name === "AbortError") throw error;
      await pause(Math.max(error.retryAfter ?? 0, 0.4 * 2 ** n) * 1000 * (0.75 + Math.random() / 2));
    }
  }
}
