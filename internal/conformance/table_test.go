package conformance

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"tenement/internal/service"
)

// The marks in a document between which the table stands.
const (
	beginMark = "<!-- conformance: from here on written by `make conformance` -->\n"
	endMark   = "<!-- conformance: to here -->\n"
)

// summary is the cells of each SDK at each service.
type summary struct {
	clients []client
	rows    map[[2]string]*row // by driver and service
	reasons []string           // of the exceptions that were met
	named   map[string]int     // how many cells each is for
}

type row struct{ agree, listed, differ int }

func summarize(clients []client, cells []*cell) *summary {
	s := &summary{clients: clients, rows: make(map[[2]string]*row), named: make(map[string]int)}
	for _, c := range cells {
		key := [2]string{c.sdk, c.service.String()}
		if s.rows[key] == nil {
			s.rows[key] = new(row)
		}
		r, reason := s.rows[key], exceptions.reason(c.name())
		switch {
		case len(c.differ) == 0:
			r.agree++
		case reason != "":
			r.listed++
			line := c.sdk + ": " + reason
			if s.named[line]++; s.named[line] == 1 {
				s.reasons = append(s.reasons, line)
			}
		default:
			r.differ++
		}
	}
	return s
}

// text is the summary for a log.
func (s *summary) text() string {
	var all row
	for _, r := range s.rows {
		all.agree, all.listed, all.differ = all.agree+r.agree, all.listed+r.listed, all.differ+r.differ
	}
	return fmt.Sprintf("%d SDKs, %d cells: %d agree, %d are listed with a reason, %d differ",
		len(s.clients), all.agree+all.listed+all.differ, all.agree, all.listed, all.differ)
}

// write puts the table between the marks of a document.
func (s *summary) write(file string, now time.Time) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	before, rest, found := strings.Cut(string(text), beginMark)
	_, after, closed := strings.Cut(rest, endMark)
	if !found || !closed {
		return fmt.Errorf("%s: want the two marks of the table", file)
	}
	var b bytes.Buffer
	b.WriteString(before + beginMark + "\n")
	part := ""
	if *quick {
		part = ", the part of the questions that CI asks"
	}
	fmt.Fprintf(&b, "Run on %s%s: %s.\n\n", now.UTC().Format(time.DateOnly), part, s.text())
	b.WriteString("| preset | real SDK |")
	for _, of := range service.Issuers() {
		fmt.Fprintf(&b, " %s |", of.Row().Title)
	}
	b.WriteString("\n|---|---|" + strings.Repeat("---:|", len(service.Issuers())) + "\n")
	for _, c := range s.clients {
		fmt.Fprintf(&b, "| %s | %s %s |", c.name, c.sdk, c.version)
		for _, of := range service.Issuers() {
			r := s.rows[[2]string{c.name, of.String()}]
			if r == nil {
				b.WriteString(" not asked |")
				continue
			}
			fmt.Fprintf(&b, " %d of %d |", r.agree, r.agree+r.listed+r.differ)
		}
		b.WriteString("\n")
	}
	if len(s.reasons) > 0 {
		b.WriteString("\nThe other cells, and why:\n\n")
		for _, line := range s.reasons {
			fmt.Fprintf(&b, "- %s (%d)\n", line, s.named[line])
		}
	}
	first := true
	for i := range s.clients {
		for _, of := range service.Issuers() {
			in := standInOf(&s.clients[i], of)
			if in == nil {
				continue
			}
			if first {
				b.WriteString("\nHeld against another preset than that of its name:\n\n")
				first = false
			}
			against := in.preset
			if against == "" {
				against = "none"
			}
			fmt.Fprintf(&b, "- %s on %s, against %s: %s\n", in.driver, of.Row().Title, against, in.reason)
		}
	}
	b.WriteString("\n" + endMark + after)
	return os.WriteFile(file, b.Bytes(), 0o644)
}

// The document has the marks, and the table of the last run.
func TestTable(t *testing.T) {
	text, err := os.ReadFile("../../docs/fidelity.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), beginMark)
	if _, _, closed := strings.Cut(rest, endMark); !found || !closed {
		t.Error("docs/fidelity.md has no place for the table of conformance")
	}
}
