// Keeps the files of the page, so that it works without a network. build.mjs puts a hash of them in the place of VERSION.
const FILES = ["./", "index.html", "style.css", "app.js"];
const NAME = `flash-check-${VERSION}`;

addEventListener("install", (event) => {
  // From the host, not from what the browser has kept of an older version.
  const files = FILES.map((file) => new Request(file, { cache: "reload" }));
  event.waitUntil(
    caches
      .open(NAME)
      .then((cache) => cache.addAll(files))
      .then(() => skipWaiting()),
  );
});
addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("flash-check-") && name !== NAME;
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))))
      .then(() => clients.claim()),
  );
});
addEventListener("fetch", (event) => {
  if (event.request.method !== "GET" || new URL(event.request.url).origin !== location.origin) return;
  event.respondWith(
    caches.open(NAME).then(async (cache) => (await cache.match(event.request)) ?? fetch(event.request)),
  );
});
