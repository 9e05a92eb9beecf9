// EdgeCurve is a figure by what a search varied, with its band and its bound.
class EdgeCurve {
  constructor(c) {
    this.c = c;
    this.name = c.metric + " by " + c.x + ": " + c.label;
    this.sync = c.label;
    this.heights = [300, 220];
    this.count = c.at.length;
    this.dots = true;
    this.xAxis = {values: (u, all) => all.map((x) => significant(x, 6) + c.unit), grid: {show: false}, space: 60};
    if (c.whole) this.xAxis.incrs = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6, 1e7, 1e8, 1e9];
    this.yAxis = {values: (u, all) => all.map((y) => this.words(y))};
    this.series = [
      {label: c.metric, colour: "c0"},
      {label: "95 %, from", colour: "c0", width: 1, dash: [3, 3]},
      {label: "to", colour: "c0", width: 1, dash: [3, 3]},
      {label: "bound", colour: "c1", width: 1, dash: [6, 4], rest: this.words(c.bound)},
    ];
  }

  words(y) {
    if (y === 0) return "0";
    if (this.c.kind === "ms") return milliseconds(y);
    return this.c.kind === "rate" ? significant(100 * y, 3) + " %" : significant(y, 4);
  }

  far() {
    return 1;
  }

  rows() {
    const {c} = this;
    return [c.at, c.values, c.low, c.high, c.at.map(() => c.bound)];
  }

  range(on) {
    const {c} = this;
    let most = c.bound;
    c.at.forEach((x, i) => {
      if (x >= on.view.min && x <= on.view.max) most = Math.max(most, c.values[i]);
    });
    return [0, roundAbove(most * 1.05)];
  }

  at(x) {
    let near = 0;
    this.c.at.forEach((v, i) => {
      if (Math.abs(v - x) < Math.abs(this.c.at[near] - x)) near = i;
    });
    return near;
  }

  place(i) {
    return this.c.at[i];
  }

  reading(i) {
    return this.c.x + " " + significant(this.c.at[i], 6) + this.c.unit;
  }

  stretch(min, max) {
    return significant(min, 4) + this.c.unit + " – " + significant(max, 4) + this.c.unit;
  }

  value(s, i) {
    return this.words(s === 3 ? this.c.bound : [this.c.values, this.c.low, this.c.high][s][i]);
  }
}

function startEdges() {
  const all = figures.edges || [], places = document.querySelectorAll(".edge");
  all.forEach((c, i) => {
    if (!places[i] || c.at.length < 2) return;
    const least = c.at[0], most = c.at[c.at.length - 1];
    const view = new View(least, most, (most - least) / 50);
    const where = make("div", {class: "instruments"});
    places[i].querySelector(".drawing").before(where);
    places[i].dataset.made = "yes";
    new Instrument(where, new EdgeCurve(c), view);
  });
}
