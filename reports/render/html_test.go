package render

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"tenement/reports/reportstest"
)

// tags are the start tags of a page, read as XML with allowance for HTML's void
// elements and entities: what is opened must be closed.
func tags(t *testing.T, page string) []xml.StartElement {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(page))
	d.Strict = false
	d.AutoClose = []string{"meta"}
	d.Entity = map[string]string{"shy": "\u00ad"}
	var out []xml.StartElement
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		if start, ok := token.(xml.StartElement); ok {
			out = append(out, start.Copy())
		}
	}
}

// TestHTMLStandsAlone shows that the page is well formed, loads nothing and
// runs nothing but its own script, whatever the report holds.
func TestHTMLStandsAlone(t *testing.T) {
	reports := odd(t)
	reports["noisy neighbour"] = reportstest.Sample(t)
	element := regexp.MustCompile(`(?i)^(script|link|img|image|iframe|object|embed|base|form|use|audio|video|source)$`)
	attribute := regexp.MustCompile(`(?i)^(src|srcset|href|action|data|ping|on.*)$`)
	for name, r := range reports {
		t.Run(name, func(t *testing.T) {
			page := withoutScripts(rendered(t, "html", r))
			for _, tag := range tags(t, page) {
				if element.MatchString(tag.Name.Local) {
					t.Errorf("the page has a <%s>", tag.Name.Local)
				}
				for _, a := range tag.Attr {
					if attribute.MatchString(a.Name.Local) || strings.Contains(a.Value, "url(") {
						t.Errorf("a <%s> has %s=%q", tag.Name.Local, a.Name.Local, a.Value)
					}
				}
			}
			if strings.Contains(page, "ZgotmplZ") {
				t.Error("the template refused a value")
			}
			if strings.Contains(page, "NaN") || strings.Contains(page, "Inf") || strings.Contains(page, "%!") {
				t.Error("a figure that is none")
			}
		})
	}
	if found := regexp.MustCompile(`url\(|@import|https?:`).FindString(pageStyle); found != "" {
		t.Errorf("the style sheet holds %q", found)
	}
}

// TestHTMLIsAccessible looks for what a screen reader needs.
func TestHTMLIsAccessible(t *testing.T) {
	page := withoutScripts(rendered(t, "html", reportstest.Sample(t)))
	for _, want := range []string{
		`<html lang="en">`, `name="viewport"`, `<th scope="col">`, `<th scope="row">`, `<th scope="rowgroup"`, `<caption>`,
		`prefers-color-scheme: dark`, "<h1>noisy-neighbour</h1>",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	for _, svg := range regexp.MustCompile(`(?s)<svg.*?</svg>`).FindAllString(page, -1) {
		if !strings.Contains(svg, `aria-hidden="true"`) && !strings.Contains(svg, "<title") && !strings.Contains(svg, "aria-label=") {
			t.Errorf("a drawing without a name: %.200s", svg)
		}
	}
	ids := map[string]bool{}
	for _, m := range regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if ids[m[1]] {
			t.Errorf("the id %q is used twice", m[1])
		}
		ids[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`aria-labelledby="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		for _, id := range strings.Fields(m[1]) {
			if !ids[id] {
				t.Errorf("nothing has the id %q", id)
			}
		}
	}
}

// withoutScripts is a page without its figures in JSON and without our script, which
// page_test.go compares with the page's policy.
func withoutScripts(page string) string {
	page = strings.Replace(page, "<script>"+pageScript()+"</script>\n", "", 1)
	page = regexp.MustCompile(`sha256-([^&]|&#43;)*`).ReplaceAllString(page, "sha256-of-the-script")
	return regexp.MustCompile(`(?s)<script type="application/json" id="figures">.*?</script>\n`).ReplaceAllString(page, "")
}

func TestFormats(t *testing.T) {
	for path, want := range map[string]string{"a.html": "html", "b/c.HTM": "html", "x.json": "json", "x.txt": "text"} {
		if got, err := FormatOf(path); got != want || err != nil {
			t.Errorf("%s: got %q, %v, want %q", path, got, err, want)
		}
	}
	if _, err := FormatOf("report"); err == nil || !strings.Contains(err.Error(), ".html") {
		t.Errorf("no ending: got %v", err)
	}
	if err := Render("pdf", io.Discard, reportstest.Sample(t)); err == nil || !strings.Contains(err.Error(), "want one of text, json, html") {
		t.Errorf("unknown format: got %v", err)
	}
}
