// The land, its borders, the names of towns, the antennes and the ring.
(function () {
  "use strict";
  const Maillage = window.Maillage;

  Maillage.drawers.ground = function (map, layer) {
    const topology = new Maillage.Topology(layer.topology);
    const still = { interactive: false, pane: "ground", renderer: map.groundRenderer };
    const all = topology.shapes.flatMap((shape) => topology.polygons(shape));
    L.polygon(all, { ...still, stroke: false, fillColor: layer.colours.land, fillOpacity: 1, className: "mm-land" }).addTo(map);
    drawBorders(map, topology, layer, still);
  };

  function drawBorders(map, topology, layer, still, innerWeight = 1) {
    const line = (lines, color, weight, place = still) =>
      L.polyline(lines, { ...place, color, weight, opacity: 1, lineJoin: "round" }).addTo(map);
    line(topology.inner(), layer.colours.line, innerWeight);
    line(topology.edge(), layer.colours.edge, 1.5);
    // Over the circles, under the points.
    const above = { interactive: false, pane: "names", smoothFactor: 0 };
    if (layer.outlined.length) line(topology.outline(layer.outlined), layer.colours.outline, 3, above);
  }
  Maillage.drawBorders = drawBorders;

  // Few names when the whole region is seen, more when there is room.
  const zoomByRank = { 1: 0, 2: 8.5, 3: 10 };

  Maillage.drawers.towns = function (map, layer) {
    const names = layer.towns.map(([name, lat, lon, rank]) => ({
      rank,
      marker: L.marker([lat, lon], {
        pane: "names",
        interactive: false,
        keyboard: false,
        icon: L.divIcon({ className: "mm-town", iconSize: [0, 0], html: Maillage.element("span", "", name) }),
      }),
    }));
    const show = () => {
      for (const { rank, marker } of names) {
        const isShown = map.getZoom() >= zoomByRank[rank] && (rank === 1 || map.getSize().x > 0);
        if (isShown !== map.hasLayer(marker)) isShown ? marker.addTo(map) : marker.remove();
      }
    };
    map.on("zoomend", show);
    show();
  };

  Maillage.drawers.antennes = function (map, layer) {
    for (const [name, lat, lon, town] of layer.antennes) {
      const marker = L.marker([lat, lon], {
        // Under the numbers: the pole is tall enough to show above one, and a hidden digit would lie.
        pane: "flags",
        title: name,
        // The legend names the antennes: the keyboard need not stop at each flag.
        keyboard: false,
        icon: L.divIcon({ className: "mm-antenne", iconSize: [24, 36], iconAnchor: [4, 43], html: Maillage.drawFlag(layer.colour) }),
      }).addTo(map);
      marker.getElement().setAttribute("aria-hidden", "true");
      marker.on("click", () =>
        Maillage.openPopup(map, [lat, lon], Maillage.writeCard({ name, sectors: "Antenne de l’Apes", town }), {
          offset: [6, -30],
        }),
      );
    }
  };

  function labelAt(map, place, text) {
    if (!text) return;
    L.marker(place, {
      pane: "names",
      interactive: false,
      keyboard: false,
      icon: L.divIcon({ className: "mm-ring-label", iconSize: [0, 0], html: Maillage.element("span", "", text) }),
    }).addTo(map);
  }

  // A place as a whole, and how far around it is looked.
  Maillage.drawers.area = function (map, layer) {
    const still = { pane: "names", interactive: false, color: layer.colour, fillColor: layer.colour, smoothFactor: 0 };
    if (layer.around.length) L.polygon(layer.around.map((ring) => [ring]), { ...still, weight: 2, dashArray: "6 5", fillOpacity: 0.05 }).addTo(map);
    L.polygon(layer.corners.map((ring) => [ring]), { ...still, weight: 3, fillOpacity: 0.12 }).addTo(map);
    const corners = layer.around.flat();
    if (corners.length) labelAt(map, corners.reduce((top, corner) => (corner[0] > top[0] ? corner : top)), layer.label);
  };

  Maillage.drawers.ring = function (map, layer) {
    L.polygon(layer.corners, {
      pane: "names",
      interactive: false,
      color: layer.colour,
      weight: 2,
      dashArray: "6 5",
      fillColor: layer.colour,
      fillOpacity: 0.06,
    }).addTo(map);
    labelAt(map, layer.corners[0], layer.label);
  };
})();
