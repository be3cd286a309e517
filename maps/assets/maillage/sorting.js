// A click on a column's title sorts a table by it, then the other way round.
(function () {
  "use strict";
  const Maillage = window.Maillage;

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

  // Names go from A first; figures from the largest.
  function sortBy(table, titles, column) {
    const now = titles[column].getAttribute("aria-sort");
    const isUp = now ? now === "descending" : column === 0;
    for (const title of titles) title.removeAttribute("aria-sort");
    titles[column].setAttribute("aria-sort", isUp ? "ascending" : "descending");
    const valueOf = (row) => row.cells[column].dataset.sort;
    const compare = column === 0 ? (a, b) => valueOf(a).localeCompare(valueOf(b), "fr") : (a, b) => valueOf(a) - valueOf(b);
    const rows = [...table.tBodies[0].rows].sort(compare);
    table.tBodies[0].append(...(isUp ? rows : rows.reverse()));
  }
})();
