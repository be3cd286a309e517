// Presences that come as vector tiles: counts inside borders from afar, marks on a canvas up close.
(function () {
  "use strict";
  const Maillage = window.Maillage;

  // As clusters.js: up to this zoom counts stand in départements, then in EPCI, then in communes; beyond, tiles.
  const LEVELS = [
    [7.25, "departement"],
    [10, "group"],
    [12, "town"],
  ];
  const TILES_KEPT = 120;
  const HIT_PX = window.matchMedia && matchMedia("(pointer: coarse)").matches ? 20 : 10;
  const TARGET_PX = window.matchMedia && matchMedia("(pointer: coarse)").matches ? 44 : 30;
  const EXTENT = 4096;
  const TILE_PX = 256;

  // Reads the points of a tile (Mapbox Vector Tile 2.1), in steps of the tile.
  function readTile(bytes) {
    const layer = { keys: [], values: [], features: [] };
    new Pbf.PbfReader(new Uint8Array(bytes)).readFields((tag, _, pbf) => {
      if (tag === 3) pbf.readMessage(readLayer, layer);
    }, null);
    return layer.features.map(({ id, tags, geometry }) => {
      const said = { id, x: (geometry[1] >> 1) ^ -(geometry[1] & 1), y: (geometry[2] >> 1) ^ -(geometry[2] & 1) };
      for (let i = 0; i < tags.length; i += 2) said[layer.keys[tags[i]]] = layer.values[tags[i + 1]];
      return said;
    });
  }

  function readLayer(tag, layer, pbf) {
    if (tag === 2) layer.features.push(pbf.readMessage(readFeature, { tags: [], geometry: [] }));
    else if (tag === 3) layer.keys.push(pbf.readString());
    else if (tag === 4) layer.values.push(pbf.readMessage(readValue, { value: null }).value);
  }

  function readFeature(tag, feature, pbf) {
    if (tag === 1) feature.id = pbf.readVarint();
    else if (tag === 2) pbf.readPackedVarint(feature.tags);
    else if (tag === 4) pbf.readPackedVarint(feature.geometry);
  }

  function readValue(tag, held, pbf) {
    if (tag === 1) held.value = pbf.readString();
    else if (tag === 5) held.value = pbf.readVarint();
  }

  const fill = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name]));

  // Tiles asked once, the oldest forgotten; a tile without points is an answer too.
  class TileStore {
    constructor(url, onChange, onProblem) {
      Object.assign(this, { url, onChange, onProblem, tiles: new Map() });
    }

    get(zoom, x, y) {
      const key = [zoom, x, y].join("/");
      const held = this.tiles.get(key);
      if (held) return held.marks;
      const tile = { marks: null };
      this.tiles.set(key, tile);
      if (this.tiles.size > TILES_KEPT) this.tiles.delete(this.tiles.keys().next().value);
      this.load(tile, zoom, x, y).catch(() => {
        this.tiles.delete(key);
        this.onProblem();
      });
      return null;
    }

    async load(tile, zoom, x, y) {
      const answer = await fetch(fill(this.url, { z: zoom, x, y }));
      if (!answer.ok) throw new Error(answer.status);
      const scale = TILE_PX / EXTENT / 2 ** zoom;
      const corner = [(x * TILE_PX) / 2 ** zoom, (y * TILE_PX) / 2 ** zoom];
      const features = answer.status === 204 ? [] : readTile(await answer.arrayBuffer());
      tile.marks = features.map((said) => ({ ...said, worldX: corner[0] + said.x * scale, worldY: corner[1] + said.y * scale }));
      this.onChange();
    }
  }

  class TiledView {
    constructor(map, layer, article) {
      Object.assign(this, { map, layer });
      const problem = article.querySelector("[data-tiles-problem]");
      const onProblem = () => (problem.textContent = "Une partie des points n’a pas pu être chargée. Déplacez la carte pour réessayer.");
      this.store = new TileStore(layer.url, () => this.canvas._redraw(), onProblem);
      this.stampOf = Maillage.makeStamps(layer, L.Browser.retina ? 2 : 1);
      this.buttons = L.layerGroup().addTo(map);
      this.canvas = new Maillage.PointsCanvas({ pane: "points", padding: 0.3 });
      this.canvas.drawPoints = (ctx, bounds) => this.draw(ctx, bounds);
      this.canvas.on("update", () => this.canvas._redraw());
      this.canvas.addTo(map);
      map.on("zoomend moveend", () => this.placeButtons());
      map.on("click", (event) => this.openAt(event));
      map.on("mousemove", (event) => map.getContainer().classList.toggle("mm-can-click", Boolean(this.near(event.layerPoint))));
      this.placeButtons();
    }

    level() {
      const found = LEVELS.find(([upTo]) => this.map.getZoom() <= upTo);
      return found ? found[1] : null;
    }

    placeButtons() {
      Maillage.renewCounts(this.map, this.buttons, () => this.addButtons());
    }

    addButtons() {
      const level = this.level();
      if (!level) return;
      const zoom = this.map.getZoom();
      let spots = this.spread(level, zoom);
      if (level === "group" && Maillage.hideOneAnother(spots, zoom)) {
        const wider = this.spread("departement", zoom);
        // Close by, the middle of a département may be out of sight.
        if (wider.length > 1) spots = wider;
      }
      for (const spot of spots) this.buttons.addLayer(this.makeButton(spot, zoom));
    }

    spread(level, zoom) {
      const view = this.map.getBounds().pad(0.1);
      const places = this.layer.levels[level].filter(([, lat, lng]) => view.contains([lat, lng]));
      const spots = places.map(([name, lat, lng, count]) => {
        const world = L.CRS.EPSG3857.latLngToPoint(L.latLng(lat, lng), 0);
        return { name, members: { length: count }, level, at: [world.x, world.y] };
      });
      Maillage.spreadCounts(spots, zoom);
      return spots;
    }

    makeButton(spot, zoom) {
      const latLng = this.map.unproject(L.point(spot.at).multiplyBy(2 ** zoom), zoom);
      const size = Math.max(spot.diameter, TARGET_PX);
      const disc = Maillage.element("span", "mm-tiled-disc", Maillage.writeNumber(spot.members.length));
      disc.style.width = disc.style.height = spot.diameter + "px";
      const said = Maillage.writeCount(spot.members.length, this.layer.nouns) + ", " + spot.name;
      const icon = L.divIcon({ className: "mm-count mm-tiled-count", iconSize: [size, size], html: disc });
      const button = L.marker(latLng, { pane: "counts", icon, riseOnHover: true, zIndexOffset: -spot.members.length });
      const open = () => this.map.setView(latLng, Math.min(Math.max(...LEVELS.map(([z]) => (z >= zoom ? 0 : z)), zoom) + 2, 13));
      button.on("click", open);
      button.on("add", () => {
        const place = button.getElement();
        place.setAttribute("aria-label", said + ". Agrandir ici");
        Maillage.pressByKeyboard(this.map, button, open);
      });
      button.bindTooltip(Maillage.element("strong", "", said), { direction: "top", offset: [0, -size / 2 + 6] });
      return button;
    }

    // The marks of the tiles that a view holds; what has not come yet is left out.
    marks() {
      if (this.level()) return [];
      const zoom = Math.min(Math.floor(this.map.getZoom()), this.layer.tileZoom);
      const view = this.map.getPixelBounds();
      const scale = 2 ** (this.map.getZoom() - zoom) * TILE_PX;
      const found = [];
      for (let x = Math.floor(view.min.x / scale); x <= Math.floor(view.max.x / scale); x++) {
        for (let y = Math.floor(view.min.y / scale); y <= Math.floor(view.max.y / scale); y++) {
          const marks = this.store.get(zoom, x, y);
          if (marks) found.push(...marks);
        }
      }
      return found;
    }

    layerPoint(mark) {
      const scale = 2 ** this.map.getZoom();
      const origin = this.map.getPixelOrigin();
      return L.point(mark.worldX * scale - origin.x, mark.worldY * scale - origin.y);
    }

    draw(ctx, bounds) {
      const marks = this.marks();
      for (const mark of marks) {
        const at = this.layerPoint(mark);
        if (!bounds.contains(at)) continue;
        if (mark.count) this.drawCount(ctx, mark, at);
        else this.drawMark(ctx, mark, at);
      }
      this.map.getContainer().dataset.marks = marks.length;
    }

    drawMark(ctx, mark, at) {
      const main = this.layer.classOf[mark.sector] ?? this.layer.unknownClass;
      const size = 20;
      ctx.drawImage(this.stampOf(main, mark.town === 1, size), at.x - size / 2, at.y - size / 2, size, size);
    }

    drawCount(ctx, mark, at) {
      const text = Maillage.writeNumber(mark.count);
      ctx.beginPath();
      ctx.arc(at.x, at.y, Math.min(8 + Math.log2(mark.count), 17), 0, 7);
      ctx.fillStyle = "#fffdf8";
      ctx.fill();
      ctx.lineWidth = 1.5;
      ctx.strokeStyle = "#12434d";
      ctx.stroke();
      ctx.fillStyle = "#12434d";
      ctx.font = "600 11px system-ui, sans-serif";
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      ctx.fillText(text, at.x, at.y + 0.5);
    }

    near(layerPoint) {
      let best = null;
      let least = HIT_PX;
      for (const mark of this.marks()) {
        const away = this.layerPoint(mark).distanceTo(layerPoint) - (mark.count ? 5 : 0);
        if (away <= least) [best, least] = [mark, away];
      }
      return best;
    }

    openAt(event) {
      const mark = this.near(event.layerPoint);
      if (!mark) return;
      const latLng = L.CRS.EPSG3857.pointToLatLng(L.point(mark.worldX, mark.worldY), 0);
      if (!mark.count) this.open(mark, latLng);
      else if (this.map.getZoom() < this.map.getMaxZoom()) this.map.setView(latLng, Math.min(this.map.getZoom() + 2, this.map.getMaxZoom()));
      else Maillage.openPopup(this.map, latLng, this.writeStack(mark, latLng));
    }

    writeStack(mark, latLng) {
      const made = Maillage.element("div", "mm-card");
      made.append(Maillage.element("h2", "mm-card-name", Maillage.writeCount(mark.count, this.layer.nouns) + " à cet endroit"));
      const link = Maillage.element("a", "", "Lire la liste");
      link.href = "/proche?lat=" + latLng.lat.toFixed(5) + "&lon=" + latLng.lng.toFixed(5);
      link.target = Maillage.ourTarget;
      made.append(link);
      return made;
    }

    async open(mark, latLng) {
      const url = this.layer.cardUrl ? fill(this.layer.cardUrl, { id: mark.id }) : "";
      const answer = await fetch(fill(this.layer.presenceUrl, { id: mark.id }));
      const said = answer.ok ? (await answer.json()).properties : { name: mark.name || "Présence", sectors: [] };
      const card = {
        name: said.name,
        sectors: (said.sectors || []).map((code) => this.layer.sectorLabels[code] || code).join(", "),
        town: said.commune_name || "",
        precision: "",
        address: said.address || "",
        website: said.website || "",
        summary: said.summary || "",
        url,
      };
      Maillage.openPopup(this.map, latLng, Maillage.writeCards([card], ""));
    }
  }

  Maillage.drawers.tiles = function (map, layer, article) {
    map.tiledView = new TiledView(map, layer, article);
  };
})();
