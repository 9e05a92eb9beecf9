// Plane is a control plane over time: the tasks that are asked for, that become RUNNING, and
// of which it becomes clear that they will not.
class Plane extends Timeline {
  constructor(p) {
    super({...p, sent: p.asked, level: p.free, groups: [], runs: 1});
    this.name = "Tasks per second over time, " + p.label;
  }

  list() {
    const rate = (row) => (k, i) => sum(row, i, k) / k / this.t.step_s;
    return [
      {label: "became RUNNING", colour: "admitted", line: "them0", fill: true, width: 1, rate: rate(this.t.running)},
      {label: "asked for", colour: "soft", width: 1, rate: rate(this.t.asked)},
      {label: "will not run", colour: "bad", width: 1.5, rate: rate(this.t.refused)},
    ];
  }
}

// Free is what is free of the capacity over time; it stands below its Plane.
class Free extends Level {
  constructor(p) {
    super({...p, sent: p.asked, level: p.free, burst: p.most, groups: [], runs: 1});
    this.name = "Free " + p.unit + " over time, " + p.label;
    this.yAxis.values = (u, all) => all.map((y) => significant(y, 4));
    this.series = [{label: "free " + p.unit, colour: "level", line: "them1", fill: true, width: 1, rate: (k, i) => Math.min(...p.free.slice(i, i + k))}];
  }

  value(s, i) {
    const [from, to] = this.span(i);
    return significant(this.series[s].rate(to - from, from), 4);
  }
}

function startPlanes() {
  if (!figures.planes) return;
  startOverTime(figures.planes, (p) => p.asked.length, (p) => (p.free ? [new Plane(p), new Free(p)] : [new Plane(p)]));
}
