package main

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// The help of every command fits a terminal of 80 columns, examples included.
func TestHelpFits(t *testing.T) {
	commands := 0
	var check func(c *cobra.Command, path []string)
	check = func(c *cobra.Command, path []string) {
		commands++
		var out, errs bytes.Buffer
		if code := run(&out, &errs, append(path, "--help")...); code != 0 {
			t.Fatalf("%v: exit code %d\n%s", path, code, &errs)
		}
		for line := range strings.Lines(out.String()) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 {
				t.Errorf("%v: a line of %d columns: %s", path, n, line)
			}
		}
		for _, sub := range c.Commands() {
			check(sub, append(path[:len(path):len(path)], sub.Name()))
		}
	}
	check(new(program).root(), nil)
	if commands < 20 {
		t.Errorf("saw %d commands", commands)
	}
}
