// Keeps what it takes to read the last search without network, and nothing else.
// Served at /sw.js after a line that sets VERSION, SHELL and OFFLINE: see api/routes/offline.py.
"use strict";
/* global VERSION, SHELL, OFFLINE */

const SHELF = `maillage-shell-${VERSION}`;
const SEARCH = `maillage-search-${VERSION}`;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(SHELF)
      .then((shelf) => shelf.addAll([...SHELL, OFFLINE]))
      .then(() => self.skipWaiting()),
  );
});

// Another program has other styles: what the one before kept goes with it.
self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => ![SHELF, SEARCH].includes(name)).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

// A search that names a place. « Autour de moi » is never kept: where somebody stands is written nowhere.
function isSearch(address) {
  const asked = address.searchParams;
  const named = (asked.get("q") || asked.get("commune") || "").trim();
  return address.pathname === "/proche" && Boolean(named) && !asked.get("lat") && !asked.get("lon");
}

// What was answered to somebody who gave a token is marked private by the site: it is not for this shelf.
function isForAll(answer) {
  const told = answer.headers.get("cache-control") || "";
  return answer.status === 200 && !answer.redirected && !/private|no-store/.test(told);
}

async function keepSearch(request, answer) {
  await caches.delete(SEARCH);
  const shelf = await caches.open(SEARCH);
  await shelf.put(request.url, answer);
}

const escapeText = (text) => text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);

function describe(address) {
  const asked = new URL(address).searchParams;
  return escapeText(asked.get("q") || asked.get("commune"));
}

async function findLast() {
  const shelf = await caches.open(SEARCH);
  const [request] = await shelf.keys();
  return request ? { address: request.url, answer: await shelf.match(request) } : null;
}

function rewrite(answer, html) {
  const headers = new Headers(answer.headers);
  for (const name of ["content-length", "content-encoding"]) headers.delete(name);
  return new Response(html, { status: 200, headers });
}

async function showLast(last) {
  const kept = new Date(last.answer.headers.get("date") || Date.now());
  const when = kept.toLocaleString("fr-FR", { dateStyle: "long", timeStyle: "short" });
  const note = `<p class="message" role="status">Vous êtes hors connexion. Cette réponse a été gardée sur cet appareil le ${escapeText(when)}.</p>`;
  const html = await last.answer.text();
  return rewrite(last.answer, html.replace(/<main[^>]*>/, (opening) => opening + note));
}

async function showOffline() {
  const page = await caches.match(OFFLINE, { cacheName: SHELF });
  const last = await findLast();
  if (!last) return page;
  const address = new URL(last.address);
  const link = `<p><a class="button" href="${escapeText(address.pathname + address.search)}">Lire votre dernière recherche : « ${describe(last.address)} »</a></p>`;
  const html = await page.text();
  return rewrite(page, html.replace(/<p id="nothing-kept">[^]*?<\/p>/, () => link));
}

async function answerPage(event) {
  try {
    const answer = await fetch(event.request);
    if (event.request.destination === "document" && isSearch(new URL(event.request.url)) && isForAll(answer)) {
      event.waitUntil(keepSearch(event.request, answer.clone()));
    }
    return answer;
  } catch {
    const last = await findLast();
    if (last && last.address === event.request.url) return showLast(last);
    return showOffline();
  }
}

// In the frame of a kept search: the list beside it says all that the map would show.
function sayMapAway() {
  const html =
    '<!doctype html><html lang="fr"><meta charset="utf-8"><title>Carte</title><meta name="color-scheme" content="light dark">' +
    '<body style="font: 1.0625rem/1.5 system-ui, sans-serif; margin: 1rem"><p>La carte demande le réseau. La liste dit la même chose.</p>';
  return new Response(html, { headers: { "content-type": "text/html; charset=utf-8" } });
}

// A style or a script asked with its digest never changes.
async function answerAsset(request) {
  const kept = await caches.match(request, { cacheName: SHELF });
  if (kept) return kept;
  const answer = await fetch(request);
  if (isForAll(answer)) {
    const shelf = await caches.open(SHELF);
    await shelf.put(request, answer.clone());
  }
  return answer;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  // What stands in other sites' pages is theirs to keep or not.
  if (address.pathname.startsWith("/embed/")) return;
  if (address.pathname.startsWith("/assets/") && address.searchParams.has("v")) {
    event.respondWith(answerAsset(request));
  } else if (request.mode === "navigate" && request.destination === "document") {
    event.respondWith(answerPage(event));
  } else if (request.destination === "iframe") {
    event.respondWith(fetch(request).catch(sayMapAway));
  }
});

// The page that brought this worker came before it: it asks to be kept, with what it is dressed in.
self.addEventListener("message", (event) => {
  const { keep, dress } = event.data || {};
  if (!keep) return;
  const address = new URL(keep);
  if (address.origin !== self.location.origin || !isSearch(address)) return;
  event.waitUntil(
    (async () => {
      const answer = await fetch(address.href, { credentials: "same-origin" });
      if (isForAll(answer)) await keepSearch(new Request(address.href), answer);
      for (const worn of dress || []) {
        const asset = new URL(worn, self.location.origin);
        if (asset.origin === self.location.origin && asset.pathname.startsWith("/assets/")) await answerAsset(new Request(asset.href));
      }
      if (event.source) event.source.postMessage("kept");
    })().catch(() => {}),
  );
});
