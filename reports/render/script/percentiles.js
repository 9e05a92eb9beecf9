// Percentiles is how long successes take, by percentile: a line a case. The x axis is
// logarithmic in 1/(1−q), so that each further nine takes as much room as the last.
class Percentiles {
  constructor(c) {
    this.c = c;
    this.name = "Latency of successes by percentile";
    this.sync = "percentile";
    this.heights = [320, 240];
    this.count = c.nines.length;
    this.x = c.nines.map((n) => 10 ** n);
    this.dots = true;
    this.legend = true;
    this.right = 34;
    this.xScale = {distr: 3, log: 10};
    this.yScale = {distr: 3, log: 10};
    this.xAxis = {
      splits: (u) => percentTicks(u), filter: (u, all) => all, values: (u, all) => all.map(percentile),
      grid: {show: false},
    };
    this.yAxis = {splits: (u, i, min, max) => decades(min, max), filter: (u, all) => all, values: (u, all) => all.map((ms) => (ms < 0.0015 ? "1 µs" : milliseconds(ms)))};
    this.series = c.cases.map((one) => ({
      label: one.label, colour: "c" + (one.colour % 7), dash: one.colour >= 7 ? [5, 3] : undefined, rest: one.p99 ? "p99 " + one.p99 : "",
    }));
  }

  far() {
    return 1;
  }

  rows() {
    const least = this.c.least_ms;
    return [this.x, ...this.c.cases.map((one) => this.x.map((_, i) => (i < one.ms.length ? Math.max(one.ms[i], least) : null)))];
  }

  range(on) {
    const {c} = this, shown = c.cases.filter((_, i) => on.shown[i]);
    const all = on.view.whole && shown.length === c.cases.length;
    if (all || shown.length === 0) return [c.least_ms, c.most_ms];
    let [least, most] = [Infinity, 0];
    for (const one of shown) {
      one.ms.forEach((ms, i) => {
        if (this.x[i] < on.view.min * 0.999 || this.x[i] > on.view.max * 1.001) return;
        least = Math.min(least, Math.max(ms, c.least_ms));
        most = Math.max(most, ms);
      });
    }
    if (!(most > 0)) return [c.least_ms, c.most_ms];
    const grid = on.view.whole ? [1, 10] : [1, 2, 5, 10];
    return [snap(least, grid, false), Math.max(snap(most, grid, true), snap(least, grid, false) * 2)];
  }

  at(x) {
    let near = 0;
    this.x.forEach((v, i) => {
      if (Math.abs(Math.log(v / x)) < Math.abs(Math.log(this.x[near] / x))) near = i;
    });
    return near;
  }

  place(i) {
    return this.x[i];
  }

  reading(i) {
    return percentile(this.x[i]) + " of the successes take at most";
  }

  stretch(min, max) {
    return percentile(min) + " – " + percentile(max);
  }

  value(s, i) {
    const {ms} = this.c.cases[s];
    return i < ms.length ? milliseconds(ms[i]) : nothing;
  }
}

// snap is the multiple of a power of ten next to x, from above or from below.
function snap(x, multiples, above) {
  const power = 10 ** Math.floor(Math.log10(x) + 1e-9);
  const all = multiples.map((m) => m * power);
  return above ? all.find((v) => v >= x * (1 - 1e-9)) : all.findLast((v) => v <= x * (1 + 1e-9));
}

// percentile is a place of the x axis in words.
function percentile(x) {
  const p = 100 * (1 - 1 / x);
  return (p >= 99.9 ? p.toFixed(Math.min(5, Math.ceil(Math.log10(x) - 1e-9) - 2)) : p >= 99 ? p.toFixed(1) : p.toFixed(p % 1 > 0.05 && p % 1 < 0.95 ? 1 : 0)).replace(/\.0+$/, "") + " %";
}

// percentTicks are the percentiles to name on the x axis: the nines first, then as many
// of those between as there is room for.
function percentTicks(u) {
  const {min, max} = u.scales.x, out = [];
  const room = (v) => out.every((o) => Math.abs(u.valToPos(v, "x") - u.valToPos(o, "x")) >= 58);
  const nines = [10, 100, 1e3, 1e4, 1e5, 1e6, 2, 1];
  const between = max / min < 40 ? [20, 200, 2e3, 2e4, 5, 50, 500, 5e3, 4, 40, 400, 4e3, 1.25, 1.5] : [];
  for (const v of nines.concat(between)) if (v >= min * 0.9999 && v <= max * 1.0001 && room(v)) out.push(v);
  return out.sort((a, b) => a - b);
}

// decades are the powers of ten of an axis, and what is between if they are few.
function decades(min, max) {
  const out = [], wide = max / min > 150;
  for (let power = 10 ** Math.floor(Math.log10(min) + 1e-9); power <= max * 1.0001; power *= 10) {
    for (const m of wide ? [1] : [1, 2, 5]) if (m * power >= min * 0.9999 && m * power <= max * 1.0001) out.push(m * power);
  }
  return out;
}

function startPercentiles() {
  const c = figures.curves, where = document.querySelector(".curves");
  if (!c || !where) return;
  const most = 10 ** c.nines[c.nines.length - 1];
  const view = new View(1, most, 0.1, Math.log10, (n) => 10 ** n);
  const place = make("div", {class: "instruments"});
  where.querySelector(".drawing").before(place);
  const on = new Instrument(place, new Percentiles(c), view);
  where.dataset.made = "yes";
  // The names beside the drawing become the keys.
  where.querySelectorAll(".ends li").forEach((li, i) => {
    const key = on.keys[i];
    key.replaceChildren(li.querySelector("svg.key"), make("span", {}, li.querySelector("span").textContent), " ", key.value_);
    key.value_.textContent = on.chart.series[i].rest;
    li.replaceChildren(key);
  });
}
