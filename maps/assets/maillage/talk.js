// A map in a frame of our own site and the list beside it say to one another what is pointed at.
(function () {
  "use strict";
  const Maillage = (window.Maillage = window.Maillage || {});
  const isFramed = window.parent !== window;
  // A page opened from a disk has no origin: there is nobody to talk to.
  const origin = window.location.origin;
  const canTalk = isFramed && origin !== "null";
  const handlers = new Map();
  let findHandler = () => undefined;
  let marked = null;

  // Tells the page around which presences are pointed at; none when nothing is.
  function say(ids) {
    if (canTalk) window.parent.postMessage({ maillage: "pointed", ids }, origin);
  }

  // `mark(isMarked)` shows a presence on the map, `open()` opens its card.
  function follow(id, handler) {
    handlers.set(id, handler);
  }

  // For a map of thousands: handlers are made when they are asked for.
  function followAll(find) {
    findHandler = find;
  }

  if (canTalk) {
    window.addEventListener("message", (event) => {
      if (event.origin !== origin || event.source !== window.parent || !event.data) return;
      const { maillage, id } = event.data;
      const handler = handlers.get(id) || findHandler(id);
      if (marked) marked.mark(false);
      marked = null;
      if (!handler) return;
      if (maillage === "mark") (marked = handler).mark(true);
      if (maillage === "open") handler.open();
    });
  }

  Maillage.talk = { say, follow, followAll };
})();
