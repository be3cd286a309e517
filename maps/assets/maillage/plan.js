// Where events are worth holding: numbered places, their reach, and the members that they would bring together.
(function () {
  "use strict";
  const Maillage = window.Maillage;

  function drawStop(map, layer, stop) {
    L.polygon(stop.ring, { pane: "names", interactive: false, color: layer.colour, weight: 1.5, dashArray: "5 4", fillColor: layer.colour, fillOpacity: 0.05 }).addTo(map);
    for (const [name, lat, lon] of stop.members) {
      L.circleMarker([lat, lon], { pane: "circles", radius: 5, color: "#fffdf8", weight: 1.5, fillColor: layer.memberColour, fillOpacity: 1 })
        .bindTooltip(Maillage.element("span", "", name), { direction: "top", offset: [0, -4] })
        .addTo(map);
    }
    const icon = L.divIcon({ className: "mm-plan", iconSize: [34, 34], html: Maillage.element("span", "mm-plan-key", String(stop.rank)) });
    const marker = L.marker(stop.at, { pane: "counts", icon, keyboard: false, riseOnHover: true, zIndexOffset: -stop.rank }).addTo(map);
    const place = marker.getElement();
    // The list beside says the same and is walked by the keyboard.
    place.setAttribute("aria-hidden", "true");
    const mark = (isMarked) => {
      place.classList.toggle("mm-marked", isMarked);
      marker.setZIndexOffset(isMarked ? 1000 : -stop.rank);
    };
    const open = () => {
      const card = Maillage.element("div", "mm-card");
      card.append(Maillage.element("h2", "mm-card-name", stop.name), Maillage.element("p", "", stop.what));
      Maillage.openPopup(map, stop.at, card, { offset: [0, -10] });
    };
    place.addEventListener("mouseenter", () => (mark(true), Maillage.talk.say([stop.rank])));
    place.addEventListener("mouseleave", () => (mark(false), Maillage.talk.say([])));
    marker.on("click", open);
    Maillage.talk.follow(stop.rank, { mark, open });
  }

  Maillage.drawers.plan = function (map, layer) {
    for (const stop of layer.stops) drawStop(map, layer, stop);
  };
})();
