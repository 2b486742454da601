/* bytes — base64url without padding, as the services write bytes; bytes put together. */
export function unbase64(text) {
  const raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(raw, (c) => c.charCodeAt(0));
}

export const base64 = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
export const join = (...parts) => Uint8Array.from(parts.flatMap((p) => [...p]));
