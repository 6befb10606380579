/** Lets the kiosk start without a network: everything it has loaded is kept for the service worker to answer with. */

const CACHE = "machmit-kiosk";
const LANGUAGES = ["de", "ls", "en"];

/** Files the page names only when they are needed. */
const LATER = [
  "zxing/reader/index.js", "zxing/share.js", "zxing/reader/zxing_reader.wasm",
  "fonts/FiraSans-Regular.woff2", "fonts/FiraSans-SemiBold.woff2", "fonts/FiraSans-Bold.woff2",
];

/** Files of an older program are forgotten once today's are all here. */
export async function stayWithoutNetwork() {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register("/kiosk/dienst.js", { scope: "/kiosk", updateViaCache: "none" });
    const loaded = performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname);
    const files = loaded.filter((path) => path.startsWith("/static/"));
    const later = LATER.map((path) => new URL(`../../vendor/${path}`, import.meta.url).pathname);
    const pages = ["/kiosk", ...LANGUAGES.map((code) => `/kiosk?lang=${code}`)];
    const wanted = [...new Set([...files, ...later, ...pages])];
    const cache = await caches.open(CACHE);
    await cache.addAll(wanted);
    for (const { url } of await cache.keys()) {
      const { pathname, search } = new URL(url);
      if (!wanted.includes(pathname + search)) await cache.delete(url);
    }
  } catch {
    // without it the kiosk works as long as the page stays open
  }
}
