/** The kiosk's service worker: the program from the network or, without one, from the cache. Never anything of `/api`. */

const CACHE = "machmit-kiosk";
const worker = /** @type {any} */ (globalThis);

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.method !== "GET") return;
  if (pathname.startsWith("/static/")) event.respondWith(cacheFirst(event.request));
  else if (pathname === "/kiosk") event.respondWith(networkFirst(event.request));
});

/**
 * Files below `/static/<hash>/` never change.
 * @param {Request} request
 */
async function cacheFirst(request) {
  return (await caches.match(request)) ?? fetch(request);
}

/** @param {Request} request */
async function networkFirst(request) {
  try {
    return await fetch(request);
  } catch (lost) {
    const kept = await caches.match(request);
    if (kept) return kept;
    throw lost;
  }
}
