// Decides, for a zoom, which presences are drawn one by one and which are counted inside a territory's borders.
(function () {
  "use strict";
  const Maillage = (window.Maillage = window.Maillage || {});

  // Up to this zoom, presences are counted by département, then by EPCI, then by commune; beyond, none is counted.
  const LEVELS = [
    [7.25, "departement"],
    [10, "group"],
    [12, "town"],
  ];
  // A territory's presences are drawn one by one where this share of them have room, in cells of this many pixels.
  const ROOMY_SHARE = 0.8;
  const CELL_PX = 15;

  function levelAt(zoom) {
    const level = LEVELS.find(([upTo]) => zoom <= upTo);
    return level ? level[1] : null;
  }

  // Cells are numbered so that one Map key names one of them.
  function cellOf(points, index, scale) {
    return Math.floor((points.worldX[index] * scale) / CELL_PX) * 4194304 + Math.floor((points.worldY[index] * scale) / CELL_PX);
  }

  function isRoomy(points, members, scale) {
    const cells = new Set();
    for (const index of members) cells.add(cellOf(points, index, scale));
    return cells.size >= ROOMY_SHARE * members.length;
  }

  function centre(points, members) {
    let x = 0;
    let y = 0;
    for (const index of members) {
      x += points.worldX[index];
      y += points.worldY[index];
    }
    return [x / members.length, y / members.length];
  }

  function gather(indexes, keyOf) {
    const groups = new Map();
    for (const index of indexes) {
      const key = keyOf(index);
      const members = groups.get(key);
      if (members) members.push(index);
      else groups.set(key, [index]);
    }
    return groups;
  }

  // Presences at exactly one place are one mark with their number, at any zoom.
  function stack(points, indexes, spots) {
    const keyOf = (index) => points.x[index] * 20000000 + points.y[index];
    for (const members of gather(indexes, keyOf).values()) {
      if (members.length === 1) spots.singles.push(members[0]);
      else spots.counted.push({ members, level: "place", at: centre(points, members) });
    }
  }

  // Every index given stands in exactly one single or one count: totals are exact.
  Maillage.arrange = function (points, indexes, zoom) {
    const spots = { singles: [], counted: [] };
    const level = levelAt(zoom);
    const scale = 2 ** zoom;
    if (!level) {
      stack(points, indexes, spots);
      return spots;
    }
    const keyOf = { departement: points.departementOf, group: points.groupOf, town: points.townOf }[level];
    for (const [key, members] of gather(indexes, keyOf)) {
      // A presence whose territory is unknown is never counted in one.
      if (key === -1 || members.length < 3 || isRoomy(points, members, scale)) stack(points, members, spots);
      else spots.counted.push({ members, level, key, at: centre(points, members) });
    }
    return spots;
  };
})();
