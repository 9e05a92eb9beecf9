package symptom

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// otherNames are what differs from one account to the next.
var otherNames = strings.NewReplacer(
	"111122223333", "940210459999", "us-east-1", "ap-southeast-2", "app-AbCdEf", "prod/orders/db-8kQz1x", "ecsTaskExecutionRole", "Orders-Prod-ExecutionRole-1XQ8",
	"0123456789abcdef0123456789abcdef", "fedcba98765432100fedcba987654321", "52.46.146.144", "54.240.196.37", "/app/config", "/orders/prod/config",
	"0a1b2c", "429403404", "/app:1", "/team/orders-api:2026-11-29.503",
)

// variants are ways in which a text is quoted.
var variants = []struct {
	name  string
	quote func(text string) string
}{
	{"as it is", func(text string) string { return text }},
	{"in upper case", strings.ToUpper},
	{"other names", otherNames.Replace},
	{"at 80 columns", func(text string) string { return broken(text, 80, "\n") }},
	{"at 80 columns in a frame", func(text string) string { return "  " + broken(text, 76, "\n  ") }},
	{"at 33 columns of Windows", func(text string) string { return broken(text, 33, "\r\n") }},
	{"between words", func(text string) string { return strings.ReplaceAll(text, " ", "\n    ") }},
	{"in JSON", quoted},
	{"in JSON in JSON", func(text string) string { return quoted(quoted(text)) }},
	{"in JSON at 80 columns", func(text string) string { return broken(quoted(text), 80, "\n") }},
	{"in an entry of a log", func(text string) string {
		return "2026-11-29T10:00:00Z INFO started, 3 of 429 done\n2026-11-29T10:00:07.123Z ERROR [main] " + text + "\n2026-11-29T10:00:08Z INFO 404 more\n"
	}},
	{"in a log that breaks lines", func(text string) string {
		const stamp = "2026-11-29T10:00:07.123456789Z stderr F "
		return stamp + broken(text, 60, "\n"+stamp) + "\n"
	}},
	{"in logfmt", func(text string) string {
		return `level=error time=2026-11-29T10:00:00Z msg=` + quoted(text) + ` task="arn:aws:ecs:eu-west-1:940210459999:task/prod/fedcba98765432100fedcba987654321"`
	}},
	{"in a stack trace", func(text string) string {
		return "Traceback (most recent call last):\n  File \"/app/main.py\", line 429, in <module>\n    run()\nException: " + text + "\n  at com.example.Main.run(Main.java:403)\n  at com.example.Main.main(Main.java:17)\n"
	}},
	{"in colours", func(text string) string {
		return "\x1b[31;1m" + strings.ReplaceAll(text, ": ", ":\x1b[0m \x1b[31m") + "\x1b[0m"
	}},
	{"in a page", func(text string) string {
		return "<pre>" + strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;").Replace(text) + "</pre>"
	}},
	{"in a stopped task", func(text string) string {
		return `{"tasks":[{"taskArn":"arn:aws:ecs:eu-west-1:940210459999:task/prod/fedcba98765432100fedcba987654321","stopCode":"TaskFailedToStart","stoppedReason":` + quoted(text) + `,"containers":[{"exitCode":null}]}]}`
	}},
}

// broken breaks a text into lines of a width, as a terminal does: within words.
func broken(text string, width int, with string) string {
	var lines []string
	for len(text) > width {
		lines = append(lines, text[:width])
		text = text[width:]
	}
	return strings.Join(append(lines, text), with)
}

// quoted is a text in JSON.
func quoted(text string) string {
	b, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// want is what a text has to be recognised as.
type want struct {
	legs  []Leg // one of these; nil is any
	hows  []How // one of these; nil is any
	first []string
	among []string // one of these is among the first three causes
}

// check says what differs.
func (w *want) check(t *testing.T, name, text string) {
	t.Helper()
	all := Diagnose(text)
	if len(all) != 1 {
		t.Errorf("%s: found %d: %s\n%s", name, len(all), said(all), text)
		return
	}
	f := all[0]
	if w.legs != nil && !has(w.legs, f.Leg) || w.hows != nil && !has(w.hows, f.How) {
		t.Errorf("%s: got %s, want %v %v\n%s", name, said(all), w.legs, w.hows, text)
		return
	}
	var causes []string
	for _, c := range f.Causes {
		causes = append(causes, c.Name)
	}
	if w.first != nil && !has(w.first, causes[0]) {
		t.Errorf("%s: got first %s, want one of %v\n%s", name, said(all), w.first, text)
	}
	for _, name := range causes[:min(3, len(causes))] {
		if has(w.among, name) {
			return
		}
	}
	if w.among != nil {
		t.Errorf("%s: got %s, want one of %v among the first three\n%s", name, said(all), w.among, text)
	}
}

// has reports whether a list has one.
func has[T comparable](all []T, one T) bool {
	for _, x := range all {
		if x == one {
			return true
		}
	}
	return false
}

// said is findings in short.
func said(all []Finding) string {
	var b strings.Builder
	for _, f := range all {
		fmt.Fprintf(&b, "[%d × %v %v %s:", f.Count, f.Leg, f.How, f.Source)
		for _, c := range f.Causes {
			b.WriteString(" " + c.Name)
		}
		b.WriteString("]")
	}
	return b.String()
}

// everyWay checks a text in every quotation.
func (w *want) everyWay(t *testing.T, name, text string) {
	t.Helper()
	for _, v := range variants {
		if v.name == "in upper case" && strings.Contains(text, `\n`) {
			continue // that is no escape any more
		}
		w.check(t, name+", "+v.name, v.quote(text))
	}
}
