// The charts that exist, to be drawn again when colours change.
const instruments = [];

const font = "12.8px system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif";
const axisWidth = 54, axisHeight = 30, bareHeight = 9, above = 9;

// axis is what all axes have in common.
function axis(more) {
  return {
    stroke: () => css("soft"), font, gap: 6, ticks: {show: false},
    grid: {stroke: () => css("faint"), width: 1},
    border: {show: true, stroke: () => css("hair"), width: 1}, ...more,
  };
}

// Instrument is a chart whose values can be read, zoomed and toggled: with a mouse, by
// touch, and with the keyboard. A kind of chart says what is in it:
//
//   name            for a screen reader
//   series          each with label, colour, and how it is drawn
//   heights         of the plot, wide and narrow, in pixels
//   rows()          the arrays to draw, x first
//   range(on)       the ends of the y axis
//   right           room for the last label of the x axis, in pixels, if that is a long one
//   at(x, u)        the place of a reading in the data, or null; u.cursor is the pointer
//   place(i)        where on the x axis that is
//   height(i)       where on the y axis that is, if that decides what is read
//   count           how many places there are
//   reading(i)      what the place is called
//   value(s, i)     the reading of a series there, as text
class Instrument {
  constructor(where, chart, view) {
    Object.assign(this, {chart, view, shown: chart.series.map((s) => s.show !== false)});
    this.box = make("div", {class: "instrument"});
    this.bar = make("div", {class: "reading"});
    this.says = make("p", {class: "says"});
    this.bar.append(this.says, ...(chart.plain ? [] : [this.tools()]));
    this.keys = chart.series.map((s, i) => this.key(s, i));
    this.field = make("div", {
      class: "field", tabindex: "0", role: "slider", "aria-label": chart.name + ". Arrow keys read values, + and − zoom, 0 shows all.",
      "aria-valuemin": "0", "aria-valuemax": String(chart.count - 1), "aria-valuenow": "0", "aria-valuetext": "nothing read yet",
    });
    if (!chart.plain) this.box.append(this.bar);
    if (!chart.legend) this.box.append(make("ul", {class: "legend keys"}, ...this.keys.map((k) => make("li", {}, k))));
    this.box.append(this.field);
    where.append(this.box);
    this.plot = new uPlot(this.options(), chart.rows(this), this.field);
    view.charts.push(this);
    instruments.push(this);
    new ResizeObserver(() => this.fit()).observe(this.field);
    this.field.addEventListener("keydown", (e) => this.press(e));
    this.field.addEventListener("blur", () => this.leave());
    this.touch();
    this.quiet();
  }

  // size is the room for the plot.
  size() {
    const [wide, narrow] = this.chart.heights;
    const height = (window.innerWidth <= 640 ? narrow : wide) + (this.chart.noX ? bareHeight : axisHeight) + (this.chart.above || above);
    return {width: Math.max(this.field.clientWidth, 120), height};
  }

  fit() {
    if (this.field.clientWidth === 0) return; // folded
    const size = this.size();
    if (size.width !== this.plot.width || size.height !== this.plot.height) this.plot.setSize(size);
  }

  options() {
    const {chart, view} = this;
    return {
      ...this.size(), padding: [chart.above || above, chart.right || 22, 0, 0], legend: {show: false},
      scales: {x: {time: false, range: () => [view.min, view.max], ...chart.xScale}, y: {range: () => chart.range(this), ...chart.yScale}},
      axes: [axis({size: chart.noX ? bareHeight : axisHeight, ...chart.xAxis}), axis({size: axisWidth, ...chart.yAxis})],
      series: [{}, ...chart.series.map((s, i) => ({
        show: this.shown[i], paths: s.bare ? () => null : chart.paths, points: {show: false}, width: s.width ?? 2, dash: s.dash, spanGaps: Boolean(s.spanGaps),
        stroke: () => css(s.line || s.colour), fill: s.fill ? () => css(s.colour) : undefined,
      }))],
      cursor: {
        y: false, points: {show: Boolean(chart.dots), size: 7}, drag: {x: true, y: false, setScale: false},
        sync: {key: chart.sync, setSeries: false, filters: {sub: (type) => type === "mousemove" || type === "mouseleave"}},
        bind: {dblclick: () => () => view.all()},
      },
      hooks: {
        setCursor: [(u) => this.read(u.cursor.left < 0 ? null : u.posToVal(u.cursor.left, "x"))],
        setSelect: [(u) => this.select(u)],
        drawClear: chart.under ? [(u) => chart.under(u)] : [],
        draw: chart.over ? [(u) => chart.over(u)] : [],
      },
    };
  }

  // key is the button that shows or hides a series, and the reading of it.
  key(s, i) {
    const swatch = make("i", {class: "swatch" + (s.fill ? "" : " line") + (s.dash ? " dashed" : ""), "aria-hidden": "true"});
    swatch.style.setProperty("--series", "var(--" + s.colour + ")");
    if (s.line) swatch.style.outline = "1px solid var(--" + s.line + ")";
    const value = make("span", {class: "value"});
    const b = make("button", {type: "button", class: "toggle", "aria-pressed": String(this.shown[i])}, swatch, s.label, " ", value);
    b.title = "show or hide";
    b.addEventListener("click", () => this.toggle(i, !this.shown[i]));
    b.value_ = value;
    return b;
  }

  toggle(i, on) {
    this.shown[i] = on;
    this.keys[i].setAttribute("aria-pressed", String(on));
    this.plot.setData(this.chart.rows(this), false);
    this.plot.setSeries(i + 1, {show: on});
  }

  tools() {
    this.buttons = zoomButtons(this.view, () => this.x);
    return make("div", {class: "tools", role: "group", "aria-label": "Zoom"}, ...this.buttons);
  }

  // follow shows what the view shows.
  follow() {
    this.plot.batch(() => {
      this.plot.setData(this.chart.rows(this), false);
      this.plot.setScale("x", {min: this.view.min, max: this.view.max});
    });
    this.quiet();
  }

  // select zooms to what was marked with the mouse.
  select(u) {
    const {left, width} = u.select;
    if (width < 4) return;
    u.setSelect({left: 0, top: 0, width: 0, height: 0}, false);
    this.view.show(u.posToVal(left, "x"), u.posToVal(left + width, "x"));
  }

  // read shows the values at a place of the x axis, or none.
  read(x) {
    const i = x == null ? null : this.chart.at(x, this.plot);
    this.x = i == null ? null : x;
    if (i === this.place && i != null) return;
    this.place = i;
    this.keys.forEach((k, s) => {
      k.classList.toggle("reading-now", i != null);
      k.value_.textContent = i == null ? (this.chart.series[s].rest || "") : this.chart.value(s, i);
    });
    if (i == null) return this.quiet();
    const reading = this.chart.reading(i);
    this.says.textContent = reading;
    this.field.setAttribute("aria-valuenow", String(i));
    const values = this.chart.series.flatMap((s, n) => (this.shown[n] ? [s.label + " " + this.chart.value(n, i)] : []));
    this.field.setAttribute("aria-valuetext", reading + ": " + values.join(", "));
  }

  // quiet is the text without a reading.
  quiet() {
    const {view} = this;
    enable(this.buttons || [], view);
    if (this.place != null) return;
    this.says.textContent = view.whole ? "Point at the chart to read it, mark a stretch to zoom." : this.chart.stretch(view.min, view.max);
  }

  leave() {
    this.point(-10);
  }

  // go moves the reading to a place, and the view along with it.
  go(i) {
    const x = this.chart.place(within(i, 0, this.chart.count - 1));
    if (x < this.view.min || x > this.view.max) {
      const {to, from, min, max} = this.view;
      const by = to(x) - (to(min) + to(max)) / 2;
      this.view.show(from(to(min) + by), from(to(max) + by));
    }
    const {chart} = this;
    if (chart.height) chart.wanted = within(i, 0, chart.count - 1);
    this.point(this.plot.valToPos(x, "x"), chart.height ? this.plot.valToPos(chart.height(chart.wanted), "y") : 10);
  }

  // point reads at a place of the plot, in pixels, in all charts that share the view.
  point(left, top = 10) {
    for (const chart of this.view.charts) chart.plot.setCursor({left, top: left < 0 ? -10 : top});
  }

  press(e) {
    const {view} = this, far = this.chart.far();
    const step = e.shiftKey ? 10 * far : far;
    const from = this.place ?? (this.chart.at(view.min, this.plot) ?? 0) - step;
    const middle = this.x ?? view.from((view.to(view.min) + view.to(view.max)) / 2);
    const acts = {
      ArrowRight: () => this.go(from + step), ArrowLeft: () => this.go(from - step),
      Home: () => this.go(0), End: () => this.go(this.chart.count - 1),
      "+": () => view.zoom(0.5, middle), "=": () => view.zoom(0.5, middle), "-": () => view.zoom(2, middle), "−": () => view.zoom(2, middle),
      0: () => view.all(), Escape: () => this.leave(),
    };
    if (!acts[e.key] || e.ctrlKey || e.metaKey || e.altKey) return;
    e.preventDefault();
    acts[e.key]();
  }

  // touch reads where a finger is; up and down the page still scrolls.
  touch() {
    const over = this.plot.over;
    const at = (e) => {
      const box = over.getBoundingClientRect();
      this.point(e.touches[0].clientX - box.left, this.chart.height ? e.touches[0].clientY - box.top : 10);
    };
    over.addEventListener("touchstart", at, {passive: true});
    over.addEventListener("touchmove", at, {passive: true});
  }
}
