// <maillage-carte territoire="200093201" filieres="alimentation" hauteur="480"></maillage-carte>
// Puts one frame in the page, and nothing else: no cookie, nothing stored, nothing asked of anybody but its own site.
(function () {
  "use strict";
  const script = document.currentScript;
  if (!script || customElements.get("maillage-carte")) return;
  const site = new URL(script.src).origin;

  // What each attribute is called in the address of the map.
  const WORDS = { territoire: "territory", hors: "outside", sorte: "kind" };
  const LOWEST = 320, HIGHEST = 1200, USUAL = 480;

  class MaillageCarte extends HTMLElement {
    static observedAttributes = [...Object.keys(WORDS), "filieres", "hauteur", "titre"];

    connectedCallback() {
      if (!this.frame) {
        this.frame = document.createElement("iframe");
        this.frame.loading = "lazy";
        this.frame.referrerPolicy = "no-referrer";
        Object.assign(this.frame.style, { width: "100%", border: "0", display: "block" });
        // What stood inside was for browsers that never came this far.
        this.replaceChildren(this.frame);
        this.style.display = "block";
      }
      this.show();
    }

    attributeChangedCallback() {
      if (this.frame) this.show();
    }

    show() {
      const address = new URL("/embed/carte", site);
      for (const [word, name] of Object.entries(WORDS)) {
        const value = (this.getAttribute(word) || "").trim();
        if (value) address.searchParams.set(name, value);
      }
      for (const code of (this.getAttribute("filieres") || "").split(/[\s,;]+/)) {
        if (code) address.searchParams.append("sector", code);
      }
      const height = parseInt(this.getAttribute("hauteur"), 10) || USUAL;
      this.frame.style.height = `${Math.min(HIGHEST, Math.max(LOWEST, height))}px`;
      this.frame.title = this.getAttribute("titre") || "Carte du réseau";
      if (this.frame.src !== address.href) this.frame.src = address.href;
    }
  }

  customElements.define("maillage-carte", MaillageCarte);
})();
