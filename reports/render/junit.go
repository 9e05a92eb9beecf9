package render

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"tenement/internal/words"
	"tenement/reports"
	"tenement/reports/diagnosis"
)

// JUnit XML is what CI systems read as the results of tests: a case is a suite, and
// a gate in it a test. An interrupted run, whose gates were not judged, is an error.

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name       string          `xml:"name,attr"`
	Tests      int             `xml:"tests,attr"`
	Failures   int             `xml:"failures,attr"`
	Errors     int             `xml:"errors,attr"`
	Skipped    int             `xml:"skipped,attr"`
	Timestamp  string          `xml:"timestamp,attr,omitempty"`
	Properties []junitProperty `xml:"properties>property"`
	Tested     []junitTest     `xml:"testcase"`
	Out        string          `xml:"system-out,omitempty"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

// junitTest is a test; the ways it can end are nil unless it ended so.
type junitTest struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	Failure *junitFailure `xml:"failure"`
	Error   *junitFailure `xml:"error"`
	Skipped *junitSkipped `xml:"skipped"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

type junitSkipped struct {
	Message string `xml:"message,attr"`
}

// writeJUnit writes the gates, and what a baseline says, as tests.
func writeJUnit(w io.Writer, d *diagnosis.Diagnosis) error {
	r := d.Report
	name := words.Visible(r.Profile.Name)
	all := junitSuites{Name: name}
	byCase := map[string][]junitTest{}
	for i := range r.Gates {
		g := &r.Gates[i]
		byCase[g.Case] = append(byCase[g.Case], junitGate(g, name))
	}
	for i := range r.GatesNotJudged {
		g := &r.GatesNotJudged[i]
		byCase[g.Case] = append(byCase[g.Case], junitTest{
			Name: words.Visible(g.Expr), Class: name + "." + words.Visible(g.Case),
			Skipped: &junitSkipped{Message: words.Visible("not judged: " + g.Reason)},
		})
	}
	for i := range r.Cases {
		if tests := byCase[r.Cases[i].Name]; tests != nil {
			s := newJUnitSuite(d, name+": "+r.Cases[i].Name)
			s.Tested = tests
			all.add(s)
		}
	}
	if r.Comparison != nil {
		for _, s := range comparisonSuites(r.Comparison, name) {
			all.add(&s)
		}
	}
	if r.Partial && len(r.Gates) == 0 {
		s := newJUnitSuite(d, name)
		s.Tested = append(s.Tested, junitTest{Name: "the run", Class: name, Error: &junitFailure{
			Message: "the run was interrupted, and no gate was judged", Type: "interrupted",
		}})
		all.add(s)
	}
	return writeXML(w, &all)
}

// newJUnitSuite is a suite without tests.
func newJUnitSuite(d *diagnosis.Diagnosis, name string) *junitSuite {
	r := d.Report
	return &junitSuite{
		Name: words.Visible(name), Timestamp: strings.TrimSuffix(words.Visible(r.Generator.Began), "Z"),
		Properties: []junitProperty{
			{"engine", r.Engine}, {"seed", fmt.Sprint(r.Seed)}, {"model", fmt.Sprint(r.Model)},
			{"digest", words.Visible(r.Profile.Digest)}, {"version", words.Visible(r.Generator.Version)},
		},
		Out: words.Visible(d.Headline()),
	}
}

// junitGate is a gate as a test.
func junitGate(g *reports.GateResult, profile string) junitTest {
	t := junitTest{Name: words.Visible(g.Expr), Class: profile + "." + words.Visible(g.Case)}
	text := words.Visible(g.Expr + ": " + diagnosis.GateText(g))
	switch {
	case !g.OK:
		t.Failure = &junitFailure{Message: text, Type: "gate", Text: text}
	case g.Inconclusive:
		t.Skipped = &junitSkipped{Message: "inconclusive: " + text}
	}
	return t
}

// add adds a suite, and counts what is in it.
func (all *junitSuites) add(s *junitSuite) {
	for i := range s.Tested {
		s.Tests++
		switch t := &s.Tested[i]; {
		case t.Failure != nil:
			s.Failures++
		case t.Error != nil:
			s.Errors++
		case t.Skipped != nil:
			s.Skipped++
		}
	}
	all.Tests += s.Tests
	all.Failures += s.Failures
	all.Errors += s.Errors
	all.Skipped += s.Skipped
	all.Suites = append(all.Suites, *s)
}

// writeXML writes a document, indented.
func writeXML(w io.Writer, v any) error {
	b, err := xml.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("writing XML: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, b)
	return err
}
