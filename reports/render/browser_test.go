//go:build browser

package render

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// probe is put at the end of a copy of a page: it writes down what only a
// browser knows.
const probe = `<script>
const seen = {
  overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  rows: document.querySelectorAll("table tbody tr").length,
  charts: [...document.querySelectorAll("svg")].filter(s => s.getBoundingClientRect().height > 20).length,
  unnamed: [...document.querySelectorAll("svg")].filter(s =>
    !s.querySelector("title") && !s.getAttribute("aria-label") && s.getAttribute("aria-hidden") !== "true").length,
  outside: performance.getEntriesByType("resource").map(e => e.name),
  small: [...document.querySelectorAll("p, td, th, li")].filter(e =>
    e.textContent.trim() && parseFloat(getComputedStyle(e).fontSize) < 11).length,
};
const out = document.createElement("pre");
out.id = "probe";
out.textContent = JSON.stringify(seen);
document.body.append(out);
</script>`

// TestBrowser opens pages in headless Chromium, wide and narrow, and asks it
// what it sees. TENEMENT_PAGES names further pages, separated by spaces.
func TestBrowser(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("this test needs chromium: ", err)
	}
	pages := append([]string{"testdata/live.html", "testdata/rough.html"}, strings.Fields(os.Getenv("TENEMENT_PAGES"))...)
	for _, page := range pages {
		for _, width := range []int{1280, 400} {
			t.Run(fmt.Sprintf("%s at %d", filepath.Base(page), width), func(t *testing.T) {
				seen := look(t, chromium, page, width)
				if seen.Overflow > 0 {
					t.Errorf("the page is %d pixels wider than the window", seen.Overflow)
				}
				if seen.Rows < 1 || seen.Charts < 3 {
					t.Errorf("%d rows and %d charts, want rows and at least 3 charts", seen.Rows, seen.Charts)
				}
				if seen.Unnamed > 0 {
					t.Errorf("%d charts say nothing to a screen reader", seen.Unnamed)
				}
				if len(seen.Outside) > 0 {
					t.Errorf("the page loads %v", seen.Outside)
				}
				if seen.Small > 0 {
					t.Errorf("%d pieces of text are smaller than 11 pixels", seen.Small)
				}
			})
		}
	}
}

// sight is what the probe writes down.
type sight struct {
	Overflow, Rows, Charts, Unnamed, Small int
	Outside                                []string
}

// look opens a page and reads what the probe wrote. It leaves a picture in
// build/ for people.
func look(t *testing.T, chromium, page string, width int) sight {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	name := strings.TrimSuffix(filepath.Base(page), ".html")
	copied := filepath.Join(t.TempDir(), "page.html")
	probed := strings.Replace(string(text), "</body>", probe+"</body>", 1)
	if err := os.WriteFile(copied, []byte(probed), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	run := func(args ...string) string {
		common := []string{
			"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
			"--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
			"--user-data-dir=" + t.TempDir(),
		}
		out, err := exec.CommandContext(ctx, chromium, append(common, args...)...).Output()
		if err != nil {
			t.Fatalf("chromium: %v", err)
		}
		return string(out)
	}
	// Headless windows are not narrower than 500 pixels; a frame is.
	frame := filepath.Join(filepath.Dir(copied), "frame.html")
	body := fmt.Sprintf(`<body style="margin:0"><iframe id=f srcdoc="%s" style="border:0;width:%dpx;height:3200px"></iframe>
<script>f.onload = () => { document.title = f.contentDocument.getElementById("probe").textContent }</script>`,
		html.EscapeString(probed), width)
	if err := os.WriteFile(frame, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	dom := run("--virtual-time-budget=5000", "--dump-dom", "file://"+frame)
	m := regexp.MustCompile(`<title>(.*?)</title>`).FindStringSubmatch(dom)
	if m == nil {
		t.Fatal("the probe did not run")
	}
	var seen sight
	if err := json.Unmarshal([]byte(html.UnescapeString(m[1])), &seen); err != nil {
		t.Fatalf("reading what the probe saw: %v", err)
	}
	picture, err := filepath.Abs(fmt.Sprintf("../../build/%s-%d.png", name, width))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(picture), 0o755); err != nil {
		t.Fatal(err)
	}
	run(fmt.Sprintf("--window-size=%d,3200", max(width, 500)), "--screenshot="+picture, "file://"+frame)
	return seen
}
