package sdk_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"tenement/internal/sdk"
	"tenement/internal/service"
)

// parser reads a file of recordings. Settings stay until they are set again.
type parser struct {
	preset  sdk.Preset
	nothing string
	slack   slack
	bodies  map[int]string // by status, in place of those that the mock sends
	all     []recording
}

// parseRecordings reads a file. The error names the line.
func parseRecordings(file string) ([]recording, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	p := parser{bodies: map[int]string{}}
	for i, line := range strings.Split(string(text), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		word, rest, _ := strings.Cut(line, " ")
		where := fmt.Sprintf("%s:%d", file, i+1)
		if err := p.line(where, word, rest); err != nil {
			return nil, fmt.Errorf("%s: %w", where, err)
		}
	}
	return p.all, nil
}

// line reads the rest of a line that begins with that word.
func (p *parser) line(where, word, rest string) error {
	switch word {
	case "client":
		p.preset, p.nothing, p.slack = sdk.Preset{}, "error", slack{}
		clear(p.bodies)
		return nil
	case "slack":
		return p.slack.parse(rest)
	case "nothing":
		if p.nothing = rest; rest != "ok" && rest != "error" {
			return fmt.Errorf("nothing %q: want ok or error", rest)
		}
		return nil
	case "body":
		return p.body(rest)
	case "preset":
		var ok bool
		if p.preset, _, ok = sdk.Named(rest); !ok {
			return fmt.Errorf("there is no preset %q", rest)
		}
		return nil
	case "answers":
		r, err := p.answers(rest)
		r.where = where
		p.all = append(p.all, r)
		return err
	}
	if len(p.all) == 0 {
		return fmt.Errorf("%s before any answers", word)
	}
	r := &p.all[len(p.all)-1]
	if word == "differs" {
		r.differs = rest
		return nil
	}
	if word == "calls" {
		b, err := parseBatch(rest)
		r.batches = append(r.batches, b)
		return err
	}
	if word != "says" && word != "begins" || len(r.batches) == 0 {
		return fmt.Errorf("%q: want client, nothing, slack, body, preset, answers, differs, calls, says or begins", word)
	}
	b := &r.batches[len(r.batches)-1]
	b.more = word == "begins"
	var err error
	b.says, err = strconv.Unquote(rest)
	return err
}

// parse reads durations by name.
func (s *slack) parse(text string) error {
	for field := range strings.FieldsSeq(text) {
		name, value, _ := strings.Cut(field, "=")
		d, err := time.ParseDuration(value)
		if err != nil {
			return err
		}
		switch name {
		case "early":
			s.early = d
		case "late":
			s.late = d
		case "mean":
			s.mean = d
		case "took":
			s.took = d
		default:
			return fmt.Errorf("%q: want early, late, mean or took", name)
		}
	}
	return nil
}

// body reads statuses and the body that came with them.
func (p *parser) body(text string) error {
	list, quoted, _ := strings.Cut(text, " ")
	body, err := strconv.Unquote(quoted)
	if err != nil {
		return fmt.Errorf("body %s: %w", quoted, err)
	}
	for one := range strings.SplitSeq(list, ",") {
		status, err := strconv.Atoi(one)
		if err != nil {
			return err
		}
		p.bodies[status] = body
	}
	return nil
}

// answers begins a recording.
func (p *parser) answers(text string) (recording, error) {
	instance := p.preset.Service == service.IMDS
	r := recording{preset: p.preset, answers: map[string][]answer{}, kept: !instance, nothing: p.nothing, runs: 1, slack: p.slack}
	for field := range strings.FieldsSeq(text) {
		name, value, _ := strings.Cut(field, "=")
		var err error
		switch name {
		case "kept", "closed":
			r.kept = name == "kept"
		case "per-call":
			r.perCall = true
		case "runs":
			r.runs, err = strconv.Atoi(value)
		case "all":
			for _, leg := range legNames {
				r.answers[leg], err = parseAnswers(value, leg, p.bodies)
			}
		case "token", "role", "credentials":
			r.answers[name], err = parseAnswers(value, name, p.bodies)
		default:
			err = fmt.Errorf("%q: want a leg, kept, closed, per-call or runs", name)
		}
		if err != nil {
			return r, err
		}
	}
	return r, nil
}
