package main

import (
	"strings"
	"testing"
)

// A report is known by its keys: its cases, which are most of it, are not read for that.
func TestReportIsKnownByItsKeys(t *testing.T) {
	many := strings.Repeat(`{"name":"a"},`, 1<<16)
	for text, want := range map[string]bool{
		`{"model":4,"cases":[` + many:                       true,
		`{"model":4,"cases":[`:                              true,
		`{"cases":[` + many + `{}],"model":4}`:              true,
		`{"cases":[` + many:                                 true,
		`{"version":1,"fleet":[` + many + `{}],"name":"a"}`: false,
	} {
		in := strings.NewReader(text)
		if got := isReport(in); got != want {
			t.Errorf("%.30s: got %v", text, got)
		}
		if read := len(text) - in.Len(); strings.HasPrefix(text, `{"model"`) && read > 16<<10 {
			t.Errorf("%.30s: %d bytes are read", text, read)
		}
	}
}
