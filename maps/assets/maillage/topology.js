// Reads quantised TopoJSON (maps/topology.py): rings to fill, lines to draw.
(function () {
  "use strict";
  const Maillage = (window.Maillage = window.Maillage || {});

  class Topology {
    constructor(topology) {
      const [scaleLon, scaleLat] = topology.transform.scale;
      const [west, south] = topology.transform.translate;
      this.arcs = topology.arcs.map((steps) => {
        let x = 0;
        let y = 0;
        return steps.map(([dx, dy]) => {
          x += dx;
          y += dy;
          return [south + y * scaleLat, west + x * scaleLon];
        });
      });
      this.shapes = topology.objects.territories.geometries;
      this.owners = this.arcs.map(() => []);
      this.shapes.forEach((shape) => {
        for (const index of shape.arcs.flat(2)) this.owners[index < 0 ? ~index : index].push(shape.id);
      });
    }

    // A ring's points, latitude first: arcs joined end to end, a negative index meaning backwards.
    ring(indexes) {
      const points = [];
      for (const index of indexes) {
        const arc = index < 0 ? this.arcs[~index].slice().reverse() : this.arcs[index];
        points.push(...(points.length ? arc.slice(1) : arc));
      }
      return points;
    }

    polygons(shape) {
      return shape.arcs.map((rings) => rings.map((indexes) => this.ring(indexes)));
    }

    lines(isWanted) {
      return this.arcs.filter((arc, index) => isWanted(this.owners[index]));
    }

    inner() {
      return this.lines((owners) => owners.length > 1);
    }

    edge() {
      return this.lines((owners) => owners.length === 1);
    }

    // The outline of some territories taken together: the borders that only one of them has.
    outline(codes) {
      const wanted = new Set(codes);
      return this.lines((owners) => owners.filter((code) => wanted.has(code)).length === 1);
    }
  }

  Maillage.Topology = Topology;
  Maillage.drawers = Maillage.drawers || {};
})();
