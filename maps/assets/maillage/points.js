// Presences on a canvas, their counts as buttons, their cards.
(function () {
  "use strict";
  const Maillage = window.Maillage;

  // Marks are small where there are many, larger where there is room.
  const sizeAt = (zoom) => (zoom < 10 ? 15 : 20);
  // The nearest zoom at which nothing is counted: see LEVELS in clusters.js.
  const SHOW_ZOOM = 12.25;
  const HIT_PX = window.matchMedia && matchMedia("(pointer: coarse)").matches ? 20 : 9;

  function runningSum(steps) {
    let sum = 0;
    return Int32Array.from(steps, (step) => (sum += step));
  }

  // The columns of maps/points.py as something that can be asked.
  class Points {
    constructor(layer) {
      Object.assign(this, layer);
      this.count = layer.name.length;
      this.x = runningSum(layer.x);
      this.y = runningSum(layer.y);
      this.town = runningSum(layer.town);
      this.worldX = new Float64Array(this.count);
      this.worldY = new Float64Array(this.count);
      for (let i = 0; i < this.count; i++) {
        const world = L.CRS.EPSG3857.latLngToPoint(this.latLng(i), 0);
        this.worldX[i] = world.x;
        this.worldY[i] = world.y;
      }
      // A mix is the sectors of a presence, in its order; its classes are the top-level sectors above them, each once.
      this.mixClasses = this.mixes.map((mix) => (mix.length ? [...new Set(mix.map((i) => this.sectors[i][1]))] : [this.unknownClass]));
      this.mixLabels = this.mixes.map((mix) => mix.map((i) => this.sectors[i][0]).join(", "));
      this.townOf = (i) => this.town[i];
      // A territory without name is unknown: nothing is counted in it.
      const known = (names, number) => (names[number] ? number : -1);
      this.groupOf = (i) => known(this.groups, this.townGroup[this.town[i]]);
      this.departementOf = (i) => known(this.departements, this.townDepartement[this.town[i]]);
    }

    latLng(i) {
      return L.latLng(this.y[i] / 100000, this.x[i] / 100000);
    }

    classesOf(i) {
      return this.mixClasses[this.mix[i]];
    }

    isTownLevel(i) {
      return this.precision[i] === this.townLevel;
    }

    card(i) {
      const at = (column) => (this[column] ? this[column][i] : "");
      return {
        name: this.name[i],
        sectors: this.mixLabels[this.mix[i]],
        town: this.towns[this.town[i]],
        precision: this.precisions[this.precision[i]] || "",
        address: at("address"),
        website: at("website"),
        summary: at("summary"),
        url: this.cardUrl ? this.cardUrl.replace("{id}", encodeURIComponent(this.id[i])) : "",
      };
    }

    nameOf(spot) {
      if (spot.level === "departement") return this.departements[spot.key];
      if (spot.level === "group") return this.groups[spot.key];
      if (spot.level === "town") return this.towns[spot.key];
      return this.towns[this.town[spot.members[0]]];
    }
  }

  // Each mark is drawn once, then stamped.
  function makeStamps(points, ratio) {
    const stamps = new Map();
    return function stampOf(classIndex, isHollow, size) {
      const key = (size * 100 + classIndex) * 2 + (isHollow ? 1 : 0);
      if (stamps.has(key)) return stamps.get(key);
      const [, colour, shape] = points.classes[classIndex];
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = Math.ceil(size * ratio);
      const ctx = canvas.getContext("2d");
      const box = (size * ratio) / 24;
      ctx.setTransform(box, 0, 0, box, 2 * box, 2 * box);
      const path = new Path2D(points.shapes[shape]);
      ctx.lineJoin = "round";
      ctx.lineWidth = isHollow ? 3.5 : 1.8;
      ctx.fillStyle = isHollow ? "#fffdf8" : colour;
      ctx.strokeStyle = isHollow ? colour : "#fffdf8";
      ctx.fill(path);
      ctx.stroke(path);
      stamps.set(key, canvas);
      return canvas;
    };
  }

  // Leaflet's canvas follows the map and clears itself; what it draws is ours.
  const PointsCanvas = L.Canvas.extend({
    _draw() {
      if (this._bounds && this.drawPoints) this.drawPoints(this._ctx, this._bounds);
    },
  });

  Object.assign(Maillage, { makeStamps, PointsCanvas });

  class PointsView {
    constructor(map, points) {
      this.map = map;
      this.points = points;
      this.shown = Array.from(points.name.keys());
      this.spotsByZoom = new Map();
      this.buttons = L.layerGroup().addTo(map);
      this.stampOf = makeStamps(points, L.Browser.retina ? 2 : 1);
      this.marked = -1;
      this.canvas = new PointsCanvas({ pane: "points", padding: 0.3 });
      this.canvas.drawPoints = (ctx, bounds) => this.draw(ctx, bounds);
      this.canvas.on("update", () => this.canvas._redraw());
      this.canvas.addTo(map);
      map.on("zoomend moveend", () => this.placeButtons());
      map.on("click", (event) => this.openAt(event));
      map.on("mousemove", (event) => this.pointAt(event));
      map.on("popupclose", () => this.mark(-1));
      this.placeButtons();
    }

    spots() {
      const zoom = this.map.getZoom();
      if (!this.spotsByZoom.has(zoom)) {
        const spots = Maillage.arrange(this.points, this.shown, zoom);
        Maillage.spreadCounts(spots.counted, zoom);
        this.spotsByZoom.set(zoom, spots);
      }
      return this.spotsByZoom.get(zoom);
    }

    // Shows only these presences.
    keep(indexes) {
      this.shown = indexes;
      this.spotsByZoom.clear();
      this.map.closePopup();
      this.redraw();
      this.placeButtons();
    }

    redraw() {
      this.canvas._redraw();
    }

    layerPoint(i) {
      const scale = 2 ** this.map.getZoom();
      const origin = this.map.getPixelOrigin();
      return L.point(this.points.worldX[i] * scale - origin.x, this.points.worldY[i] * scale - origin.y);
    }

    draw(ctx, bounds) {
      for (const i of this.spots().singles) {
        const at = this.layerPoint(i);
        if (bounds.contains(at)) this.stamp(ctx, i, at);
      }
      if (this.marked >= 0) this.ring(ctx, this.layerPoint(this.marked));
    }

    stamp(ctx, i, at) {
      const main = this.points.classesOf(i)[0];
      const size = sizeAt(this.map.getZoom());
      ctx.drawImage(this.stampOf(main, this.points.isTownLevel(i), size), at.x - size / 2, at.y - size / 2, size, size);
    }

    ring(ctx, at) {
      ctx.beginPath();
      ctx.arc(at.x, at.y, 13, 0, 7);
      ctx.lineWidth = 3;
      ctx.strokeStyle = this.map.ink;
      ctx.stroke();
    }

    mark(i) {
      if (this.marked === i) return;
      this.marked = i;
      this.redraw();
    }

    placeButtons() {
      Maillage.renewCounts(this.map, this.buttons, () => this.addButtons());
    }

    addButtons() {
      const view = this.map.getBounds().pad(0.1);
      for (const spot of this.spots().counted) {
        const latLng = this.map.unproject(L.point(spot.at).multiplyBy(2 ** this.map.getZoom()), this.map.getZoom());
        if (view.contains(latLng)) this.buttons.addLayer(Maillage.makeCountButton(this, spot, latLng));
      }
    }

    // Rings the count that holds a presence, since the presence itself is not drawn.
    markCount(i) {
      this.buttons.eachLayer((button) => {
        const place = button.getElement();
        if (place) place.classList.toggle("mm-marked", i >= 0 && button.spot.members.includes(i));
      });
    }

    near(layerPoint) {
      const found = [];
      for (const i of this.spots().singles) {
        const away = this.layerPoint(i).distanceTo(layerPoint);
        if (away <= HIT_PX) found.push([away, i]);
      }
      return found.sort((a, b) => a[0] - b[0]).map(([, i]) => i);
    }

    openAt(event) {
      const found = this.near(event.layerPoint);
      if (found.length) this.open(found, this.points.latLng(found[0]));
    }

    open(indexes, latLng) {
      const title = Maillage.writeCount(indexes.length, this.points.nouns) + " à cet endroit";
      Maillage.openPopup(this.map, latLng, Maillage.writeCards(indexes.map((i) => this.points.card(i)), title));
      this.mark(indexes[0]);
    }

    pointAt(event) {
      const [found] = this.near(event.layerPoint);
      this.map.getContainer().classList.toggle("mm-can-click", found !== undefined);
      if (found === this.hovered) return;
      this.hovered = found;
      if (this.tooltip) this.tooltip.remove();
      if (found === undefined) return;
      this.tooltip = L.tooltip({ direction: "top", offset: [0, -8] })
        .setLatLng(this.points.latLng(found))
        .setContent(Maillage.element("span", "", this.points.name[found]))
        .addTo(this.map);
    }

    // Brings one presence into view, alone enough to be seen, and opens its card.
    show(i) {
      const latLng = this.points.latLng(i);
      this.map.setView(latLng, Math.max(this.map.getZoom(), SHOW_ZOOM), { animate: false });
      this.map.getContainer().focus({ preventScroll: true });
      this.open([i], latLng);
    }
  }

  // The page around points at a presence of its list: it is ringed, or the count that holds it is.
  function bindTalk(article, view) {
    const ids = view.points.id;
    if (!ids) return;
    const indexById = new Map(Array.from(ids, (id, index) => [id, index]));
    Maillage.talk.followAll((id) => {
      const index = indexById.get(id);
      if (index === undefined) return undefined;
      return {
        open: () => view.show(index),
        mark: (isMarked) => {
          view.mark(isMarked ? index : -1);
          view.markCount(isMarked ? index : -1);
          if (isMarked) article.dataset.marked = id;
          else delete article.dataset.marked;
        },
      };
    });
    view.map.on("mousemove", () => {
      if (view.hovered === view.said) return;
      view.said = view.hovered;
      Maillage.talk.say(view.hovered === undefined ? [] : [ids[view.hovered]]);
    });
  }

  Maillage.drawers.points = function (map, layer, article) {
    const view = new PointsView(map, new Points(layer));
    map.pointsView = view;
    Maillage.bindPointPanels(article, view);
    bindTalk(article, view);
  };
})();
