// A count of presences as a button: a disc with its number, ringed by the colours of its sectors.
(function () {
  "use strict";
  const Maillage = window.Maillage;
  const SPACE = "http://www.w3.org/2000/svg";
  // A finger needs more room than a mouse.
  const TARGET_PX = window.matchMedia && matchMedia("(pointer: coarse)").matches ? 44 : 30;

  // In a smaller disc, a ring of colours is confetti.
  const RING_FROM_PX = 34;

  // Surface grows with the count, as far as the number inside can be read; five never look like five hundred.
  function diameter(count, largest) {
    const size = Math.min(22 + 38 * Math.sqrt(count / largest), 20 + 5 * Math.sqrt(count));
    return Math.max(14 + 8 * Maillage.writeNumber(count).length, size);
  }

  Maillage.spreadCounts = function (counted, zoom) {
    const largest = counted.reduce((most, spot) => Math.max(most, spot.members.length), 1);
    for (const spot of counted) spot.diameter = diameter(spot.members.length, largest);
    // Where every presence has room, a count is of one exact place: it stays there.
    const isByTerritory = counted.some((spot) => spot.level !== "place");
    if (isByTerritory) Maillage.spread(counted, zoom, (spot) => spot.diameter);
  };

  // Whether too many numbers, spread as far as they may be, are still under a neighbour's disc.
  const HIDDEN_SHARE = 0.1;
  const HIDDEN_FROM_PX = 8;

  Maillage.hideOneAnother = function (counted, zoom) {
    const scale = 2 ** zoom;
    const isHidden = (one) =>
      counted.some((other) => {
        const away = Math.hypot(one.at[0] - other.at[0], one.at[1] - other.at[1]) * scale;
        return other !== one && (one.diameter + other.diameter) / 2 - away > HIDDEN_FROM_PX;
      });
    return counted.filter(isHidden).length > HIDDEN_SHARE * counted.length;
  };

  // Gives the focus to the count nearest to a place, or to the map where it shows none.
  Maillage.focusCount = function (map, latLng) {
    const seen = map.getBounds();
    const shown = (map.counts ? map.counts.getLayers() : []).filter((each) => seen.contains(each.getLatLng()));
    const away = (each) => latLng.distanceTo(each.getLatLng());
    const nearest = shown.reduce((best, each) => (best && away(best) <= away(each) ? best : each), null);
    (nearest ? nearest.getElement() : map.getContainer()).focus({ preventScroll: true });
  };

  // Where a town's name may stand: under its dot, over it, farther, beside it.
  const NAME_PLACES = [
    "translate(-50%, 0.35rem)", "translate(-50%, -1.4rem)", "translate(-50%, 1.1rem)", "translate(-50%, -2.1rem)",
    "translate(0.5rem, -50%)", "translate(calc(-100% - 0.5rem), -50%)",
  ];

  function touchesDisc(box, disc) {
    const [x, y] = [disc.left + disc.width / 2, disc.top + disc.height / 2];
    return Math.hypot(Math.max(box.left - x, x - box.right, 0), Math.max(box.top - y, y - box.bottom, 0)) < disc.width / 2;
  }

  const touchesName = (box, other) =>
    box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom;

  // A name half hidden by a number reads as another's, or as none: it steps aside, or waits until there is room.
  function clearNames(map, counts) {
    const discs = counts.getLayers().map((each) => each.getElement().querySelector("circle, .mm-tiled-disc").getBoundingClientRect());
    // Nor under a button of the map.
    const written = [...map.getContainer().querySelectorAll(".leaflet-control")].map((each) => each.getBoundingClientRect());
    for (const name of map.getPane("names").querySelectorAll(".mm-town span")) {
      const hasRoom = NAME_PLACES.some((place) => {
        name.style.transform = place;
        const box = name.getBoundingClientRect();
        if (discs.some((disc) => touchesDisc(box, disc)) || written.some((other) => touchesName(box, other))) return false;
        return written.push(box);
      });
      name.parentElement.classList.toggle("mm-covered", !hasRoom);
    }
  }

  // Counts are made anew at each move: who stood on one by keyboard stands on the nearest of the new ones.
  Maillage.renewCounts = function (map, counts, add) {
    const stood = counts.getLayers().find((each) => {
      const place = each.getElement();
      return place === document.activeElement && place.matches(":focus-visible");
    });
    const isLost = document.activeElement === document.body;
    const latLng = stood ? stood.getLatLng() : isLost && map.stoodAt;
    map.stoodAt = null;
    map.counts = counts;
    counts.clearLayers();
    add();
    clearNames(map, counts);
    if (latLng) Maillage.focusCount(map, latLng);
  };

  // Leaflet makes a count a button for screen readers, but hears only the mouse.
  Maillage.pressByKeyboard = function (map, button, open) {
    button.getElement().addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      // While the map grows its counts are hidden, and what is hidden loses the focus.
      map.stoodAt = button.getLatLng();
      open();
    });
  };

  function draw(tag, attributes) {
    const made = document.createElementNS(SPACE, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  }

  function countByClass(points, members) {
    const counts = new Map();
    for (const i of members) {
      const main = points.classesOf(i)[0];
      counts.set(main, (counts.get(main) || 0) + 1);
    }
    return [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  }

  // Arcs of the ring, largest sector first, from the top clockwise.
  function drawRing(svg, points, counts, total, radius) {
    const length = 2 * Math.PI * radius;
    let start = 0;
    for (const [main, count] of counts) {
      const share = (count / total) * length;
      svg.append(
        draw("circle", {
          r: radius, fill: "none", stroke: points.classes[main][1], "stroke-width": 4,
          "stroke-dasharray": share + " " + (length - share), "stroke-dashoffset": -start, transform: "rotate(-90)",
        }),
      );
      start += share;
    }
  }

  function drawDisc(points, { members, diameter: size }) {
    const box = Math.max(size, TARGET_PX);
    const svg = draw("svg", { width: box, height: box, viewBox: [-box / 2, -box / 2, box, box].join(" "), "aria-hidden": "true" });
    svg.append(draw("circle", { r: size / 2, fill: "#fffdf8", stroke: "#12434d", "stroke-width": size < RING_FROM_PX ? 2 : 1 }));
    if (size >= RING_FROM_PX) drawRing(svg, points, countByClass(points, members), members.length, size / 2 - 3);
    const text = draw("text", { "text-anchor": "middle", y: 4.5, class: "mm-count-number" });
    text.textContent = Maillage.writeNumber(members.length);
    svg.append(text);
    return { svg, box };
  }

  function sayMakeUp(points, members) {
    const [first, ...others] = countByClass(points, members);
    const main = points.classes[first[0]][0] + "\u00a0: " + Maillage.writeNumber(first[1]);
    return others.length ? main + "\u00a0; " + others.slice(0, 2).map(([c, n]) => points.classes[c][0] + "\u00a0: " + Maillage.writeNumber(n)).join("\u00a0; ") : main;
  }

  function open(view, spot, latLng) {
    const { map, points } = view;
    const bounds = L.latLngBounds(spot.members.map((i) => points.latLng(i)));
    const isOnePlace = bounds.getSouthWest().distanceTo(bounds.getNorthEast()) < 2;
    if (isOnePlace || map.getZoom() >= map.getMaxZoom()) return view.open(spot.members, latLng);
    const zoom = Math.max(map.getBoundsZoom(bounds.pad(0.1)), map.getZoom() + 1);
    map.setView(bounds.getCenter(), Math.min(zoom, map.getMaxZoom()));
  }

  Maillage.makeCountButton = function (view, spot, latLng) {
    const { points } = view;
    const { svg, box } = drawDisc(points, spot);
    const name = points.nameOf(spot);
    const said = Maillage.writeCount(spot.members.length, points.nouns) + (name ? ", " + name : "");
    const button = L.marker(latLng, {
      pane: "counts",
      icon: L.divIcon({ className: "mm-count", iconSize: [box, box], html: svg }),
      riseOnHover: true,
      zIndexOffset: -spot.members.length,
    });
    button.spot = spot;
    button.on("add", () => {
      const place = button.getElement();
      place.setAttribute("aria-label", said + (spot.level === "place" ? ". Lire les noms" : ". Agrandir ici"));
      Maillage.pressByKeyboard(view.map, button, () => open(view, spot, latLng));
      place.addEventListener("focus", () => button.openTooltip());
      place.addEventListener("blur", () => button.closeTooltip());
    });
    const tip = Maillage.element("div");
    tip.append(Maillage.element("strong", "", said), Maillage.element("br"), sayMakeUp(points, spot.members));
    button.bindTooltip(tip, { direction: "top", offset: [0, -box / 2 + 6] });
    button.on("click", () => open(view, spot, latLng));
    return button;
  };
})();
