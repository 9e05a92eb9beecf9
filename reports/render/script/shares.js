// Shares makes the bars of who uses the limit readable part by part, and lets groups be
// shown and hidden.
class Shares {
  constructor(s, section) {
    this.s = s;
    this.shown = s.groups.map(() => true);
    this.strips = [...section.querySelectorAll(".strip")];
    this.totals = [...section.querySelectorAll(".total")];
    this.says = make("p", {class: "says", role: "status"});
    this.rest();
    section.querySelector(".shares").before(make("div", {class: "reading"}, this.says));
    [...section.querySelectorAll(".legend li.group")].forEach((li, i) => {
      const b = make("button", {type: "button", class: "toggle", "aria-pressed": "true", title: "show or hide"}, ...li.childNodes);
      b.addEventListener("click", () => this.toggle(i, b));
      li.replaceChildren(b);
    });
    this.strips.forEach((strip, n) => {
      strip.tabIndex = 0;
      strip.addEventListener("pointermove", (e) => this.point(n, e));
      strip.addEventListener("pointerdown", (e) => this.point(n, e));
      strip.addEventListener("pointerleave", () => this.rest());
      strip.addEventListener("blur", () => this.rest());
      strip.addEventListener("keydown", (e) => this.press(n, e));
    });
  }

  // parts are those of a bar that are shown: a group, whether they are retries, their
  // rate, and where they begin.
  parts(n) {
    let at = 0;
    return this.s.bars[n].parts.filter((p) => this.shown[p.group] && p.rate > 0).map((p) => {
      const part = {...p, at};
      at += p.rate;
      return part;
    });
  }

  toggle(i, b) {
    this.shown[i] = !this.shown[i];
    b.setAttribute("aria-pressed", String(this.shown[i]));
    this.strips.forEach((strip, n) => this.draw(strip, n));
  }

  draw(strip, n) {
    const svg = strip.querySelector("svg");
    svg.querySelectorAll("rect").forEach((r) => r.remove());
    for (const p of this.parts(n)) {
      const r = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      const place = {class: this.s.groups[p.group].class + (p.retries ? " retries" : ""), x: (1000 * p.at) / this.s.scale, y: 0, width: (1000 * p.rate) / this.s.scale, height: 10};
      for (const name in place) r.setAttribute(name, place[name]);
      svg.append(r);
    }
  }

  point(n, e) {
    const box = this.strips[n].getBoundingClientRect();
    const rate = ((e.clientX - box.left) / box.width) * this.s.scale;
    const parts = this.parts(n);
    const i = parts.findIndex((p) => rate >= p.at && rate < p.at + p.rate);
    if (i < 0) return this.rest();
    this.read(n, parts, i);
  }

  press(n, e) {
    const parts = this.parts(n), by = {ArrowRight: 1, ArrowLeft: -1}[e.key];
    if (!by || parts.length === 0) return;
    e.preventDefault();
    const i = this.now && this.now[0] === n ? this.now[1] + by : by > 0 ? 0 : parts.length - 1;
    this.read(n, parts, within(i, 0, parts.length - 1));
  }

  read(n, parts, i) {
    this.now = [n, i];
    const p = parts[i], bar = this.s.bars[n], all = parts.reduce((sum, one) => sum + one.rate, 0);
    this.says.textContent = bar.label + ": " + this.s.groups[p.group].name + ", " + (p.retries ? "retries " : "first tries ") + perSecond(p.rate) +
      " = " + significant((100 * p.rate) / all, 2) + " % of " + perSecond(all) + (bar.limit ? ", limit " + perSecond(bar.limit) : "");
  }

  rest() {
    this.now = null;
    this.says.textContent = "Point at a part to read it.";
  }
}

function startShares() {
  const section = document.querySelector("section.sharing");
  if (figures.shares && section) new Shares(figures.shares, section);
}
