/* offline — a service worker for one thing: the page that checks receipts still opens without a network. Everything is asked of
   the network first; what /kiem-tra needs has been put into the cache "verify" by that page. */
addEventListener("install", () => self.skipWaiting());
addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin) return;
  if (!/^\/(kiem-tra|en\/check-receipt|assets\/.*)$/.test(pathname)) return;
  event.respondWith(fetch(event.request).catch(async () => (await caches.match(event.request, { ignoreSearch: true, cacheName: "verify" })) ?? Response.error()));
});
