startShares();
startPercentiles();
startTimelines();
startPlanes();
startEdges();
startHeats();
startFront();
startTables();

// Canvases do not know the style sheet: they are drawn again when its colours change.
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  for (const one of instruments) one.plot.redraw(false, true);
});

// On paper everything is unfolded.
let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details:not([open])")];
  for (const one of folded) one.open = true;
});
addEventListener("afterprint", () => {
  for (const one of folded) one.open = false;
});
