// How many steps a chart over time has room for; it shows more as one zooms in.
const chartSteps = 240;

// From this many seconds on a bucket is long. Then a step shows its busiest bucket, as the
// drawing and the table do (step.go); else the mean of its buckets.
const longBucket = 5;

// timeView is the stretch of time that the charts of all cases show.
let timeView = null;

// A limit this many times above all data is not shown at first: it would press the
// data flat.
const farLimit = 3;

// Timeline is one case over time: rates of requests and of failed calls, the limits,
// and the times of faults.
class Timeline {
  constructor(t) {
    this.t = t;
    this.name = "Requests per second over time, " + t.label;
    this.sync = "time";
    this.heights = [192, 144];
    this.count = t.sent.length;
    this.seconds = t.step_s * this.count;
    this.above = (t.faults || []).length ? 18 : 0;
    this.paths = uPlot.paths.stepped({align: 1});
    this.noX = Boolean(t.level);
    this.xAxis = timeAxis(this.noX);
    this.yAxis = {values: (u, all) => all.map(perSecond), space: 36};
    const limits = t.limits ? t.limits.map(([from]) => from) : [];
    this.limit = (i) => {
      const n = limits.findLastIndex((from) => from <= (i + 0.5) * t.step_s);
      return n < 0 ? null : t.limits[n][1];
    };
    this.series = this.list();
  }

  // list is the series, from the back to the front.
  list() {
    const {t} = this;
    const rate = (row, busy = t.sent) => (k, i) =>
      (t.step_s < longBucket ? sum(row, i, k) / k : row[busiest(busy, i, k)]) / t.step_s / t.runs;
    const all = [];
    if (t.admitted) {
      all.push({label: "throttled", colour: "throttled", line: "you0", fill: true, width: 1, stacked: true, rate: rate(t.throttled)});
      all.push({label: "admitted", colour: "admitted", line: "them0", fill: true, width: 1, rate: rate(t.admitted)});
      all.push({label: "sent", colour: "soft", width: 1, show: Boolean(t.beyond_limits), rate: rate(t.sent)});
    } else {
      all.push({label: "sent", colour: "admitted", line: "them0", fill: true, width: 1, rate: rate(t.sent)});
    }
    if (t.limits && t.limits.length) {
      const most = Math.max(...t.limits.map(([, r]) => r)), peak = t.peak;
      all.push({label: "limit", colour: "ink", width: 2, dash: [6, 4], show: !(peak > 0) || most <= farLimit * peak, rate: (k, i) => this.limit(i)});
    }
    all.push({label: "failed calls", colour: "bad", width: 1.5, rate: rate(t.failures, t.failures)});
    t.groups.forEach((g, n) => {
      const colour = "c" + (n % 7), name = g.name + (g.you ? " (you)" : "");
      if (t.groups.length > 1) {
        all.push({label: name + " sent", colour, show: false, rate: rate(g.sent)});
        all.push({label: name + " failed", colour, dash: [4, 3], show: false, rate: rate(g.failures, g.failures)});
      }
    });
    return all;
  }

  // far is how many buckets are one step of what is shown.
  far() {
    return Math.max(1, Math.ceil((timeView.max - timeView.min) / this.t.step_s / chartSteps));
  }

  rows(on) {
    const k = this.far(), {t} = this;
    const n = Math.ceil(this.count / k);
    const xs = [];
    for (let i = 0; i < n; i++) xs.push(i * k * t.step_s);
    xs.push(this.seconds);
    const rows = this.series.map((s, j) => {
      const row = [];
      for (let i = 0; i < n; i++) {
        let y = s.rate(Math.min(k, this.count - i * k), i * k);
        if (s.stacked && (!on.shown || on.shown[j + 1])) y += this.series[j + 1].rate(Math.min(k, this.count - i * k), i * k);
        row.push(y);
      }
      row.push(row[n - 1]);
      return row;
    });
    this.drawn = [xs, ...rows];
    return this.drawn;
  }

  range(on) {
    let top = 0;
    const [xs, ...rows] = this.drawn;
    rows.forEach((row, j) => {
      if (!on.shown[j]) return;
      const room = this.series[j].dash && this.series[j].label === "limit" ? 1.15 : 1;
      row.forEach((y, i) => {
        if (xs[i] <= timeView.max && (xs[i + 1] ?? Infinity) > timeView.min) top = Math.max(top, y * room);
      });
    });
    return [0, roundAbove(top)];
  }

  at(x) {
    return within(Math.floor(x / this.t.step_s), 0, this.count - 1);
  }

  place(i) {
    return (i + 0.5) * this.t.step_s;
  }

  // span is the buckets that one step shows with the bucket at a place.
  span(i) {
    const k = this.far(), first = Math.floor(i / k) * k;
    return [first, Math.min(first + k, this.count)];
  }

  reading(i) {
    const [from, to] = this.span(i);
    const fault = (this.t.faults || []).find((f) => f.from < to * this.t.step_s && f.to > from * this.t.step_s);
    return this.stretch(from * this.t.step_s, to * this.t.step_s) + (fault ? ", " + fault.name : "");
  }

  stretch(min, max) {
    const unit = clockUnit(this.seconds);
    return significant(min / unit.s, 5) + " – " + significant(max / unit.s, 5) + " " + unit.name;
  }

  value(s, i) {
    const [from, to] = this.span(i);
    const y = this.series[s].rate(to - from, from);
    return y == null ? nothing : perSecond(y);
  }

  // under draws the times of faults below the data.
  under(u) {
    const {ctx, bbox} = u, ratio = uPlot.pxRatio;
    ctx.save();
    for (const f of this.t.faults || []) {
      const left = within(u.valToPos(f.from, "x", true), bbox.left, bbox.left + bbox.width);
      const right = within(u.valToPos(f.to, "x", true), bbox.left, bbox.left + bbox.width);
      if (right <= left) continue;
      ctx.globalAlpha = f.weak ? 0.5 : 1;
      ctx.fillStyle = css("fault");
      ctx.fillRect(left, bbox.top, Math.max(right - left, 2), bbox.height);
      ctx.fillStyle = css("fault-line");
      ctx.fillRect(left, bbox.top, ratio, bbox.height);
      if (f.weak) continue;
      ctx.fillStyle = css("soft");
      ctx.font = font.replace("12.8px", 12 * ratio + "px");
      if (ctx.measureText(f.name).width < (f.room / this.seconds) * bbox.width || (timeView.whole === false && right - left > 60 * ratio)) {
        ctx.fillText(f.name, left + 2 * ratio, bbox.top - 5 * ratio);
      }
    }
    ctx.restore();
  }
}

// Level is what is left in the bucket over time; it stands below its timeline.
class Level extends Timeline {
  constructor(t) {
    super(t);
    this.name = "Tokens left in the bucket over time, " + t.label;
    this.heights = [48, 38];
    this.above = 0;
    this.noX = false;
    this.plain = true;
    this.xAxis = timeAxis(false);
    this.yAxis = {values: (u, all) => all.map(String), splits: () => [0, t.burst], grid: {show: false}};
    this.series = [{label: "left in the bucket", colour: "level", line: "them1", fill: true, width: 1, rate: (k, i) => t.level[Math.min(i + k, t.level.length) - 1]}];
  }

  range() {
    return [0, this.t.burst];
  }

  value(s, i) {
    const [from, to] = this.span(i);
    return significant(this.series[s].rate(to - from, from), 3) + " of " + this.t.burst;
  }

  under() {}
}

function timeAxis(hidden) {
  if (hidden) return {values: (u, all) => all.map(() => ""), size: bareHeight, ...timeSteps()};
  return {values: (u, all) => all.map((s) => clock(s, timeView.max - timeView.min)), space: 70, ...timeSteps()};
}

// timeSteps are the distances of ticks: those of the axis's unit.
function timeSteps() {
  return {
    incrs: () => {
      const unit = clockUnit(timeView.max - timeView.min);
      return unit.steps.map((n) => n * unit.s).concat(unit.s >= 86400 ? [200, 500, 1000, 5000].map((n) => n * 86400) : []);
    },
  };
}

function sum(row, from, n) {
  let total = 0;
  for (let i = from; i < from + n; i++) total += row[i];
  return total;
}

// busiest is the place of the largest of n values.
function busiest(row, from, n) {
  let at = from;
  for (let i = from; i < from + n; i++) if (row[i] > row[at]) at = i;
  return at;
}

// startOverTime makes the charts of cases over time, each when it is unfolded: those of
// charts(t), the uppermost first. Each t has its step and so many buckets.
function startOverTime(all, buckets, charts) {
  timeView = new View(0, Math.max(...all.map((t) => t.step_s * buckets(t))), 5 * Math.min(...all.map((t) => t.step_s)));
  document.querySelector(".over-time").dataset.made = "yes";
  for (const details of document.querySelectorAll("details.timeline")) {
    const open = () => {
      if (!details.open || details.dataset.made) return;
      details.dataset.made = "yes";
      const place = make("div", {class: "instruments"});
      details.querySelector(".drawing").before(place);
      for (const chart of charts(all[Number(details.dataset.chart)])) new Instrument(place, chart, timeView);
    };
    details.addEventListener("toggle", open);
    open();
  }
}

function startTimelines() {
  if (!figures.times) return;
  startOverTime(figures.times, (t) => t.sent.length, (t) => (t.level ? [new Timeline(t), new Level(t)] : [new Timeline(t)]));
}
