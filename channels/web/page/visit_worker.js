// Keeps the worker's page and its files for where there is no network. What is personal never comes in here: the page keeps it, and clears it.

const CACHE = 'visits';
const FILES = [
  '/visits', '/static/visit.css', '/static/visit.js', '/static/visit_form.js', '/static/visit_kept.js', '/static/visit_relevant.js', '/static/icon.svg',
];

addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)).then(() => skipWaiting()));
});

addEventListener('activate', (event) => { event.waitUntil(clients.claim()); });

addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== location.origin || !FILES.includes(url.pathname) || url.searchParams.has('key')) return;
  event.respondWith(fresh(event.request, url.pathname));
});

/** From the network, so that a newer page comes at once; from the cache where there is none. */
async function fresh(request, path) {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(path, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(path);
    if (kept) return kept;
    throw error;
  }
}
