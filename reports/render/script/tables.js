// Units, as what they are times the first of their kind. A column is copied in one unit.
const units = {
  "%": ["%", 1], pp: ["pp", 1], "/s": ["/s", 1], "/min": ["/s", 1 / 60], "/h": ["/s", 1 / 3600],
  "µs": ["ms", 1e-3], ms: ["ms", 1], s: ["ms", 1e3], min: ["ms", 60e3], h: ["ms", 3600e3], d: ["ms", 86400e3], "": ["", 1],
};

// numberOf reads a figure as the page writes it: "29.0 % ±1.2", "1,234", "< 0.005 %",
// "2.9 s". It is null for what is no figure.
function numberOf(text) {
  const m = text.trim().replace(/^(odds )?×/, "").match(/^([<>≤≥]?)\s*([+−-]?)(\d[\d,]*(?:\.\d+)?)\s*([^\s\d±*]*)\s*(?:±\s*([\d.]+))?\s*\*?$/u);
  if (!m || !units[m[4]]) return null;
  const [unit, factor] = units[m[4]];
  const value = Number(m[3].replaceAll(",", "")) * factor * (m[2] === "-" || m[2] === "−" ? -1 : 1);
  return {value: Number(value.toPrecision(12)), unit, bound: m[1], margin: m[5]};
}

// textOf is what a cell says, once.
function textOf(cell) {
  const twice = cell.querySelector("[aria-hidden=true]");
  if (twice) {
    cell = cell.cloneNode(true);
    cell.querySelectorAll("[aria-hidden=true]").forEach((e) => e.remove());
  }
  return cell.textContent.replaceAll("\u00ad", "").replace(/\s+/g, " ").trim();
}

// headOf is a column's name, its small print in brackets.
function headOf(th) {
  const copy = th.cloneNode(true);
  const small = [...copy.querySelectorAll("small")].map((s) => {
    s.remove();
    return textOf(s);
  });
  return [textOf(copy), ...small].filter(Boolean).join(", ");
}

// columnsOf are the columns of a table that are no drawings: their heads, the heads above
// those, and their places.
function columnsOf(table) {
  const [first, second] = table.tHead.rows;
  const below = second ? [...second.cells] : [];
  const all = [...first.cells].flatMap((th) => (th.rowSpan > 1 || !second ? [{th}] : below.splice(0, th.colSpan).map((one) => ({th: one, above: th}))));
  return all.map((one, i) => ({...one, i})).filter(({th}) => th.getAttribute("aria-hidden") !== "true");
}

const sortable = (tr) => !tr.classList.contains("section") && !tr.classList.contains("all");

// sortBy sorts the rows within each body by a column: figures by their value, what is no
// figure last.
function sortBy(table, column, up) {
  for (const body of table.tBodies) {
    const rows = [...body.rows].filter(sortable);
    const key = (tr) => {
      const text = textOf(tr.cells[column]);
      return {tr, text, figure: numberOf(text), first: Number(tr.dataset.first)};
    };
    const all = rows.map(key);
    if (up == null) all.sort((a, b) => a.first - b.first);
    else {
      all.sort((a, b) => {
        if (a.figure && b.figure) return (up ? 1 : -1) * (a.figure.value - b.figure.value) || a.first - b.first;
        if (a.figure || b.figure) return a.figure ? -1 : 1;
        return (up ? 1 : -1) * a.text.localeCompare(b.text, "en", {numeric: true}) || a.first - b.first;
      });
    }
    body.append(...all.map((one) => one.tr));
  }
}

function makeSortable(table) {
  for (const body of table.tBodies) [...body.rows].forEach((tr, i) => (tr.dataset.first = i));
  const heads = columnsOf(table);
  for (const {th, i} of heads) {
    if (!textOf(th)) continue;
    const b = make("button", {type: "button", class: "sort"}, ...th.childNodes);
    th.replaceChildren(b);
    b.addEventListener("click", () => {
      const next = {none: "descending", descending: "ascending", ascending: "none"}[th.getAttribute("aria-sort") || "none"];
      for (const other of heads) other.th.removeAttribute("aria-sort");
      if (next !== "none") th.setAttribute("aria-sort", next);
      sortBy(table, i, next === "none" ? null : next === "ascending");
    });
  }
}

// csvOf is a table as CSV. A column in which all figures have units of one kind is in the
// first of them, which its head names, as plain numbers; a margin is a column of its own.
function csvOf(table) {
  const rows = [...table.tBodies].flatMap((body) => [...body.rows].filter((tr) => !tr.classList.contains("section")));
  const caption = table.caption ? textOf(table.caption) : "";
  const head = [], columns = [];
  for (const {th, i, above} of columnsOf(table)) {
    const name = (above ? headOf(above) + ", " : "") + headOf(th);
    const texts = rows.map((tr) => textOf(tr.cells[i]));
    const found = texts.map(numberOf);
    const kinds = new Set(found.filter(Boolean).map((f) => f.unit));
    const plain = kinds.size === 1 && texts.every((t, n) => found[n] || t === "" || t === nothing);
    if (!plain) {
      head.push(name);
      columns.push(texts);
      continue;
    }
    const [unit] = kinds;
    head.push(name + (unit ? " (" + unit + ")" : ""));
    columns.push(found.map((f) => (f ? f.bound + f.value : "")));
    if (found.some((f) => f && f.margin)) {
      head.push(name + " ± (" + unit + ")");
      columns.push(found.map((f) => (f && f.margin) || ""));
    }
  }
  if (caption) {
    head.unshift("table");
    columns.unshift(rows.map(() => caption));
  }
  const quoted = (text) => (/[",\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text);
  // A spreadsheet must not take text for a formula.
  const safe = (text) => (/^[=@\t]|^[+-](?![\d.])/.test(text) ? "'" + text : text);
  return [head, ...rows.map((_, r) => columns.map((c) => String(c[r])))].map((line) => line.map(safe).map(quoted).join(",")).join("\n") + "\n";
}

// copy puts text on the clipboard. A page from a plain HTTP server may not use the
// clipboard's own interface.
async function copy(text) {
  if (navigator.clipboard && window.isSecureContext) {
    try {
      return await navigator.clipboard.writeText(text);
    } catch {
      // Not allowed: the old way may be.
    }
  }
  const area = make("textarea", {"aria-hidden": "true"});
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

function startTables() {
  for (const table of document.querySelectorAll("main table")) {
    if (!table.tHead || table.tHead.rows.length === 0) continue;
    const rows = [...table.tBodies].flatMap((body) => [...body.rows].filter(sortable));
    if (rows.length > 1) makeSortable(table);
    const b = button("copy as CSV", "copy this table as CSV", async () => {
      await copy(csvOf(table));
      b.textContent = "copied";
      setTimeout(() => (b.textContent = "copy as CSV"), 1500);
    });
    b.className = "copy";
    const around = table.closest(".scroll") || table;
    around.after(b);
  }
}
