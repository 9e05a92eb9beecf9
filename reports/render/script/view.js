// View is the stretch of an x axis that charts show. Charts that share a view zoom
// together. Positions on the axis are in the units of "to", in which the axis is linear;
// "from" is its inverse.
class View {
  constructor(least, most, narrowest, to = (x) => x, from = (x) => x) {
    Object.assign(this, {least, most, narrowest, to, from, charts: []});
    this.min = least;
    this.max = most;
  }

  get whole() {
    return this.min === this.least && this.max === this.most;
  }

  // show sets the stretch, and keeps it within the axis and wide enough to see.
  show(min, max) {
    let [a, b] = [this.to(min), this.to(max)];
    const [first, last] = [this.to(this.least), this.to(this.most)];
    const width = within(b - a, Math.min(this.narrowest, last - first), last - first);
    a = within((a + b - width) / 2, first, last - width);
    b = a + width;
    this.min = a <= first ? this.least : this.from(a);
    this.max = b >= last ? this.most : this.from(b);
    for (const chart of this.charts) chart.follow();
  }

  all() {
    this.show(this.least, this.most);
  }

  // zoom makes the stretch wider or narrower by a factor; the place "around" stays.
  zoom(factor, around) {
    const [a, b, at] = [this.to(this.min), this.to(this.max), this.to(around)];
    this.show(this.from(at - (at - a) * factor), this.from(at + (b - at) * factor));
  }

  // move shifts the stretch by a share of its width.
  move(share) {
    const [a, b] = [this.to(this.min), this.to(this.max)];
    const [first, last] = [this.to(this.least), this.to(this.most)];
    const by = within((b - a) * share, first - a, last - b);
    this.show(this.from(a + by), this.from(b + by));
  }
}

// zoomButtons move and zoom a view; at() is the place that is read, or null.
function zoomButtons(view, at) {
  const centre = () => at() ?? view.from((view.to(view.min) + view.to(view.max)) / 2);
  return [
    button("‹", "move left", () => view.move(-0.5)), button("›", "move right", () => view.move(0.5)),
    button("−", "zoom out", () => view.zoom(2, centre())), button("+", "zoom in", () => view.zoom(0.5, centre())),
    button("all", "show all", () => view.all()),
  ];
}

// enable disables the buttons that would do nothing.
function enable(buttons, view) {
  for (const b of buttons) b.disabled = view.whole && /left|right|out|all/.test(b.title);
}
