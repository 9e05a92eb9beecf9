package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tenement/internal/sdk"
	"tenement/internal/search/tune"
	"tenement/internal/service"
	"tenement/internal/words"
	"tenement/profiles"
	"tenement/reports/tuning"
)

var tuningPage = flag.String("tuning", "", "tune every SDK and write the table of this `FILE`, docs/tuning.md")

// tuningBlocks are few enough for all SDKs in minutes.
const tuningBlocks = 300

// TestWriteTuning writes the table of docs/tuning.md (`make pages`).
func TestWriteTuning(t *testing.T) {
	if *tuningPage == "" {
		t.Skip("writes only if it is told where to")
	}
	var b bytes.Buffer
	fmt.Fprintln(&b, "| SDK | as it is: you fail, tries, neighbours fail | its own settings | you fail, tries, neighbours fail | what to set |")
	fmt.Fprintln(&b, "|---|---|---|---|---|")
	for _, name := range tunedPresets() {
		fmt.Fprintln(&b, tuningLine(t, name))
	}
	writeMade(t, *tuningPage, b.String())
}

// tunedPresets are the presets with a line: what asks a container's endpoint, the newest
// release.
func tunedPresets() []string {
	var names []string
	for _, p := range sdk.Presets() {
		if p.Service == service.ECS && p.Name == p.Family() && (!strings.Contains(p.Name, "@") || strings.HasSuffix(p.Name, "@chain")) {
			names = append(names, p.Name)
		}
	}
	return names
}

// tuningLine is the line of an SDK.
func tuningLine(t *testing.T, name string) string {
	p, err := profiles.Open("noisy-neighbour", profiles.Options{Sets: []string{"strategies.php-sdk.preset=" + name}})
	if err != nil {
		t.Fatal(err)
	}
	today, err := tune.CaseOf(p, "")
	if err != nil {
		t.Fatal(err)
	}
	space := tune.DefaultSpace(p, today)
	space.Only(tune.You)
	space.Exclude(tune.StaticKeys)
	space.Exclude(sdk.OwnProvider)
	r := &tuning.Result{}
	if len(space.Parameters) > 0 {
		tuner, err := tune.New(tune.Options{Profile: p, Space: space, Seed: p.Seed, Blocks: tuningBlocks})
		if err != nil {
			t.Fatal(err)
		}
		if r, err = tuner.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if len(r.Recommendations) == 0 {
		return fmt.Sprintf("| %s | | this SDK cannot | | a provider of your own, see above |", name)
	}
	best := &r.Named(tune.Safest).Candidate
	if c := r.Named(tune.Safest).Of(tune.FailureRate); best.Name == r.Today.Name || !c.Better() {
		return fmt.Sprintf("| %s | %s | none of them helps here | | a provider of your own, see above |", name, tuningFigures(&r.Today))
	}
	var what, how []string
	for _, s := range best.Settings {
		what = append(what, s.Parameter+" "+s.Value)
		how = append(how, "`"+strings.ReplaceAll(s.Code, "|", "\\|")+"`")
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %s |", name, tuningFigures(&r.Today), strings.Join(what, ", "), tuningFigures(best), strings.Join(how, "<br>"))
}

// tuningFigures are the figures of a candidate in a cell.
func tuningFigures(c *tuning.Candidate) string {
	f := &c.Figures
	return fmt.Sprintf("%s, %s, %s", words.Percent(f.FailureRate.Value), words.Significant(f.Attempts.Value, 2), words.Percent(f.Harm.Value))
}

// TestTuningPageIsWhole checks that the page has a line for each SDK.
func TestTuningPageIsWhole(t *testing.T) {
	t.Parallel()
	_, made, _ := madeOf(t, "../../docs/tuning.md")
	for _, name := range tunedPresets() {
		if !strings.Contains(made, "\n| "+name+" |") {
			t.Errorf("docs/tuning.md has no line for %s: run `make pages`", name)
		}
	}
}

// The spaces of the page can be searched in the profile that it is about.
func TestTuningPageSpaces(t *testing.T) {
	text, err := os.ReadFile("../../docs/tuning.md")
	if err != nil {
		t.Fatal(err)
	}
	spaces := regexp.MustCompile("(?ms)^```yaml\n(.*?)^```").FindAllSubmatch(text, -1)
	if len(spaces) != 2 {
		t.Fatalf("found %d spaces on the page, want 2", len(spaces))
	}
	for _, m := range spaces {
		file := filepath.Join(t.TempDir(), "space.yaml")
		if err := os.WriteFile(file, m[1], 0o644); err != nil {
			t.Fatal(err)
		}
		var out, stderr bytes.Buffer
		if code := run(&out, &stderr, "tune", "noisy-neighbour", "--space", file, "--blocks", "5", "--max-time", "1s"); code != 0 {
			t.Errorf("exit code %d\n%s\n%s", code, &stderr, m[1])
		}
	}
}
