// The script of the report's page. It turns the drawings into instruments that can be
// read, zoomed and toggled, and lets tables be sorted and copied. It decides no figure:
// all it shows stands in the JSON beside it. Without the script the page shows the same
// in tables and drawings.

const figures = JSON.parse(document.getElementById("figures").textContent);

// css is a colour of the style sheet as it is now: light, or dark.
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

// make builds an element.
function make(tag, attributes, ...children) {
  const e = document.createElement(tag);
  for (const name in attributes) e.setAttribute(name, attributes[name]);
  e.append(...children);
  return e;
}

// button builds a button that does something.
function button(text, label, act) {
  const b = make("button", {type: "button", "aria-label": label, title: label}, text);
  b.addEventListener("click", act);
  return b;
}

const nothing = "–";

// significant is a number with so many digits, and no more.
function significant(x, digits) {
  const short = Number(x.toPrecision(digits));
  return Math.abs(short) >= 1e4 ? Math.round(short).toLocaleString("en") : String(short);
}

const perSecond = (x) => significant(x, 3) + "/s";

// milliseconds is a latency in words.
function milliseconds(ms) {
  if (ms < 0.001) return "under 1 µs";
  if (ms < 1) return significant(ms * 1000, 3) + " µs";
  if (ms < 1000) return significant(ms, 3) + " ms";
  if (ms < 600e3) return significant(ms / 1000, 3) + " s";
  return significant(ms / 60e3, 3) + " min";
}

// The units of a time axis: seconds of each, and the steps between its ticks.
const clockUnits = [
  {s: 86400, name: "d", steps: [1, 2, 5, 10, 20, 50, 100]},
  {s: 3600, name: "h", steps: [1, 2, 3, 6, 12, 24]},
  {s: 60, name: "min", steps: [1, 2, 5, 10, 15, 30, 60]},
  {s: 1, name: "s", steps: [1, 2, 5, 10, 20, 30, 60, 120, 300]},
  {s: 1e-3, name: "ms", steps: [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500]},
];

// clockUnit is the unit for a time axis of so many seconds.
function clockUnit(seconds) {
  if (seconds > 2 * 86400) return clockUnits[0];
  if (seconds > 2 * 3600) return clockUnits[1];
  if (seconds > 300) return clockUnits[2];
  return seconds < 1 ? clockUnits[4] : clockUnits[3];
}

// clock is an instant in the unit of an axis of so many seconds.
function clock(s, seconds) {
  const unit = clockUnit(seconds);
  return significant(s / unit.s, 6) + " " + unit.name;
}

// roundAbove is the least round number that is not below x.
function roundAbove(x) {
  if (!(x > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(x));
  for (const m of [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10]) {
    if (m * power >= x * (1 - 1e-9)) return m * power;
  }
  return 10 * power;
}

const within = (x, least, most) => Math.min(Math.max(x, least), most);
