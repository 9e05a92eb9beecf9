package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tenement/internal/words"
	"tenement/profiles"
	"tenement/reports"
	"tenement/reports/diagnosis"
	"tenement/reports/render"
)

var pagesFolder = flag.String("pages", "", "run the profiles of fleets in time and write a page about each below this `FOLDER`, which is docs")

var pagesHosts = flag.Int("pages-hosts", 0, "most `HOSTS` of region-week to simulate for its page; 0 is all")

// paged are the built-in profiles with a page of what they show, by its folder in docs.
var paged = []struct{ folder, name string }{
	{"fleets", "deploy-storm"}, {"fleets", "refresh-herd"}, {"fleets", "metastable-relaunch"},
	{"fleets", "noisy-neighbour-days"}, {"fleets", "region-week"},
	{"starts", "resource-init"}, {"starts", "private-subnet-no-endpoints"}, {"starts", "private-subnet-dns-off"},
	{"starts", "security-group-closed"}, {"starts", "vpc-endpoint-cutover"}, {"starts", "platform-1.3-to-1.4"},
	{"starts", "cold-start"},
	{"control", "runtask-control-plane"}, {"control", "warm-pool-drain"}, {"control", "two-data-planes"},
	{"control", "cell-blast-radius"}, {"control", "az-loss"}, {"control", "staged-rollout"}, {"control", "who-shares"},
}

var pagesOnly = flag.String("pages-only", "", "write only the pages of this `FOLDER` of docs")

// pageWidth is that of the text of a page.
const pageWidth = 88

// The headings of a page, in order.
const (
	pageShows  = "## What it shows"
	pageTime   = "## Over time"
	pageScreen = "## The screen"
	pageMade   = "Made from the report of the built-in profile by `make pages`; simulated, and so the same on every machine."
)

// TestWritePages writes docs/fleets, docs/starts and docs/control (`make pages`).
func TestWritePages(t *testing.T) {
	if *pagesFolder == "" {
		t.Skip("writes only if it is told where to")
	}
	for _, about := range paged {
		name := about.name
		if *pagesOnly != "" && about.folder != *pagesOnly {
			continue
		}
		sets := []string(nil)
		if name == "region-week" && *pagesHosts > 0 {
			sets = []string{"--set", fmt.Sprintf("endpoint.hosts.count=%d", *pagesHosts)}
		}
		t.Run(name, func(t *testing.T) { writePages(t, about.folder, name, sets) })
	}
}

// writePages writes the files of a page.
func writePages(t *testing.T, folder, name string, sets []string) {
	report := simulated(t, name, sets...)
	for ending, write := range map[string]func(*bytes.Buffer) error{
		".svg": func(b *bytes.Buffer) error { return render.Drawing(b, report) },
		".md":  func(b *bytes.Buffer) error { return writePage(b, name, sets, report) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatalf("%s%s: %v", name, ending, err)
		}
		if err := os.WriteFile(filepath.Join(*pagesFolder, folder, name+ending), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// writePage writes the page about a profile.
func writePage(b *bytes.Buffer, name string, sets []string, report *reports.Report) error {
	d := diagnosis.Of(report)
	said := d.Sentences()
	title, story, _ := strings.Cut(report.Profile.Description, "\n")
	fmt.Fprintf(b, "# %s\n\n", name)
	if !strings.HasSuffix(title, "?") {
		title += "."
	}
	paragraph(b, title)
	shows := said.Verdict
	if d.Control != nil { // the answer
		paragraph(b, "**"+shows[0]+"**")
		shows = shows[1:]
	}
	for _, p := range strings.Split(strings.TrimSpace(story), "\n\n") {
		paragraph(b, p)
	}
	if sets != nil {
		paragraph(b, "For this page, fewer hosts were simulated. Hosts do not interact, so shares are those of any number of them.")
	}
	fmt.Fprintf(b, "```sh\n%s\n```\n\n%s\n\n", strings.Join(append([]string{"loadgen run", name}, sets...), " "), pageShows)
	for _, s := range shows {
		item(b, s)
	}
	drawn := "requests per second"
	if d.Control != nil {
		drawn = "free capacity"
	}
	fmt.Fprintf(b, "\n%s\n\n![%s over time, case by case](%s.svg)\n\n", pageTime, drawn, name)
	for _, e := range diagnosis.CaseEvents(d.Base) {
		item(b, e.Kind+": "+e.Text)
	}
	fmt.Fprintf(b, "\n%s\n\n```\n", pageScreen)
	if err := render.Render("text", b, report); err != nil {
		return err
	}
	fmt.Fprint(b, "```\n\n")
	paragraph(b, pageMade)
	b.Truncate(b.Len() - 1)
	return nil
}

// item writes an item of a list.
func item(b *bytes.Buffer, text string) {
	fmt.Fprintln(b, "- "+strings.Join(words.Wrap(text, pageWidth-2), "\n  "))
}

// paragraph writes a paragraph, however its lines were broken.
func paragraph(b *bytes.Buffer, text string) {
	fmt.Fprintln(b, strings.Join(words.Wrap(strings.Join(strings.Fields(text), " "), pageWidth), "\n"))
	fmt.Fprintln(b)
}

// The pages of the repository are about the profiles of today: their story, their
// cases, their drawing. Their figures are not simulated again.
func TestPagesAreWhole(t *testing.T) {
	for _, about := range paged {
		name := about.name
		p, err := profiles.Open(name, profiles.Options{})
		if err != nil {
			t.Fatal(err)
		}
		page, drawing := docsFile(t, about.folder, name+".md"), docsFile(t, about.folder, name+".svg")
		at := 0
		for _, heading := range []string{"# " + name, pageShows, pageTime, "(" + name + ".svg)", pageScreen} {
			next := strings.Index(page[at:], heading)
			if next < 0 {
				t.Fatalf("%s: no %q after the one before it: run `make pages`", name, heading)
			}
			at += next
		}
		flat := strings.Join(strings.Fields(page), " ")
		for _, text := range append(strings.Split(p.Description, "\n\n"), pageMade) {
			if !strings.Contains(flat, strings.Join(strings.Fields(text), " ")) && !strings.Contains(flat, strings.Join(strings.Fields(text), " ")+".") {
				t.Errorf("%s: it does not tell %.60q: run `make pages`", name, text)
			}
		}
		for _, c := range p.Cases() {
			if !strings.Contains(page[at:], "\n  "+c.Title) && !strings.Contains(page[at:], "\n"+c.Title+" ") && !strings.Contains(page[at:], "\n  they ") {
				t.Errorf("%s: its screen has no row %q: run `make pages`", name, c.Title)
			}
		}
		if n := strings.Count(drawing, `<path class="a"`); n != len(p.Cases()) {
			t.Errorf("%s: the drawing has %d strips of %d cases: run `make pages`", name, n, len(p.Cases()))
		}
	}
}

// docsFile is a file of a folder of docs.
func docsFile(t *testing.T, folder, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../docs", folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The marks around what is made in a page that people write the rest of.
const (
	madeBegins = "<!-- made by `make pages` -->\n\n"
	madeEnds   = "\n<!-- end of what is made -->"
)

// madeOf are the parts of a page: what is made, and what stands before and behind it.
func madeOf(t *testing.T, file string) (before, made, after string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), madeBegins)
	made, after, ends := strings.Cut(rest, madeEnds)
	if !ok || !ends {
		t.Fatalf("%s has no place for what is made: want %q and %q", file, madeBegins, madeEnds)
	}
	return before, made, after
}

// writeMade puts what is made in its place in a page.
func writeMade(t *testing.T, file, made string) {
	t.Helper()
	before, _, after := madeOf(t, file)
	if err := os.WriteFile(file, []byte(before+madeBegins+made+madeEnds+after), 0o644); err != nil {
		t.Fatal(err)
	}
}
