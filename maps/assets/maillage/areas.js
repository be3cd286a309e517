// Territories in colour classes, or circles on them, and the table that follows the map.
(function () {
  "use strict";
  const Maillage = window.Maillage;

  function writeLines(lines) {
    const made = Maillage.element("div", "mm-card");
    made.append(Maillage.element("strong", "mm-card-name", lines[0]));
    for (const line of lines.slice(1)) made.append(Maillage.element("p", "", line));
    return made;
  }

  // A territory that is pointed at, focused in the table or clicked: its border, its figures.
  class Areas {
    constructor(map, article) {
      this.map = map;
      this.article = article;
      this.shapes = new Map();
      this.lines = {};
    }

    add(code, shape, lines) {
      this.lines[code] = lines;
      this.shapes.set(code, [...(this.shapes.get(code) || []), shape]);
      shape.bindTooltip(() => writeLines(this.lines[code]), { sticky: true, className: "mm-figures" });
      shape.on("mouseover", () => this.mark(code, true));
      shape.on("mouseout", () => this.mark(code, false));
      shape.on("click", (event) => Maillage.openPopup(this.map, event.latlng, writeLines(this.lines[code])));
    }

    mark(code, isMarked) {
      if (this.edge) this.edge.remove();
      this.edge = null;
      const [shape] = this.shapes.get(code) || [];
      if (isMarked && shape && shape.outlineOf) {
        this.edge = L.polyline(shape.outlineOf(), { pane: "names", interactive: false, color: this.map.ink, weight: 4, smoothFactor: 0 });
        this.edge.addTo(this.map);
      }
      const row = this.article.querySelector('tr[data-code="' + code + '"]');
      if (row) row.classList.toggle("mm-marked", isMarked);
    }

    show(code) {
      const [shape] = this.shapes.get(code) || [];
      if (!shape) return;
      this.article.querySelector(".mm-map").scrollIntoView({ block: "nearest" });
      const at = shape.getBounds ? shape.getBounds().getCenter() : shape.getLatLng();
      Maillage.openPopup(this.map, at, writeLines(this.lines[code]));
      this.mark(code, true);
    }
  }

  function areasOf(map, article) {
    if (!map.areas) {
      map.areas = new Areas(map, article);
      bindTable(article, map.areas);
      Maillage.bindSorting(article);
    }
    return map.areas;
  }

  function bindTable(article, areas) {
    for (const row of article.querySelectorAll("tr[data-code]")) {
      row.addEventListener("mouseenter", () => areas.mark(row.dataset.code, true));
      row.addEventListener("mouseleave", () => areas.mark(row.dataset.code, false));
      const button = row.querySelector("button");
      if (!button) continue;
      button.disabled = false;
      button.addEventListener("focus", () => areas.mark(row.dataset.code, true));
      button.addEventListener("blur", () => areas.mark(row.dataset.code, false));
      button.addEventListener("click", () => areas.show(row.dataset.code));
    }
  }

  // A click on a column's title sorts by it, then the other way round.
  Maillage.bindSorting = function (article) {
    for (const table of article.querySelectorAll("table")) {
      const titles = [...table.querySelectorAll("thead th")];
      titles.forEach((title, column) => {
        if (!table.querySelector("tbody tr :nth-child(" + (column + 1) + ")[data-sort]")) return;
        const button = Maillage.element("button", "mm-sort", title.textContent);
        button.type = "button";
        title.replaceChildren(button);
        button.addEventListener("click", () => sortBy(table, titles, column));
      });
    }
  };

  function sortBy(table, titles, column) {
    const isUp = titles[column].getAttribute("aria-sort") === "descending" || (column === 0 && !titles[column].hasAttribute("aria-sort"));
    for (const title of titles) title.removeAttribute("aria-sort");
    titles[column].setAttribute("aria-sort", isUp ? "ascending" : "descending");
    const body = table.tBodies[0];
    const valueOf = (row) => row.cells[column].dataset.sort;
    const compare = column === 0 ? (a, b) => valueOf(a).localeCompare(valueOf(b), "fr") : (a, b) => valueOf(a) - valueOf(b);
    const rows = [...body.rows].sort(compare);
    body.append(...(isUp ? rows : rows.reverse()));
  }

  // `fills` gives a colour or `url(#pattern)` a class; `classOf` the class of each territory, in the topology's order.
  Maillage.drawers.areas = function (map, layer, article) {
    const topology = new Maillage.Topology(layer.topology);
    const renderer = L.svg({ pane: "areas", padding: 0.6 });
    const areas = areasOf(map, article);
    topology.shapes.forEach((territory, place) => {
      const shape = L.polygon(topology.polygons(territory), {
        renderer,
        pane: "areas",
        stroke: false,
        fillColor: layer.fills[layer.classOf[place]],
        fillOpacity: 1,
        smoothFactor: 0,
        className: "mm-area",
      }).addTo(map);
      shape.outlineOf = () => topology.outline([territory.id]);
      areas.add(territory.id, shape, layer.lines[place]);
    });
    Maillage.drawBorders(map, topology, layer, { interactive: false, pane: "areas", renderer, smoothFactor: 0 });
    if (layer.absent.length) {
      for (const code of layer.absent) {
        L.polyline(topology.outline([code]), { interactive: false, pane: "areas", renderer, color: layer.colours.absence, weight: 3, smoothFactor: 0 }).addTo(map);
      }
    }
  };

  // Circles in pixels: their surface is the count; the largest are drawn first.
  Maillage.drawers.circles = function (map, layer, article) {
    const renderer = L.svg({ pane: "circles", padding: 0.6 });
    const areas = areasOf(map, article);
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
      if (areas.lines[code]) areas.add(code, circle, areas.lines[code]);
    }
  };
})();
