package symptom

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"tenement/internal/words"
)

// width is that of a screen.
const width = 80

// WriteText writes findings for a screen of 80 columns.
func WriteText(w io.Writer, all []Finding) error {
	var b bytes.Buffer
	for i := range all {
		if i > 0 {
			b.WriteString("\n")
		}
		f := &all[i]
		title := words.Capital(f.Leg.Title())
		if f.How != Untold {
			title += ": " + f.How.String()
		}
		line(&b, fmt.Sprintf("%d. ", i+1), title)
		quote := `"` + f.Text + `"`
		if f.Count > 1 {
			quote += fmt.Sprintf(" (%s times)", words.Number(uint64(f.Count)))
		}
		line(&b, "   text     ", quote)
		line(&b, "   from     ", f.Source)
		line(&b, "   it says  ", f.How.Says())
		line(&b, "   it takes ", f.How.Takes())
		if f.Preset != "" {
			settings := "see loadgen strategy show " + f.Preset
			if len(f.Settings) > 0 {
				settings = f.Settings[0] + " (" + settings + ")"
			}
			line(&b, "   settings ", settings)
		}
		fmt.Fprintf(&b, "   %s:\n", likelyCauses(len(f.Causes)))
		for j, c := range f.Causes {
			line(&b, fmt.Sprintf("   %c) ", 'a'+j), c.Title+" ("+c.Name+")")
			line(&b, "      test   ", c.Test)
			line(&b, "      set    ", c.Set)
			if c.Run != "" {
				line(&b, "      run    ", c.Run)
			}
		}
	}
	_, err := b.WriteTo(w)
	return err
}

// likelyCauses is the heading of so many causes.
func likelyCauses(n int) string {
	if n == 1 {
		return "Likely cause"
	}
	return "Likely causes, the likeliest first"
}

// line writes a text behind its label, broken into lines that begin below it.
func line(b *bytes.Buffer, label, text string) {
	lines := words.WrapAll(words.Visible(text), width-len(label), "/:,;=")
	fmt.Fprintf(b, "%s%s\n", label, strings.Join(lines, "\n"+strings.Repeat(" ", len(label))))
}

// Version is that of what WriteJSON writes. It rises when a member goes or changes its
// meaning.
const Version = 1

// WriteJSON writes findings as JSON.
func WriteJSON(w io.Writer, all []Finding) error {
	type named struct {
		Name  string `json:"name"`
		Title string `json:"title"`
	}
	type told struct {
		Name  string `json:"name"`
		Says  string `json:"says"`
		Takes string `json:"takes"`
	}
	type cause struct {
		Name  string `json:"name"`
		Title string `json:"title"`
		Test  string `json:"test"`
		Set   string `json:"set"`
		Run   string `json:"run,omitempty"`
	}
	type finding struct {
		Text     string   `json:"text"`
		Count    int      `json:"count"`
		Source   string   `json:"source"`
		Preset   string   `json:"preset,omitempty"`
		Settings []string `json:"settings,omitempty"`
		Leg      named    `json:"leg"`
		How      told     `json:"how"`
		Causes   []cause  `json:"causes"`
	}
	v := struct {
		Version  int       `json:"version"`
		Findings []finding `json:"findings"`
	}{Version, []finding{}}
	for _, f := range all {
		one := finding{
			Text: f.Text, Count: f.Count, Source: f.Source, Preset: f.Preset, Settings: f.Settings,
			Leg: named{f.Leg.String(), f.Leg.Title()}, How: told{f.How.String(), f.How.Says(), f.How.Takes()},
		}
		for _, c := range f.Causes {
			one.Causes = append(one.Causes, cause{c.Name, c.Title, c.Test, c.Set, c.Run})
		}
		v.Findings = append(v.Findings, one)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("writing findings: %w", err)
	}
	_, err := w.Write(words.VisibleJSON(b.Bytes()))
	return err
}
