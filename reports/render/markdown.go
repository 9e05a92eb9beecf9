package render

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"tenement/internal/words"
	"tenement/reports"
	"tenement/reports/diagnosis"
)

// Markdown is what a pull request or a job summary shows, in the flavour of GitHub,
// which GitLab reads too:
//
//   - what came out is the heading, then the failed gates, then the table;
//   - everything else is folded;
//   - it fits into a comment: what does not is left out, and named.

// Bounds of a comment. GitHub refuses one of more than 65,536 characters.
const (
	mostComment      = 60_000 // bytes, so that a caller can add a line of its own
	mostMarkdownRows = 100    // of a table
)

// writeMarkdown writes the comment.
func writeMarkdown(w io.Writer, d *diagnosis.Diagnosis) error {
	if d.Control != nil {
		return writeControlMarkdown(w, d)
	}
	r, said := d.Report, d.Sentences()
	m := new(markdown)
	outcome := gatesText(r)
	if r.Comparison != nil {
		outcome += "; " + comparedWords(r.Comparison)
	}
	m.heading(r.Profile.Name + ": " + outcome)
	m.paragraph(words.Capital(d.Headline()) + ".")
	m.gates(slices.Concat(r.Failed(), r.Inconclusive()))
	m.notJudged(r.GatesNotJudged)
	if r.Comparison != nil {
		m.comparison(r.Comparison)
	}
	m.rows(d)
	lead := min(2, len(said.Verdict))
	m.paragraph(strings.Join(said.Verdict[:lead], " "))

	m.fold("What it means", func(m *markdown) {
		for _, p := range []string{
			strings.Join(said.Verdict[lead:], " "), strings.Join(said.Assumptions, " "), d.Demand(), d.AgreementText(), d.Basis(),
		} {
			m.paragraph(words.Capital(p))
		}
	})
	if n := len(said.Warnings); n > 0 {
		m.fold(words.Plural(uint64(n), "warning", "warnings"), func(m *markdown) {
			for _, s := range said.Warnings {
				m.item(s)
			}
		})
	}
	if held := certain(r.Gates); len(held) > 0 {
		m.fold(words.Plural(uint64(len(held)), "gate holds", "gates hold"), func(m *markdown) { m.gates(held) })
	}
	if t := newStartTables(d); t != nil {
		m.fold("How tasks start", func(m *markdown) { m.starts(t) })
	}
	for _, c := range newCaseTables(r) {
		m.fold("Every figure: "+c.Title, func(m *markdown) { m.figures(c) })
	}
	m.fold("How it was run", func(m *markdown) {
		for _, fact := range facts(d) {
			m.item(fact)
		}
		m.item(fmt.Sprintf("profile %s, model %d, loadgen %s", r.Profile.Digest, r.Model, r.Generator.Version))
	})
	_, err := io.WriteString(w, words.VisibleLines(m.text()))
	return err
}

// gatesText is what the gates say, for a heading.
func gatesText(r *reports.Report) string {
	if n := len(r.Failed()); n > 0 {
		return fmt.Sprintf("%d of %s failed", n, words.Plural(uint64(len(r.Gates)), "gate", "gates"))
	}
	if text := diagnosis.GatesText(r); text != "" {
		return text
	}
	if r.Partial {
		return "interrupted, no gate judged"
	}
	return "no gates"
}

// certain are the gates that hold without a doubt.
func certain(all []reports.GateResult) (out []reports.GateResult) {
	for _, g := range all {
		if g.OK && !g.Inconclusive {
			out = append(out, g)
		}
	}
	return out
}

// markdown is a text in the making.
type markdown struct {
	b    strings.Builder
	lost []string // titles of what did not fit
}

// text is all of it.
func (m *markdown) text() string {
	if len(m.lost) > 0 {
		m.paragraph("Left out, because a comment has no room for it: " + words.List(words.Some(m.lost), "and") + ". The HTML report has it.")
	}
	return m.b.String()
}

func (m *markdown) heading(text string) { m.b.WriteString("### " + escaped(text) + "\n\n") }

// begun is text at the start of a line: no list, no heading, no table.
func begun(text string) string {
	if text != "" && strings.ContainsRune("+-=", rune(text[0])) {
		return `\` + text
	}
	return text
}

// paragraph is a paragraph, or nothing of no text.
func (m *markdown) paragraph(text string) {
	if text = strings.TrimSpace(text); text != "" && text != "." {
		m.b.WriteString(begun(escaped(text)) + "\n\n")
	}
}

func (m *markdown) item(text string) { m.b.WriteString("- " + begun(escaped(text)) + "\n") }

// fold is a part that the reader has to open. It is left out if the comment would
// become too long.
func (m *markdown) fold(title string, fill func(*markdown)) {
	part := new(markdown)
	fill(part)
	body := strings.TrimSpace(part.b.String())
	switch {
	case body == "":
	case m.b.Len()+len(body) > mostComment:
		m.lost = append(m.lost, strings.ToLower(title[:1])+title[1:])
	default:
		fmt.Fprintf(&m.b, "<details><summary>%s</summary>\n\n%s\n\n</details>\n\n", escaped(title), body)
	}
}

// table writes a table. The first columns are texts, the others figures. Lines that
// are too many are counted.
func (m *markdown) table(texts int, head []string, lines [][]string) {
	if len(lines) == 0 {
		return
	}
	m.line(head)
	m.b.WriteString("|" + strings.Repeat(":--|", texts) + strings.Repeat("--:|", len(head)-texts) + "\n")
	for i, line := range lines {
		if i == mostMarkdownRows {
			break
		}
		m.line(line)
	}
	m.b.WriteByte('\n')
	if n := len(lines) - mostMarkdownRows; n > 0 {
		m.paragraph("And " + words.Plural(uint64(n), "further line", "further lines") + ".")
	}
}

// line writes a line of cells, which are Markdown.
func (m *markdown) line(cells []string) {
	m.b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}

// gates is a table of gates.
func (m *markdown) gates(all []reports.GateResult) {
	var lines [][]string
	for i := range all {
		g := &all[i]
		verdict := diagnosis.GateVerdict(g)
		if !g.OK {
			verdict = "**" + verdict + "**"
		}
		lines = append(lines, []string{code(g.Expr), escaped(g.Case), verdict, escaped(diagnosis.GateText(g))})
	}
	m.table(3, []string{"gate", "case", "result", "figure"}, lines)
}

// notJudged lists the gates whose bound is not known.
func (m *markdown) notJudged(all []reports.UnjudgedGate) {
	var lines [][]string
	for _, g := range all {
		lines = append(lines, []string{code(g.Expr), escaped(g.Case), escaped(g.Reason)})
	}
	m.table(3, []string{"gate", "case", "not judged, because"}, lines)
}

// rows is the table of the text screen.
func (m *markdown) rows(d *diagnosis.Diagnosis) {
	if len(d.Sections) == 0 {
		return
	}
	sides := linesOf(d)
	columns := columnsOf(d, sides)
	texts, head := 1, []string{" "}
	if len(sides) > 1 {
		texts, head = 2, []string{" ", " "}
	}
	for _, c := range columns {
		head = append(head, escaped(strings.ReplaceAll(strings.TrimSpace(c.head[0]+" "+c.head[1]), " /", "/")))
	}
	var lines [][]string
	first := &d.Sections[0].Rows[0]
	for _, s := range d.Sections {
		if len(d.Rows) > 1 {
			lines = append(lines, append([]string{"**" + escaped(s.Title) + "**"}, make([]string, len(head)-1)...))
		}
		for i := range s.Rows {
			row, name := &s.Rows[i], escaped(s.Rows[i].Label)
			for _, side := range sides {
				line := []string{name}
				if texts > 1 {
					line = append(line, side.engine)
				}
				for _, c := range columns {
					line = append(line, escaped(strings.TrimSpace(c.of(side.of(row), side.of(first), row.Case == first.Case))))
				}
				lines = append(lines, line)
				name = ""
			}
		}
	}
	m.table(texts, head, lines)
}

// figures is every figure of a case.
func (m *markdown) figures(c caseTable) {
	for _, s := range c.Sets {
		m.item("set " + s.Path + "=" + s.Value)
	}
	if c.SDK != "" {
		m.item("to get it: " + c.SDK)
	}
	if len(c.Sets) > 0 || c.SDK != "" {
		m.b.WriteByte('\n')
	}
	var lines [][]string
	for _, g := range c.Rows {
		line := []string{g.Group, g.Calls, g.Attempts, g.Failed, g.Range, g.Ready, g.P50, g.P99, g.Max}
		for i := range line {
			line[i] = escaped(line[i])
		}
		lines = append(lines, line)
	}
	m.table(1, []string{"group", "calls", "attempts", "failed", "95 % interval", "ready in 1 s", "p50", "p99", "max"}, lines)
}

// escaped is a text as Markdown shows it letter by letter: no markup, no HTML, no
// formula, no mention of a person.
func escaped(text string) string {
	return markup.Replace(strings.Join(strings.Fields(words.Visible(text)), " "))
}

var markup = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", `*`, `\*`, `_`, `\_`, `[`, `\[`, `]`, `\]`, `|`, `\|`, `~`, `\~`, `#`, `\#`, `$`, `\$`,
	"<", "&lt;", ">", "&gt;", "&", "&amp;", "@", "@&#8203;",
)

// code is a text in the type of code, where Markdown can show it so.
func code(text string) string {
	text = words.Visible(text)
	if strings.ContainsAny(text, "`|\n") || strings.TrimSpace(text) != text || text == "" {
		return escaped(text)
	}
	return "`" + text + "`"
}
