// HeatMap makes every cell of a map readable, with a mouse, by touch and with the keyboard,
// and lets columns be zoomed. The drawing stays what it is: only its window moves.
class HeatMap {
  constructor(h, section) {
    this.h = h;
    this.plot = section.querySelector(".plot");
    this.svg = this.plot.querySelector("svg");
    this.texts = [...this.plot.querySelectorAll(".over [style*=left]")].map((e) => ({e, at: parseFloat(e.style.left) / 100}));
    this.longest = Math.max(...this.texts.map(({e}) => (e.tagName === "B" ? e.textContent.length : 0)));
    this.view = new View(0, h.columns.length, Math.min(2, h.columns.length));
    this.view.charts.push(this);
    this.says = make("p", {class: "says"});
    this.buttons = zoomButtons(this.view, () => (this.now ? this.now[0] + 0.5 : null));
    this.plot.before(make("div", {class: "reading"}, this.says, make("div", {class: "tools", role: "group", "aria-label": "Zoom"}, ...this.buttons)));
    this.mark = make("i", {class: "mark", hidden: ""});
    this.stretch = make("i", {class: "stretch", hidden: ""});
    this.field = make("div", {
      class: "cells", tabindex: "0", role: "slider", "aria-label": h.name + ". Arrow keys read cells, + and − zoom, 0 shows all.",
      "aria-valuemin": "0", "aria-valuemax": String(h.columns.length * h.rows.length - 1), "aria-valuenow": "0", "aria-valuetext": "nothing read yet",
    }, this.mark, this.stretch);
    this.plot.append(this.field);
    this.field.addEventListener("pointermove", (e) => this.move(e));
    this.field.addEventListener("pointerdown", (e) => this.press(e));
    this.field.addEventListener("pointerup", (e) => this.release(e));
    this.field.addEventListener("pointerleave", () => this.from == null && this.leave());
    this.field.addEventListener("pointercancel", () => this.release(null));
    this.field.addEventListener("dblclick", () => this.view.all());
    this.field.addEventListener("blur", () => this.leave());
    this.field.addEventListener("keydown", (e) => this.key(e));
    addEventListener("resize", () => this.follow());
    this.follow();
  }

  // follow shows the columns that the view shows.
  follow() {
    const {h, view} = this, n = h.columns.length;
    const from = view.min / n, share = (view.max - view.min) / n;
    this.svg.setAttribute("viewBox", [1000 * from, 0, 1000 * share, 1000].join(" "));
    for (const {e, at} of this.texts) {
      const x = (at - from) / share;
      e.style.left = 100 * x + "%";
      e.hidden = x < 0 || x > 1;
    }
    const needed = (this.longest + 1) * (view.max - view.min), narrow = innerWidth <= 640;
    this.plot.classList.toggle("many", needed > (narrow ? h.room.narrow : h.room.wide) || h.rows.length > h.room.rows);
    this.plot.classList.remove("some");
    enable(this.buttons, view);
    this.show();
  }

  // part is where a pointer is, as a share of the width and of the height from below.
  part(e) {
    const box = this.field.getBoundingClientRect();
    return [(e.clientX - box.left) / box.width, 1 - (e.clientY - box.top) / box.height];
  }

  // column is the place on the axis of the columns of a share of the width.
  column(x) {
    return this.view.min + x * (this.view.max - this.view.min);
  }

  move(e) {
    const [x, y] = this.part(e);
    if (this.from != null) {
      const [a, b] = [Math.min(this.from, x), Math.max(this.from, x)];
      this.stretch.hidden = b - a < 0.01;
      this.stretch.style.left = 100 * a + "%";
      this.stretch.style.width = 100 * (b - a) + "%";
    }
    const {columns, rows} = this.h;
    this.read(within(Math.floor(this.column(x)), 0, columns.length - 1), within(Math.floor(y * rows.length), 0, rows.length - 1));
  }

  press(e) {
    this.move(e);
    if (e.pointerType !== "mouse" || e.button !== 0) return;
    this.from = this.part(e)[0];
    this.field.setPointerCapture(e.pointerId);
  }

  release(e) {
    const from = this.from;
    this.from = null;
    this.stretch.hidden = true;
    if (from == null || !e) return;
    const to = this.part(e)[0];
    if (Math.abs(to - from) > 0.02) this.view.show(this.column(Math.min(from, to)), this.column(Math.max(from, to)));
  }

  // read shows a cell.
  read(column, row) {
    const {h} = this;
    this.now = [column, row];
    const text = h.columns[column] + ", " + h.rows[row] + ": " + h.cells[column][row];
    this.field.setAttribute("aria-valuenow", String(column * h.rows.length + row));
    this.field.setAttribute("aria-valuetext", text + "; " + h.frontier[column]);
    this.show();
  }

  // show marks the cell that is read, and says what is known of it.
  show() {
    const {h, now, view} = this;
    const hidden = !now || now[0] + 1 <= view.min || now[0] >= view.max;
    this.mark.hidden = hidden;
    if (!now) {
      this.says.textContent = view.whole ? "Point at a cell to read it, mark columns to zoom." :
        h.columns[Math.floor(view.min)] + " – " + h.columns[Math.ceil(view.max) - 1];
      return;
    }
    const [column, row] = now, width = view.max - view.min;
    const left = Math.max((column - view.min) / width, 0), right = Math.min((column + 1 - view.min) / width, 1);
    Object.assign(this.mark.style, {
      left: 100 * left + "%", width: 100 * (right - left) + "%", bottom: (100 * row) / h.rows.length + "%", height: 100 / h.rows.length + "%",
    });
    this.says.textContent = h.columns[column] + ", " + h.rows[row] + ": " + h.cells[column][row] + "; " + h.frontier[column];
  }

  leave() {
    this.now = null;
    this.show();
  }

  key(e) {
    const {h, view} = this, {columns, rows} = h;
    const go = (by, up) => {
      const [column, row] = this.now || [Math.floor(view.min), 0];
      const to = this.now ? within(column + by, 0, columns.length - 1) : column;
      if (to < view.min || to + 1 > view.max) view.show(view.min + to + 0.5 - (view.min + view.max) / 2, view.max + to + 0.5 - (view.min + view.max) / 2);
      this.read(to, this.now ? within(row + up, 0, rows.length - 1) : row);
    };
    const middle = this.now ? this.now[0] + 0.5 : (view.min + view.max) / 2;
    const acts = {
      ArrowRight: () => go(1, 0), ArrowLeft: () => go(-1, 0), ArrowUp: () => go(0, 1), ArrowDown: () => go(0, -1),
      Home: () => go(-columns.length, 0), End: () => go(columns.length, 0),
      "+": () => view.zoom(0.5, middle), "=": () => view.zoom(0.5, middle), "-": () => view.zoom(2, middle), "−": () => view.zoom(2, middle),
      0: () => view.all(), Escape: () => this.leave(),
    };
    if (!acts[e.key] || e.ctrlKey || e.metaKey || e.altKey) return;
    e.preventDefault();
    acts[e.key]();
  }
}

function startHeats() {
  const all = figures.heats || [], places = document.querySelectorAll(".heat");
  all.forEach((h, i) => places[i] && new HeatMap(h, places[i]));
}
