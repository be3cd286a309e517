// A point, who is around it, and the ranked list: what is pointed at in one is marked in the other.
(function () {
  "use strict";
  const Maillage = window.Maillage;

  function drawOrigin(map, layer) {
    L.marker(layer.origin, {
      pane: "pins",
      title: "Point de départ\u00a0: " + layer.originLabel,
      keyboard: false,
      icon: L.divIcon({ className: "mm-origin", iconSize: [28, 28], html: Maillage.element("span") }),
    }).addTo(map);
  }

  function writeIcon(layer, spot) {
    const [main] = spot.results;
    const [, colour, shape] = layer.classes[main.class];
    const mark = Maillage.element("span", "mm-rank");
    mark.append(Maillage.symbol(colour, layer.shapes[shape], spot.results.every((result) => result.isTownLevel)));
    const ranks = spot.results.map((result) => result.rank);
    mark.append(Maillage.element("b", "", ranks.length > 1 ? ranks[0] + "+" : String(ranks[0])));
    return L.divIcon({ className: "mm-result", iconSize: [34, 34], iconAnchor: [17, 17], html: mark });
  }

  // Several presences at one place share one mark.
  function gather(results) {
    const spots = new Map();
    for (const result of results) {
      const key = result.at.join();
      if (!spots.has(key)) spots.set(key, { at: result.at, results: [] });
      spots.get(key).results.push(result);
    }
    return [...spots.values()];
  }

  Maillage.drawers.near = function (map, layer, article) {
    if (layer.origin) drawOrigin(map, layer);
    const items = new Map([...article.querySelectorAll("li[data-rank]")].map((item) => [Number(item.dataset.rank), item]));
    for (const spot of gather(layer.results)) {
      const marker = L.marker(spot.at, { pane: "counts", icon: writeIcon(layer, spot), keyboard: false, riseOnHover: true, zIndexOffset: -spot.results[0].rank }).addTo(map);
      const mark = bindSpot(map, marker, spot, items, article);
      for (const result of spot.results) Maillage.talk.follow(result.id, { mark, open: mark.open });
    }
  };

  function bindSpot(map, marker, spot, items, article) {
    const place = marker.getElement();
    const own = spot.results.map((result) => items.get(result.rank)).filter(Boolean);
    const mark = (isMarked) => {
      place.classList.toggle("mm-marked", isMarked);
      marker.setZIndexOffset(isMarked ? 1000 : -spot.results[0].rank);
      for (const item of own) item.classList.toggle("mm-marked", isMarked);
    };
    const open = () => Maillage.openPopup(map, spot.at, Maillage.writeCards(spot.results.map((result) => result.card), spot.results.length + " à cet endroit"), { offset: [0, -10] });
    // The list says the same and is walked by the keyboard: the marks need not be.
    place.setAttribute("aria-hidden", "true");
    const ids = spot.results.map((result) => result.id);
    place.addEventListener("mouseenter", () => (mark(true), Maillage.talk.say(ids)));
    place.addEventListener("mouseleave", () => (mark(false), Maillage.talk.say([])));
    marker.on("click", open);
    for (const item of own) bindItem(item, mark, open, article);
    mark.open = open;
    return mark;
  }

  function bindItem(item, mark, open, article) {
    item.addEventListener("mouseenter", () => mark(true));
    item.addEventListener("mouseleave", () => mark(false));
    item.addEventListener("focusin", () => mark(true));
    item.addEventListener("focusout", () => mark(false));
    const button = item.querySelector("button");
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      article.querySelector(".mm-map").scrollIntoView({ block: "nearest" });
      open();
    });
  }
})();
