// Front is the candidates of a tune: how often you fail against the p99 of successes.
class Front {
  constructor(f) {
    this.f = f;
    this.name = "How often you fail against the p99 of successes, of each candidate";
    this.sync = "front";
    this.heights = [320, 240];
    this.legend = true;
    this.count = f.points.length;
    this.x = f.points.map((p) => Math.max(p.ms, f.least_ms));
    this.above = 16;
    this.xScale = {distr: 3, log: 10};
    this.xAxis = {splits: (u, i, min, max) => decades(min, max), filter: (u, all) => all, values: (u, all) => all.map(milliseconds), grid: {show: false}, gap: 12};
    this.yAxis = {values: (u, all) => all.map((y) => significant(100 * y, 3) + " %")};
    this.series = [{label: "nothing beats these", colour: "c0", spanGaps: true}, {label: "others", colour: "c0", width: 0, bare: true}];
  }

  far() {
    return 1;
  }

  rows() {
    const {points} = this.f;
    return [this.x, points.map((p) => (p.line ? p.rate : null)), points.map((p) => p.rate)];
  }

  range(on) {
    let most = 0, least = Infinity;
    this.f.points.forEach((p, i) => {
      if (this.x[i] < on.view.min * 0.999 || this.x[i] > on.view.max * 1.001) return;
      most = Math.max(most, p.rate);
      least = Math.min(least, p.rate);
    });
    if (on.view.whole || least > most) return [0, roundAbove(Math.max(...this.f.points.map((p) => p.rate)) * 1.02)];
    const room = Math.max((most - least) * 0.1, most * 0.02, 1e-6);
    return [Math.max(least - room, 0), most + room];
  }

  // at is the candidate that is the nearest to the pointer. Of several at one place it is
  // the one that was wanted.
  at(x, u) {
    const pointed = u && u.cursor.top >= 0;
    let near = null, least = Infinity;
    this.f.points.forEach((p, i) => {
      if (this.x[i] < u.scales.x.min * 0.999 || this.x[i] > u.scales.x.max * 1.001) return;
      const dx = u.valToPos(this.x[i], "x") - (pointed ? u.cursor.left : u.valToPos(x, "x"));
      const dy = pointed ? u.valToPos(p.rate, "y") - u.cursor.top : 0;
      const far = Math.hypot(dx, dy) - (i === this.wanted ? 0.75 : 0);
      if (far < least) [near, least] = [i, far];
    });
    this.wanted = null;
    if (near !== this.marked) {
      this.marked = near;
      u.redraw(false, false);
    }
    return near;
  }

  place(i) {
    return this.x[i];
  }

  height(i) {
    return this.f.points[i].rate;
  }

  reading(i) {
    return this.f.points[i].text;
  }

  stretch(min, max) {
    return milliseconds(min) + " – " + milliseconds(max);
  }

  value(s, i) {
    return significant(100 * this.f.points[i].rate, 3) + " %";
  }

  // over draws the candidates with their letters, the one that is read last.
  over(u) {
    const {ctx, bbox} = u, ratio = uPlot.pxRatio, radius = 10 * ratio;
    ctx.save();
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.font = "600 " + 12 * ratio + "px system-ui, sans-serif";
    const order = this.f.points.map((_, i) => i).sort((a, b) => (a === this.marked) - (b === this.marked));
    for (const i of order) {
      const p = this.f.points[i], x = u.valToPos(this.x[i], "x", true), y = u.valToPos(p.rate, "y", true);
      if (x < bbox.left - radius || x > bbox.left + bbox.width + radius) continue;
      ctx.beginPath();
      ctx.arc(x, y, radius, 0, 2 * Math.PI);
      ctx.fillStyle = css(p.today ? "c1" : "c0");
      ctx.fill();
      ctx.lineWidth = (i === this.marked ? 3 : 1.5) * ratio;
      ctx.strokeStyle = css(i === this.marked ? "ink" : "paper");
      ctx.stroke();
      ctx.fillStyle = css("paper");
      ctx.fillText(p.mark, x, y + 0.5 * ratio);
    }
    ctx.restore();
  }
}

function startFront() {
  const f = figures.front, where = document.querySelector(".front");
  if (!f || !where || f.points.length < 2) return;
  const chart = new Front(f);
  const least = Math.min(...chart.x) / 1.12, most = Math.max(...chart.x) * 1.12;
  const view = new View(least, most, Math.log10(most / least) / 50, Math.log10, (n) => 10 ** n);
  const place = make("div", {class: "instruments"});
  where.before(place);
  new Instrument(place, chart, view);
  where.parentElement.dataset.made = "yes";
}
