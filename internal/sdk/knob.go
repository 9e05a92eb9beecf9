package sdk

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Knob is a line of what a user of an SDK can set, or that the SDK has no setting for
// it. The first of a preset's is about retries.
type Knob struct {
	Line string // what to set and how, for documents
	// Settings are what of it changes the strategy. There are none where the strategy
	// does not model what changes, or the SDK cannot.
	Settings []Setting
}

// Setting is a value that a user chooses, and the fields of the strategy that it moves.
type Setting struct {
	Name string // such as attempts; of a preset's settings, each has another
	// Option is the environment variable, the option or the method that is set.
	Option string
	// Code sets it, in a line of the SDK's language or of a configuration file. In
	// braces stands the value, as Fill describes.
	Code    string
	Moves   []Move
	Values  []string // over which it makes sense, as YAML, in order of size if they have one
	Ordered bool     // whether values between two of them make sense too
	Effort  Effort
	// Change names the change that it is a part of. The settings of one change are one
	// piece of work. "" is a change of its own.
	Change string
	// Needs names a setting of the same preset without which it means nothing.
	Needs string
	// Source is the repository and file that it was read in; "" is those of the preset.
	Source string
}

// Move is a field that a setting moves.
type Move struct {
	// Path leads to the field, as a profile has it: below a strategy, such as
	// retry.exponential.attempts, or with group. in front below a group of the fleet.
	Path string
	// To is its new value as YAML, with the setting's value in braces, as Fill
	// describes.
	To string
}

// Effort is the work that a setting costs.
type Effort uint8

// The efforts, the least first.
const (
	ConfigLine    Effort = iota // an environment variable, or a line of a configuration
	CodeChange                  // a change of one's own program
	SomebodyElses               // what another team or a provider must do
)

var effortNames = [...]string{"a config line", "a code change", "somebody else's doing"}

// String is what people call the effort.
func (e Effort) String() string { return effortNames[e] }

// move is the one field that a setting moves to its value.
func move(path string) []Move { return []Move{{path, "{value}"}} }

// Fill puts a setting's value into a text, in place of words in braces: {value} is the
// value as YAML; {go} a duration as Go writes it; {seconds} and {milliseconds} a
// duration as a number; {retries} one less than a count.
func Fill(text, value string) string {
	if !strings.Contains(text, "{") {
		return text
	}
	pairs := []string{"{value}", value}
	if d, err := time.ParseDuration(value); err == nil {
		pairs = append(pairs, "{go}", goDuration(d),
			"{seconds}", strconv.FormatFloat(d.Seconds(), 'g', 6, 64),
			"{milliseconds}", strconv.FormatInt(d.Milliseconds(), 10))
	}
	if n, err := strconv.Atoi(value); err == nil {
		pairs = append(pairs, "{retries}", strconv.Itoa(n-1))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// goDuration is a duration as a Go program writes it.
func goDuration(d time.Duration) string {
	for _, unit := range []struct {
		of   time.Duration
		name string
	}{{time.Hour, "time.Hour"}, {time.Minute, "time.Minute"}, {time.Second, "time.Second"}} {
		if d >= unit.of && d%unit.of == 0 {
			return fmt.Sprintf("%d*%s", d/unit.of, unit.name)
		}
	}
	return fmt.Sprintf("%d*time.Millisecond", d.Milliseconds())
}

// Settings are all that a user of the SDK can set, retries first: what the SDK has, then
// what can be done around any SDK.
func (p *Preset) Settings() []Setting {
	var all []Setting
	for _, k := range p.Knobs {
		all = append(all, k.Settings...)
	}
	all = append(all, around(p)...)
	for i := range all {
		all[i].Source = cmp.Or(all[i].Source, strings.Join(p.Sources, "; "))
	}
	return all
}

// KnobLines are what a user of the SDK can set, as sentences; retries first.
func (p *Preset) KnobLines() []string {
	var all []string
	for _, k := range p.Knobs {
		all = append(all, k.Line)
	}
	return all
}

// lines are knobs that change nothing which a strategy models.
func lines(texts ...string) []Knob {
	var all []Knob
	for _, text := range texts {
		all = append(all, Knob{Line: text})
	}
	return all
}

// within puts a line into the place of % in another.
func within(code, line string) string { return strings.Replace(code, "%", line, 1) }
