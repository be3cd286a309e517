// Unpacks what the page carries and starts its maps. Runs alone when everything is inlined, last when linked.
(function () {
  "use strict";

  const problem = {
    old: "Ce navigateur est trop ancien pour dessiner la carte. Tout ce qu’elle montre est aussi écrit sur cette page.",
    other: "La carte n’a pas pu être dessinée. Tout ce qu’elle montre est aussi écrit sur cette page.",
  };

  // Base 64 of a zlib stream (RFC 1950) of UTF-8 text: see `pack` in maps/vendored.py.
  async function unpack(text) {
    const bytes = Uint8Array.from(atob(text.trim()), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Response(stream).text();
  }

  function run(source) {
    const script = document.createElement("script");
    script.textContent = source;
    document.head.append(script);
  }

  function say(article, text) {
    const status = article.querySelector(".mm-status");
    status.textContent = text;
    status.hidden = !text;
  }

  async function start(article) {
    if (article.dataset.started) return;
    article.dataset.started = "yes";
    try {
      if (typeof DecompressionStream === "undefined") return say(article, problem.old);
      const code = article.querySelector(".mm-code");
      if (code && !window.Maillage) run(await unpack(code.textContent));
      const described = JSON.parse(await unpack(article.querySelector(".mm-data").textContent));
      window.Maillage.drawMap(article, described);
      const others = article.querySelector(".mm-others");
      if (others) run(await unpack(others.textContent));
      article.dataset.started = "drawn";
    } catch (error) {
      say(article, problem.other);
      throw error;
    }
  }

  async function startAll() {
    // One after the other: the first one brings the scripts that the others use.
    for (const article of document.querySelectorAll(".mm")) await start(article);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", startAll);
  else startAll();
})();
