package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"tenement/internal/experiment"
	"tenement/profiles"
	"tenement/reports"
)

// openTerminal opens a terminal of that size: what is written to it can be read.
func openTerminal(t *testing.T, width, height uint16) (read func() string, terminal *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no terminals here: ", err)
	}
	t.Cleanup(func() { master.Close() })
	fd := int(master.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Skip("no terminals here: ", err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Skip("no terminals here: ", err)
	}
	terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no terminals here: ", err)
	}
	t.Cleanup(func() { terminal.Close() })
	if err := unix.IoctlSetWinsize(int(terminal.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Col: width, Row: height}); err != nil {
		t.Fatal(err)
	}
	return func() string {
		var out []byte
		buffer := make([]byte, 1<<16)
		for {
			// The terminal has what was written before this is called.
			ready, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, 50)
			if err != nil || ready == 0 {
				return strings.ReplaceAll(string(out), "\r\n", "\n")
			}
			n, err := unix.Read(fd, buffer)
			if err != nil || n == 0 {
				return strings.ReplaceAll(string(out), "\r\n", "\n")
			}
			out = append(out, buffer[:n]...)
		}
	}, terminal
}

// controls are what a terminal does not show.
var controls = regexp.MustCompile("\x1b\\[[0-9;]*[A-Za-z]|\r")

// screenProfile is a small profile with the cases of halfway.
const screenProfile = `
version: 1
name: screen
description: a small run
duration: 1s
endpoint: {service: ecs, limit: {rate: 1/s, burst: 5, scope: host}}
fleet:
  - {group: batch, tasks: 10, arrivals: {once: {within: 1s}}, under_test: true}
strategies:
  php-sdk: {title: php SDK, retry: none}
  botocore: {title: botocore, retry: none}
`

// TestLiveScreen shows the simulated table before a live run, and what cases count in it.
func TestLiveScreen(t *testing.T) {
	t.Setenv("TERM", "xterm")
	file := filepath.Join(t.TempDir(), "screen.yaml")
	if err := os.WriteFile(file, []byte(screenProfile), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name          string
		width, height uint16
		noColor       string
		table         bool
		most          int // lines
	}{
		{"large", 100, 40, "", true, 20},
		{"without colours", 100, 40, "1", true, 20},
		{"low", 100, 12, "", true, 11},
		{"narrow", 60, 40, "", false, 1},
		{"very low", 100, 5, "", false, 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Setenv("NO_COLOR", row.noColor)
			read, terminal := openTerminal(t, row.width, row.height)
			p := &program{stderr: terminal}
			profile, err := profiles.Open(file, profiles.Options{})
			if err != nil {
				t.Fatal(err)
			}
			g := p.newProgress(profile.Name, false)
			g.patience = time.Minute
			g.preview(t.Context(), profile, experiment.Options{Name: profile.Name, Engine: reports.Live, Seed: 1})
			before := controls.ReplaceAllString(read(), "")
			if has := strings.Contains(before, "simulated") && strings.Contains(before, "php SDK") && strings.Contains(before, " % "); has != row.table {
				t.Errorf("before the run it shows\n%s", before)
			}
			g.last = time.Time{}
			g.show(halfway())
			raw := read()
			shown := controls.ReplaceAllString(raw, "")
			if n := strings.Count(shown, "\n"); n > row.most {
				t.Errorf("%d lines, want at most %d", n, row.most)
			}
			for _, line := range strings.Split(shown, "\n") {
				if n := len([]rune(line)); n > min(int(row.width)-1, 80) {
					t.Errorf("%d columns: %s", n, line)
				}
			}
			if !strings.Contains(shown, "50 %, 30s left") {
				t.Errorf("it does not say how far the run is:\n%s", shown)
			}
			if row.table {
				for _, want := range []string{`php SDK +[0-9.]+ % +286 of 400 +15 ms\n`, `botocore +[0-9.]+ % +0 of 200 +2\.0 s  ▕█████     ▏\n`} {
					if !regexp.MustCompile(want).MatchString(shown) {
						t.Errorf("want %s in\n%s", want, shown)
					}
				}
				if coloured := strings.Contains(raw, "\x1b[1;31m"); coloured != (row.noColor == "") {
					t.Errorf("coloured: %t", coloured)
				}
			}
			g.done()
			if rest := controls.ReplaceAllString(read(), ""); rest != "" {
				t.Errorf("at the end it writes %q", rest)
			}
		})
	}
}
