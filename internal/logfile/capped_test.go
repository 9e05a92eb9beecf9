package logfile

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// What clients make a server say is bounded.
func TestCapped(t *testing.T) {
	const most = 100
	var b strings.Builder
	c := NewCapped(&b, most, "no more is shown\n")
	for i := range 10 * most {
		if n, err := fmt.Fprintf(c, "%d\n", i); n == 0 || err != nil {
			t.Fatalf("got %d, %v", n, err)
		}
	}
	c.End()
	if n, err := c.Write([]byte("too late\n")); n == 0 || err != nil {
		t.Errorf("got %d, %v", n, err)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if len(lines) != most || lines[0] != "0" || lines[most-1] != "no more is shown" {
		t.Errorf("got %d lines, the last %q", len(lines), lines[len(lines)-1])
	}
}

// A server that complains does not wait for whoever keeps stderr.
func TestCappedDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		read, write := io.Pipe()
		defer read.Close()
		c, began := NewCapped(write, 100, ""), time.Now()
		for range 200 {
			_, _ = io.WriteString(c, "too many open files\n")
		}
		c.End()
		if took := time.Since(began); took != time.Second {
			t.Errorf("got an end after %v, want 1s", took)
		}
	})
}
