// Territories in colour classes, circles on them, and the table that follows the map.
(function () {
  "use strict";
  const Maillage = window.Maillage;
  // Beyond this many territories, their borders are drawn as hairlines.
  const MANY = 400;

  function writeLines(lines) {
    const made = Maillage.element("div", "mm-card");
    made.append(Maillage.element("strong", "mm-card-name", lines[0]));
    for (const line of lines.slice(1)) made.append(Maillage.element("p", "", line));
    return made;
  }

  // Whether a point lies in a polygon with holes: a line eastwards crosses its rings an odd number of times.
  function contains(rings, { lat, lng }) {
    let isInside = false;
    for (const ring of rings) {
      for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
        const [latI, lngI] = ring[i];
        const [latJ, lngJ] = ring[j];
        if (latI > lat !== latJ > lat && lng < ((lngJ - lngI) * (lat - latI)) / (latJ - latI) + lngI) isInside = !isInside;
      }
    }
    return isInside;
  }

  // A territory that is pointed at, focused in the table or clicked: its border, its figures.
  class Areas {
    constructor(map, article, topology, lines) {
      this.map = map;
      this.article = article;
      this.topology = topology;
      this.tooltip = L.tooltip({ direction: "top", offset: [0, -8], className: "mm-figures" });
      this.territories = new Map(
        topology.shapes.map((shape, place) => {
          const polygons = topology.polygons(shape);
          return [shape.id, { polygons, bounds: L.latLngBounds(polygons.flatMap((rings) => rings[0])), lines: lines[place] }];
        }),
      );
      bindTable(article, this);
    }

    find(latLng) {
      for (const [code, { polygons, bounds }] of this.territories) {
        if (bounds.contains(latLng) && polygons.some((rings) => contains(rings, latLng))) return code;
      }
      return null;
    }

    // Lets a drawing be pointed at and clicked; `codeAt` says which territory is meant.
    follow(drawing, codeAt) {
      drawing.on("mousemove", (event) => this.point(codeAt(event.latlng), event.latlng));
      drawing.on("mouseout", () => this.point(null));
      drawing.on("click", (event) => this.open(codeAt(event.latlng), event.latlng));
    }

    point(code, latLng) {
      this.mark(code);
      if (!code) return this.tooltip.remove();
      if (code !== this.told) this.tooltip.setContent(writeLines(this.territories.get(code).lines));
      this.told = code;
      this.tooltip.setLatLng(latLng).addTo(this.map);
    }

    open(code, latLng) {
      if (!code) return;
      this.tooltip.remove();
      Maillage.openPopup(this.map, latLng, writeLines(this.territories.get(code).lines));
    }

    mark(code) {
      if (code === this.marked) return;
      if (this.edge) this.edge.remove();
      this.edge = null;
      this.light(this.marked, false);
      this.marked = code;
      this.light(code, true);
      if (!this.territories.has(code)) return;
      this.edge = L.polyline(this.topology.outline([code]), {
        pane: "names",
        interactive: false,
        color: this.map.ink,
        weight: 4,
        smoothFactor: 0,
      }).addTo(this.map);
    }

    light(code, isLit) {
      const row = code && this.article.querySelector('tr[data-code="' + CSS.escape(code) + '"]');
      if (row) row.classList.toggle("mm-marked", isLit);
    }

    show(code) {
      if (!this.territories.has(code)) return;
      this.article.querySelector(".mm-map").scrollIntoView({ block: "nearest" });
      this.open(code, this.territories.get(code).bounds.getCenter());
      this.mark(code);
    }
  }

  function bindTable(article, areas) {
    for (const row of article.querySelectorAll("tr[data-code]")) {
      const code = row.dataset.code;
      row.addEventListener("mouseenter", () => areas.mark(code));
      row.addEventListener("mouseleave", () => areas.mark(null));
      const button = row.querySelector("button");
      button.disabled = false;
      button.addEventListener("focus", () => areas.mark(code));
      button.addEventListener("click", () => areas.show(code));
    }
    Maillage.bindSorting(article);
  }

  // `fills` gives a colour or `url(#pattern)` a class; `classOf` the class of each territory, in the topology's order.
  // A class is one drawing: thousands of communes stay as light as five départements.
  Maillage.drawers.areas = function (map, layer, article) {
    const topology = new Maillage.Topology(layer.topology);
    const still = { interactive: false, pane: "areas", renderer: L.svg({ pane: "areas", padding: 0.6 }), smoothFactor: 0 };
    const areas = (map.areas = new Areas(map, article, topology, layer.lines));
    layer.fills.forEach((fillColor, number) => {
      const members = topology.shapes.filter((shape, place) => layer.classOf[place] === number);
      if (!members.length) return;
      const polygons = members.flatMap((shape) => areas.territories.get(shape.id).polygons);
      const drawing = L.polygon(polygons, { ...still, interactive: true, stroke: false, fillColor, fillOpacity: 1, className: "mm-area" });
      areas.follow(drawing.addTo(map), (latLng) => areas.find(latLng));
    });
    Maillage.drawBorders(map, topology, layer, still, topology.shapes.length > MANY ? 0.35 : 1);
    const line = (lines) => L.polyline(lines, { ...still, color: layer.colours.absence, weight: 3 }).addTo(map);
    for (const code of layer.absent) line(topology.outline([code]));
  };

  // Circles in pixels: their surface is the count; the largest are drawn first.
  Maillage.drawers.circles = function (map, layer) {
    const renderer = L.svg({ pane: "circles", padding: 0.6 });
    for (const [code, lat, lon, radius] of layer.circles) {
      const circle = L.circleMarker([lat, lon], {
        renderer,
        pane: "circles",
        radius,
        color: "#fffdf8",
        weight: 1.5,
        fillColor: layer.colour,
        fillOpacity: 0.82,
      }).addTo(map);
      map.areas.follow(circle, () => code);
    }
  };
})();
