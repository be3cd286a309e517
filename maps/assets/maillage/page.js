// Draws a map described by maps/page.py into its article.
(function () {
  "use strict";
  const Maillage = window.Maillage;

  // From the ground up; Leaflet's own panes: tiles 200, tooltips 650, popups 700.
  const PANES = { ground: 300, areas: 350, circles: 400, names: 420, points: 440, flags: 590, counts: 600, pins: 620 };

  function makePanes(map) {
    for (const [name, level] of Object.entries(PANES)) {
      const pane = map.createPane(name);
      pane.style.zIndex = level;
    }
    // Names and the ring are looked at, not clicked; a click on the canvas is the map's own.
    for (const name of ["ground", "names", "points"]) map.getPane(name).style.pointerEvents = "none";
  }

  function addControls(map) {
    L.control.zoom({ position: "topleft", zoomInTitle: "Agrandir", zoomOutTitle: "Réduire" }).addTo(map);
    L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
    map.attributionControl.setPrefix("Leaflet");
    const home = L.DomUtil.create("button", "mm-home");
    home.type = "button";
    home.textContent = "Tout voir";
    const control = L.control({ position: "topright" });
    control.onAdd = () => home;
    control.addTo(map);
    L.DomEvent.disableClickPropagation(home);
    return home;
  }

  // The wheel scrolls the page until the map has been chosen by a click or by the keyboard.
  function tameWheel(map) {
    const container = map.getContainer();
    map.scrollWheelZoom.disable();
    container.addEventListener("focusin", () => map.scrollWheelZoom.enable());
    container.addEventListener("focusout", () => map.scrollWheelZoom.disable());
  }

  // On a phone, a card and the buttons would cover one another: the style sheet hides those while a card is open.
  function makeRoomForCards(map) {
    map.on("popupopen popupclose", (event) => map.getContainer().classList.toggle("mm-has-card", event.type === "popupopen"));
  }

  Maillage.drawMap = function (article, described) {
    const container = article.querySelector(".mm-map");
    const still = window.matchMedia && matchMedia("(prefers-reduced-motion: reduce)").matches;
    const map = L.map(container, {
      ...described.options,
      center: described.center,
      zoomControl: false,
      ...(still ? { zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false } : {}),
    });
    // To make room for a card, Leaflet slides the map whatever its options say.
    if (still) map.panBy = (offset, options) => L.Map.prototype.panBy.call(map, offset, { ...options, animate: false });
    map.ink = described.ink;
    makePanes(map);
    map.groundRenderer = L.svg({ pane: "ground", padding: 0.6 });
    const home = addControls(map);
    const seeAll = () => map.fitBounds(described.bounds, { padding: [8, 8], animate: false });
    seeAll();
    home.addEventListener("click", seeAll);
    tameWheel(map);
    makeRoomForCards(map);
    // Folium elements that are not ours look for the map under its name.
    window[described.name] = map;
    for (const layer of described.layers) Maillage.drawers[layer.type](map, layer, article);
    Maillage.bindTiles(article, map);
    return map;
  };
})();
