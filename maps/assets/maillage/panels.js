// What stands beside a map and acts on it: sectors to keep, a name to find, a list to follow, a base map to ask for.
(function () {
  "use strict";
  const Maillage = window.Maillage;
  const FOUND_LIMIT = 8;

  const SHORTEST_MISSPELT = 4;

  // « L’Épicerie » is found by « l'epicerie », « L’Œuvre » by « oeuvre ».
  function plain(text) {
    const letters = text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/œ/g, "oe").replace(/æ/g, "ae");
    return letters.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  }

  // How many letters to change, add, drop or swap with the next one between two words; more than `most` is `most + 1`.
  function measureSpelling(a, b, most) {
    if (Math.abs(a.length - b.length) > most) return most + 1;
    let before = null;
    let above = Array.from({ length: b.length + 1 }, (_, j) => j);
    for (let i = 1; i <= a.length; i++) {
      const row = [i];
      for (let j = 1; j <= b.length; j++) {
        const isSame = a[i - 1] === b[j - 1];
        row[j] = Math.min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (isSame ? 0 : 1));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
      }
      if (Math.min(...row) > most) return most + 1;
      before = above;
      above = row;
    }
    return Math.min(above[b.length], most + 1);
  }

  // How far what was typed is from a name, whose words may go on after it; null when some word is in none.
  function measureName(typed, name) {
    let sum = 0;
    for (const word of typed) {
      const most = word.length < SHORTEST_MISSPELT ? 0 : word.length < 6 ? 1 : 2;
      let least = name.includes(word) ? 0 : most + 1;
      for (const other of least && most ? name.split(" ") : []) {
        if (other.length < word.length - most || other.length < SHORTEST_MISSPELT - 1) continue;
        least = Math.min(least, measureSpelling(word, other, most), measureSpelling(word, other.slice(0, word.length), most));
      }
      if (least > most) return null;
      sum += least;
    }
    return sum;
  }

  function findNear(shown, names, wanted) {
    // « de », « d’ », « la » may be typed or not.
    const typed = wanted.split(" ").filter((word) => word.length > 2);
    const found = [];
    for (const i of typed.length ? shown : []) {
      const changes = measureName(typed, names[i]);
      if (changes !== null) found.push([changes, i]);
    }
    return found.sort((a, b) => a[0] - b[0] || a[1] - b[1]).map((each) => each[1]);
  }

  function sayFound(count, isExact) {
    const nouns = isExact ? ["nom trouvé", "noms trouvés"] : ["nom qui s’en approche", "noms qui s’en approchent"];
    const counted = count > FOUND_LIMIT ? Maillage.writeNumber(count) + " " + nouns[1] + ", les " + FOUND_LIMIT + " premiers sont proposés" : Maillage.writeCount(count, nouns);
    return isExact || !count ? counted : "Aucun nom exact ; " + counted;
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
      const wanted = plain(field.value);
      const exact = wanted.length < 2 ? [] : view.shown.filter((i) => names[i].includes(wanted));
      const found = exact.length || wanted.length < SHORTEST_MISSPELT ? exact : findNear(view.shown, names, wanted);
      list.replaceChildren(...found.slice(0, FOUND_LIMIT).map((i) => foundItem(view, i, close)));
      said.textContent = wanted.length < 2 ? "" : sayFound(found.length, exact.length > 0 || !found.length);
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
