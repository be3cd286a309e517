// Small comforts only: every page is whole without this file.
"use strict";

// The filter panel is open where there is room for it.
for (const panel of document.querySelectorAll("details[data-open-wide]")) {
  if (window.matchMedia("(min-width: 60rem)").matches) panel.open = true;
}

// « Imprimer » exists only where it can act.
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// « Autour de moi » asks the browser once; the position goes into the form and nowhere else.
for (const button of document.querySelectorAll("button[data-locate]")) {
  if (!("geolocation" in navigator)) continue;
  const form = button.form;
  const status = document.getElementById(button.dataset.locate);
  button.hidden = false;
  button.addEventListener("click", () => {
    status.textContent = "Recherche de votre position…";
    navigator.geolocation.getCurrentPosition(
      (found) => {
        form.elements.q.value = "";
        // Three decimals are about 100 m: enough to rank neighbours, not enough to name a door.
        form.elements.lat.value = found.coords.latitude.toFixed(3);
        form.elements.lon.value = found.coords.longitude.toFixed(3);
        form.submit();
      },
      () => {
        status.textContent =
          "Votre position n'a pas pu être lue. Tapez le nom de votre commune : la réponse sera presque la même.";
      },
      { maximumAge: 60000, timeout: 15000 },
    );
  });
}

// Without network, the last search stays readable: a worker keeps it on this device (see offline-worker.js).
if ("serviceWorker" in navigator && !location.pathname.startsWith("/equipe")) {
  const isKept = Boolean(navigator.serviceWorker.controller);
  window.addEventListener("load", async () => {
    try {
      await navigator.serviceWorker.register("/sw.js");
      if (isKept || location.pathname !== "/proche") return;
      const dress = performance.getEntriesByType("resource").map((entry) => entry.name);
      (await navigator.serviceWorker.ready).active.postMessage({ keep: location.href, dress });
    } catch {
      // Some browsers refuse it in private windows: the site is whole without it.
    }
  });
}
