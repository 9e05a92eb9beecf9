package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"tenement/internal/evidence"
	"tenement/internal/throttle"
)

// evidenceFlags defines the flags that override what an import concludes.
func evidenceFlags(flags *pflag.FlagSet, o *evidence.Options) {
	tasksByFlag(flags, o)
	flags.Func("limit", "place times and attribute refusals under `RATE,BURST,SCOPE` (default: the limit that fits)", func(text string) error {
		l, err := throttle.ParseLimit(text)
		o.Limit = &l
		return err
	})
	flags.Func("spread", "place times within a coarse second by `RULE`: fit (the answers) or even (default fit)", func(text string) error {
		return choose(text, &o.SpreadEvenly, "fit", "even")
	})
	flags.Func("inferred", "`on` or off: add the requests that refusals prove (default on)", func(text string) error {
		return choose(text, &o.NoInferred, "on", "off")
	})
}

// tasksByFlag defines the flag for what tells tasks apart.
func tasksByFlag(flags *pflag.FlagSet, o *evidence.Options) {
	var names []string
	for _, b := range evidence.Bys() {
		names = append(names, string(b))
	}
	flags.Func("tasks-by", "tell tasks apart by `WHAT`: "+strings.Join(names, ", ")+" (default evidence)", func(text string) error {
		if !slices.Contains(names, text) {
			return fmt.Errorf("want %s", strings.Join(names, ", "))
		}
		o.By = evidence.By(text)
		return nil
	})
}

// choose sets *to to whether a text is the second of two words.
func choose(text string, to *bool, first, second string) error {
	if text != first && text != second {
		return fmt.Errorf("want %s or %s", first, second)
	}
	*to = text == second
	return nil
}
