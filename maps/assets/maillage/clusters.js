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

  const placeOf = (points) => (index) => points.x[index] * 20000000 + points.y[index];

  // Presences at exactly one place are one mark with their number, at any zoom.
  function stack(points, indexes, spots) {
    for (const members of gather(indexes, placeOf(points)).values()) {
      if (members.length === 1) spots.singles.push(members[0]);
      else spots.counted.push({ members, level: "place", at: centre(points, members) });
    }
  }

  // Discs that would hide one another step aside, a little: a count is about a territory, not about a point.
  const STEP_ASIDE_MOST_PX = 16;
  const STEPS = 12;

  Maillage.spread = function (spots, zoom, diameterOf) {
    const scale = 2 ** zoom;
    const discs = spots.map((spot) => {
      const [x, y] = [spot.at[0] * scale, spot.at[1] * scale];
      return { x, y, homeX: x, homeY: y, radius: Math.max(13, diameterOf(spot) / 2) };
    });
    const widest = 2 * discs.reduce((most, disc) => Math.max(most, disc.radius), 0);
    for (let step = 0; step < STEPS; step++) {
      discs.sort((a, b) => a.x - b.x || a.y - b.y);
      for (let i = 0; i < discs.length; i++) {
        for (let j = i + 1; j < discs.length && discs[j].x - discs[i].x < widest; j++) part(discs[i], discs[j]);
      }
    }
    const placed = new Map(discs.map((disc) => [disc.homeX + " " + disc.homeY, [disc.x / scale, disc.y / scale]]));
    for (const spot of spots) spot.at = placed.get(spot.at[0] * scale + " " + spot.at[1] * scale);
  };

  function part(one, other) {
    const dx = other.x - one.x;
    const dy = other.y - one.y;
    const away = Math.hypot(dx, dy) || 0.01;
    const overlap = one.radius + other.radius - away;
    if (overlap <= 0) return;
    // The smaller one gives way more.
    const share = other.radius / (one.radius + other.radius);
    move(one, (-dx / away) * overlap * share, (-dy / away) * overlap * share);
    move(other, (dx / away) * overlap * (1 - share), (dy / away) * overlap * (1 - share));
  }

  function move(disc, dx, dy) {
    const x = disc.x + dx - disc.homeX;
    const y = disc.y + dy - disc.homeY;
    const away = Math.hypot(x, y);
    const kept = away > STEP_ASIDE_MOST_PX ? STEP_ASIDE_MOST_PX / away : 1;
    disc.x = disc.homeX + x * kept;
    disc.y = disc.homeY + y * kept;
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
      const isFree = key === -1 || members.length < 3 || isRoomy(points, members, scale);
      if (isFree || gather(members, placeOf(points)).size === 1) stack(points, members, spots);
      else spots.counted.push({ members, level, key, at: centre(points, members) });
    }
    return spots;
  };
})();
