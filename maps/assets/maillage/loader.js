// Unpacks what the page carries and starts its maps. Runs alone when everything is inlined, last when linked.
(function () {
  "use strict";

  const problem = {
    old: "Ce navigateur est trop ancien pour dessiner la carte. Tout ce qu’elle montre est aussi écrit sur cette page.",
    other: "La carte n’a pas pu être dessinée. Tout ce qu’elle montre est aussi écrit sur cette page.",
  };

  // Base 85, the letters of ASCII from « # » to « x » without « < »: see `pack` in maps/vendored.py.
  function decode(letters) {
    const padding = (5 - (letters.length % 5)) % 5;
    const padded = letters + "x".repeat(padding);
    const bytes = new DataView(new ArrayBuffer((padded.length / 5) * 4));
    for (let start = 0, at = 0; start < padded.length; start += 5, at += 4) {
      let word = 0;
      for (let i = start; i < start + 5; i++) {
        const code = padded.charCodeAt(i);
        word = word * 85 + code - (code > 60 ? 36 : 35);
      }
      bytes.setUint32(at, word);
    }
    return new Uint8Array(bytes.buffer, 0, bytes.byteLength - padding);
  }

  // A zlib stream (RFC 1950).
  async function unpack(text) {
    const bytes = decode(text.trim());
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  const readText = (bytes) => new TextDecoder().decode(bytes);

  // JSON, a null byte, then the columns of whole numbers that it points at: see maps/packing.py.
  function readValues(bytes) {
    const end = bytes.indexOf(0);
    const tail = bytes.subarray(end + 1);
    return JSON.parse(readText(bytes.subarray(0, end)), (key, value) =>
      value && value.planes !== undefined ? readColumn(tail, value) : value,
    );
  }

  function readColumn(tail, { at, count, planes }) {
    const column = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      let folded = 0;
      for (let plane = planes - 1; plane >= 0; plane--) folded = folded * 256 + tail[at + plane * count + i];
      column[i] = folded % 2 ? -(folded + 1) / 2 : folded / 2;
    }
    return column;
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
      if (code && !window.Maillage) run(readText(await unpack(code.textContent)));
      const described = readValues(await unpack(article.querySelector(".mm-data").textContent));
      window.Maillage.drawMap(article, described);
      const others = article.querySelector(".mm-others");
      if (others) run(readText(await unpack(others.textContent)));
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
