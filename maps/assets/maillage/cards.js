// Builds what is said of presences as elements. Every value goes through textContent: none can become HTML.
(function () {
  "use strict";
  const Maillage = (window.Maillage = window.Maillage || {});

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function symbol(colour, path, isHollow) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("viewBox", "0 0 20 20");
    svg.setAttribute("class", "mm-symbol");
    svg.setAttribute("aria-hidden", "true");
    const shape = document.createElementNS(space, "path");
    shape.setAttribute("d", path);
    shape.setAttribute("fill", isHollow ? "#fffdf8" : colour);
    shape.setAttribute("stroke", colour);
    shape.setAttribute("stroke-width", isHollow ? "3" : "1");
    svg.append(shape);
    return svg;
  }

  // In another site's page, our pages open beside it, and say so.
  const isEmbedded = document.body.classList.contains("mm-embed");
  const ourTarget = isEmbedded ? "_blank" : "_top";

  // The flag of an antenne, on a pole tall enough to stand clear of a number under it. As in templates/flag.html.
  function drawFlag(colour) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("viewBox", "0 0 24 36");
    svg.setAttribute("class", "mm-flag");
    svg.setAttribute("aria-hidden", "true");
    for (const [d, fill] of [["M2 2h4v32h-4z", "#1b2a2d"], ["M6 2h16l-4 6l4 6h-16z", colour]]) {
      const path = document.createElementNS(space, "path");
      path.setAttribute("d", d);
      path.setAttribute("fill", fill);
      svg.append(path);
    }
    return svg;
  }

  function webAddress(text) {
    try {
      const address = new URL(text);
      return address.protocol === "https:" || address.protocol === "http:" ? address.href : null;
    } catch {
      return null;
    }
  }

  function link(href, text, isForeign) {
    const made = element("a", "mm-card-link", text);
    made.href = href;
    if (isForeign) {
      made.rel = "noopener noreferrer nofollow";
      made.target = "_blank";
    } else {
      // A map may stand in a frame of a page; the presence's page takes the whole window.
      made.target = ourTarget;
      if (isEmbedded) {
        made.rel = "noopener";
        made.append(" (nouvel onglet)");
      }
    }
    return made;
  }

  // The lines under a presence's name. `card`: {sectors, town, precision, address, website, summary, url}.
  function fillCard(parent, card) {
    if (card.sectors) parent.append(element("p", "mm-card-sectors", card.sectors));
    if (card.summary) parent.append(element("p", "mm-card-summary", card.summary));
    if (card.address || card.town) parent.append(element("p", "mm-card-place", card.address || card.town));
    if (card.precision) parent.append(element("p", "mm-card-precision", card.precision));
    const website = card.website && webAddress(card.website);
    if (website) parent.append(link(website, "Site internet (nouvel onglet)", true));
    if (card.url) parent.append(link(card.url, "Voir la fiche", false));
    return parent;
  }

  function writeCard(card) {
    const made = element("div", "mm-card");
    made.append(element("h2", "mm-card-name", card.name));
    return fillCard(made, card);
  }

  // Several presences at one spot: their names, each opening on its lines.
  function writeCards(cards, title) {
    if (cards.length === 1) return writeCard(cards[0]);
    const made = element("div", "mm-card");
    made.append(element("h2", "mm-card-name", title));
    for (const card of cards) {
      const fold = element("details", "mm-card-fold");
      fold.append(element("summary", "", card.name));
      made.append(fillCard(fold, card));
      made.append(fold);
    }
    return made;
  }

  // Opened by keyboard, a card is stepped into; closed, the reader stands again where it was opened, or next to it.
  function followKeyboard(map, popup, opener) {
    const name = popup.getElement().querySelector(".mm-card-name");
    if (name) {
      name.tabIndex = -1;
      name.focus({ preventScroll: true });
    }
    const stepBack = () => {
      if (opener.isConnected) opener.focus({ preventScroll: true });
      else Maillage.focusCount(map, popup.getLatLng());
    };
    popup.getElement().addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      popup.close();
      stepBack();
    });
    return stepBack;
  }

  // Leaflet only hears Escape while the map itself, and nothing on it, has the focus.
  function closeOnEscape(map) {
    if (map.hearsEscape) return;
    map.hearsEscape = true;
    map.getContainer().addEventListener("keydown", (event) => {
      if (event.key === "Escape") map.closePopup();
    });
  }

  // Leaflet writes its popup's close button in English.
  function openPopup(map, latLng, content, options) {
    const opener = document.activeElement;
    const container = map.getContainer();
    const isByKeyboard = opener !== container && container.contains(opener) && opener.matches(":focus-visible");
    const room = map.getSize();
    const popup = L.popup({
      maxWidth: Math.min(300, room.x - 64),
      maxHeight: Math.min(260, room.y - 110),
      autoPanPadding: [12, 12],
      ...options,
    });
    popup.setLatLng(latLng).setContent(content).openOn(map);
    closeOnEscape(map);
    map.stoodAt = null;
    const stepBack = isByKeyboard && followKeyboard(map, popup, opener);
    const close = popup.getElement().querySelector(".leaflet-popup-close-button");
    if (close) {
      close.setAttribute("aria-label", "Fermer");
      close.title = "Fermer";
      if (stepBack) close.addEventListener("click", stepBack);
    }
    return popup;
  }

  // French figures: narrow no-break spaces, as geo/french.py writes them.
  function writeNumber(value) {
    return String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  }

  function writeCount(count, nouns) {
    return writeNumber(count) + " " + (count < 2 ? nouns[0] : nouns[1]);
  }

  Object.assign(Maillage, { element, ourTarget, symbol, drawFlag, writeCard, writeCards, openPopup, writeNumber, writeCount });
})();
