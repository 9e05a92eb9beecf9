package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tenement/internal/sdk"
	"tenement/internal/startup"
	"tenement/internal/symptom"
	"tenement/profiles"
)

// Every command that reproduces a cause works: its profile exists and takes its settings, its
// preset and its fault exist.
func TestCausesRun(t *testing.T) {
	opened := make(map[string]bool)
	for _, c := range symptom.Causes() {
		c.Run = strings.NewReplacer("{leg}", "manifest", "{missing}", "manifest", "{parameters}", "").Replace(c.Run)
		runsCause(t, &c, opened)
	}
}

// runsCause checks the command of a cause, in the way in which loadgen run takes it.
func runsCause(t *testing.T, c *symptom.Cause, opened map[string]bool) {
	if c.Run == "" {
		return
	}
	if strings.HasPrefix(c.Run, "loadgen strategy explain ") {
		explainsCause(t, c)
		return
	}
	name, flags, ok := strings.Cut(strings.TrimPrefix(c.Run, "loadgen run "), " --engine sim")
	if !ok || strings.Contains(name, " ") {
		t.Errorf("%s: got %q, want loadgen run PROFILE --engine sim", c.Name, c.Run)
		return
	}
	if opened[name+flags] {
		return
	}
	opened[name+flags] = true
	sets := strings.Split(strings.ReplaceAll(flags, "'", ""), " --set ")
	if _, err := profiles.Open(name, profiles.Options{Sets: sets[1:]}); err != nil {
		t.Errorf("%s: %s: %v", c.Name, c.Run, err)
	}
}

// explainsCause runs a command that shows one client.
func explainsCause(t *testing.T, c *symptom.Cause) {
	preset := "botocore"
	if strings.Contains(c.Run, "--service imds") {
		preset += "@imds"
	}
	var out, stderr bytes.Buffer
	args := strings.Fields(strings.Replace(strings.TrimPrefix(c.Run, "loadgen "), "{preset}", preset, 1))
	if code := run(&out, &stderr, args...); code != 0 {
		t.Errorf("%s: %s: exit code %d\n%s", c.Name, c.Run, code, &stderr)
	}
}

// Every preset that a text names exists, and none is left without a text. The commands of
// its causes work with that preset.
func TestTextsNamePresets(t *testing.T) {
	named, ran := make(map[string]bool), make(map[string]bool)
	opened := make(map[string]bool)
	var texts []string
	for _, text := range symptom.Texts() {
		texts = append(texts, strings.ReplaceAll(text.Phrases, "…", " "))
	}
	for _, r := range startup.Rows() {
		texts = append(texts, r.Text)
	}
	for _, text := range texts {
		all := symptom.Diagnose(text)
		for _, f := range all {
			for _, c := range f.Causes {
				if !ran[c.Run] {
					ran[c.Run] = true
					runsCause(t, &c, opened)
				}
			}
			if f.Preset == "" {
				continue
			}
			p, _, ok := sdk.Named(f.Preset)
			if !ok {
				t.Errorf("%q: there is no preset %s", text, f.Preset)
				continue
			}
			named[strings.Split(p.Name, "@")[0]] = true
		}
	}
	for _, p := range sdk.Presets() {
		if name := strings.Split(p.Name, "@")[0]; !named[name] && name != "minio-go" { // whose texts are those of Go
			t.Errorf("no text names a preset of %s", name)
		}
	}
}

// Errors that the pages and profiles of the repository quote are recognised.
func TestQuotedErrors(t *testing.T) {
	for _, file := range []string{"../../docs/explain.md", "../../docs/sdks.md", "../../docs/drivers.md", "../../docs/diagnose.md"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if all := symptom.Diagnose(string(text)); len(all) == 0 {
			t.Errorf("%s: found %d errors", file, len(all))
		}
	}
	page, err := os.ReadFile("../../docs/sdks.md")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, section := range strings.Split(string(page), "### What a user sees in the end\n")[1:] {
		section, _, _ = strings.Cut(section, "\n## ")
		for _, m := range regexp.MustCompile("(?m)^- `+ ?(.*?) ?`+$").FindAllStringSubmatch(section, -1) {
			text := strings.NewReplacer("{url}", "http://169.254.170.2/v2/credentials/x", "{host}", "169.254.170.2:80", "{method}", "Get", "{status}", "429", "{reason}", "Too Many Requests").Replace(m[1])
			if all := symptom.Diagnose(text); len(all) != 1 {
				t.Errorf("found %d errors in %s", len(all), text)
			}
			n++
		}
	}
	if n < 80 {
		t.Errorf("found %d final errors in docs/sdks.md, want at least 80", n)
	}
}

// The tables of docs/diagnose.md are those of the package. UPDATE_SCRIPTS=1 rewrites them.
func TestDiagnosePage(t *testing.T) {
	const page = "../../docs/diagnose.md"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	const begins, ends = "<!-- made by `make golden` -->\n\n", "<!-- end of what is made -->\n"
	before, rest, ok := strings.Cut(string(text), begins)
	made, after, ended := strings.Cut(rest, ends)
	if !ok || !ended {
		t.Fatalf("the page has no place for its tables: want %q and %q", begins, ends)
	}
	var b strings.Builder
	b.WriteString("## Causes\n\n| cause | what tells it apart | what to set | run |\n|---|---|---|---|\n")
	cell := strings.NewReplacer("|", `\|`, "{endpoint}", "SERVICE", "{action}", "the action", "{preset}", "SDK", "{leg}", "LEG", "{missing}", "LEG", "{parameters}", "")
	for _, c := range symptom.Causes() {
		command := ""
		if c.Run != "" {
			command = "`" + cell.Replace(c.Run) + "`"
		}
		fmt.Fprintf(&b, "| **%s**: %s | %s | %s | %s |\n", c.Name, cell.Replace(c.Title), cell.Replace(c.Test), cell.Replace(c.Set), command)
	}
	b.WriteString("\n## Texts\n\nThe phrases by which a text is recognised, in their order, with … for what stands between.\n")
	source := ""
	for _, text := range symptom.Texts() {
		if text.Source != source {
			source = text.Source
			fmt.Fprintf(&b, "\nFrom %s:\n\n", source)
		}
		fmt.Fprintf(&b, "- `%s`\n", strings.ReplaceAll(text.Phrases, "`", ""))
	}
	b.WriteString("\n")
	if b.String() == made {
		return
	}
	if os.Getenv("UPDATE_SCRIPTS") == "" {
		t.Fatal("the tables of docs/diagnose.md are old: `make golden` makes them current")
	}
	if err := os.WriteFile(page, []byte(before+begins+b.String()+ends+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// A file may be packed or in UTF-16, as a recording may; what cannot be read is bad input, and
// so is more text than is looked at.
func TestDiagnoseFiles(t *testing.T) {
	const text = "Unable to locate credentials\n"
	pack := func(text string) string {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := z.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	for _, row := range []struct {
		name, content string
		code          int
		says          string // on either stream
	}{
		{"a gzip file", pack(text), 0, "no-provider"},
		{"packed twice", pack(pack(text)), 0, "no-provider"},
		{"UTF-16", "\xff\xfe" + strings.Join(strings.Split(text, ""), "\x00") + "\x00", 0, "no-provider"},
		{"cut short", pack(text)[:20], 2, "the file is cut short"},
		{"bzip2", "BZh91AY&SY", 2, "the file is packed (bzip2): unpack it first"},
		{"empty", "", 3, "nothing in the text is known"},
		{"binary", "\x7fELF\x02\x01\x01" + strings.Repeat("\x00\x01\xfe", 1000), 3, "nothing in the text is known"},
		{"long", pack(strings.Repeat(text+"\n", 180_000)), 0, "(180,000 times)"},
	} {
		file := filepath.Join(t.TempDir(), "app.log")
		if err := os.WriteFile(file, []byte(row.content), 0o600); err != nil {
			t.Fatal(err)
		}
		var out, stderr bytes.Buffer
		if code := run(&out, &stderr, "diagnose", file); code != row.code || !strings.Contains(out.String()+stderr.String(), row.says) {
			t.Errorf("%s: exit code %d, want %d with %q\n%s%s", row.name, code, row.code, row.says, &out, &stderr)
		}
	}
}

// Every command of docs/diagnose.md ends as the page says: with 0.
func TestDiagnoseCommands(t *testing.T) {
	text, err := os.ReadFile("../../docs/diagnose.md")
	if err != nil {
		t.Fatal(err)
	}
	all := regexp.MustCompile(`(?m)^loadgen diagnose '([^']*)'$`).FindAllSubmatch(text, -1)
	if len(all) < 2 {
		t.Errorf("found %d commands", len(all))
	}
	for _, m := range all {
		var out, stderr bytes.Buffer
		if code := run(&out, &stderr, "diagnose", string(m[1])); code != 0 {
			t.Errorf("%s: exit code %d\n%s", m[1], code, &stderr)
		}
	}
}

// A log that goes on is read until the user ends that, also a packed one.
func TestDiagnoseUntilInterrupted(t *testing.T) {
	for name, packed := range map[string]bool{"plain": false, "packed": true} {
		ctx, cancel := context.WithCancel(t.Context())
		followed, log := io.Pipe()
		write := func(line string) { _, _ = io.WriteString(log, line) }
		if packed {
			z := gzip.NewWriter(log)
			write = func(line string) {
				_, _ = io.WriteString(z, line)
				_ = z.Flush()
			}
		}
		go func() {
			write("Unable to locate credentials\n")
			write("all is well\n") // taken once the line before it was passed on
			cancel()
		}()
		text, err := errorText(ctx, []string{"-"}, followed)
		if err != nil {
			t.Fatal(err)
		}
		all, err := symptom.Read(text)
		if err != nil || len(all) != 1 {
			t.Errorf("%s: found %d errors, %v", name, len(all), err)
		}
		_ = log.Close()
	}
}
