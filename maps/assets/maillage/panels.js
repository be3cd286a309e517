// What stands beside a map and acts on it: sectors to keep, a name to find, a list to follow, a base map to ask for.
(function () {
  "use strict";
  const Maillage = window.Maillage;
  const FOUND_LIMIT = 8;

  // « Épicerie » is found by « epicerie ».
  function plain(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  }

  function bindSectors(article, view) {
    const boxes = [...article.querySelectorAll("input[data-class]")];
    const said = article.querySelector(".mm-shown");
    if (!boxes.length) return;
    const apply = () => {
      const kept = new Set(boxes.filter((box) => box.checked).map((box) => Number(box.dataset.class)));
      const indexes = [];
      for (let i = 0; i < view.points.count; i++) if (view.points.classesOf(i).some((c) => kept.has(c))) indexes.push(i);
      view.keep(indexes);
      said.textContent =
        indexes.length === view.points.count ? "" : Maillage.writeCount(indexes.length, view.points.nouns) + " sur " + Maillage.writeNumber(view.points.count);
    };
    for (const box of boxes) {
      box.disabled = false;
      box.addEventListener("change", apply);
    }
    for (const button of article.querySelectorAll("button[data-sectors]")) {
      button.hidden = false;
      button.addEventListener("click", () => {
        for (const box of boxes) box.checked = button.dataset.sectors === "all";
        apply();
      });
    }
  }

  function bindSearch(article, view) {
    const form = article.querySelector(".mm-search");
    if (!form) return;
    const field = form.querySelector("input");
    const list = form.querySelector("ul");
    const said = form.querySelector("[role=status]");
    let names = null;
    const close = () => {
      list.replaceChildren();
      said.textContent = "";
    };
    form.hidden = false;
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const first = list.querySelector("button");
      if (first) first.click();
    });
    field.addEventListener("input", () => {
      names = names || view.points.name.map(plain);
      const wanted = plain(field.value.trim());
      const found = wanted.length < 2 ? [] : view.shown.filter((i) => names[i].includes(wanted));
      list.replaceChildren(...found.slice(0, FOUND_LIMIT).map((i) => foundItem(view, i, close)));
      said.textContent =
        wanted.length < 2 ? "" : found.length > FOUND_LIMIT ? Maillage.writeNumber(found.length) + " noms trouvés, les " + FOUND_LIMIT + " premiers sont proposés" : Maillage.writeCount(found.length, ["nom trouvé", "noms trouvés"]);
    });
  }

  function foundItem(view, i, close) {
    const item = Maillage.element("li");
    const button = Maillage.element("button", "mm-found", view.points.name[i]);
    const town = view.points.towns[view.points.town[i]];
    if (town) button.append(Maillage.element("span", "mm-found-town", town));
    button.type = "button";
    button.addEventListener("click", () => {
      close();
      view.map.getContainer().scrollIntoView({ block: "nearest" });
      view.show(i);
    });
    item.append(button);
    return item;
  }

  function bindList(article, view) {
    const indexById = new Map(Array.from(view.points.id || [], (id, index) => [String(id), index]));
    for (const button of article.querySelectorAll("button[data-presence]")) {
      const index = indexById.get(button.dataset.presence);
      if (index === undefined) continue;
      button.hidden = false;
      button.addEventListener("click", () => {
        article.querySelector(".mm-map").scrollIntoView({ block: "nearest" });
        view.show(index);
      });
    }
  }

  Maillage.bindPointPanels = function (article, view) {
    bindSectors(article, view);
    bindSearch(article, view);
    bindList(article, view);
  };

  // A base map is asked for by the reader, never before.
  Maillage.bindTiles = function (article, map) {
    const panel = article.querySelector(".mm-tiles");
    const said = article.querySelector(".mm-tiles-problem");
    let tiles = null;
    panel.hidden = false;
    panel.addEventListener("change", (event) => {
      const { url, attribution, maxZoom, host } = event.target.dataset;
      if (tiles) tiles.remove();
      tiles = null;
      said.textContent = "";
      article.classList.toggle("mm-has-tiles", Boolean(url));
      if (!url) return;
      tiles = L.tileLayer(url, { attribution, maxZoom: Number(maxZoom), pane: "tilePane" });
      tiles.on("tileerror", () => {
        said.textContent = "Des images de " + host + " n’ont pas pu être chargées. La carte reste complète sans elles.";
      });
      tiles.addTo(map);
    });
  };
})();
