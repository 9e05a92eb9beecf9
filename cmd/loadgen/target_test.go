package main

import (
	"bytes"
	"strings"
	"testing"

	"tenement/cmd/internal/command"
)

// No error shows the password of a URL, whatever else is wrong with it.
func TestPasswordsAreHidden(t *testing.T) {
	for _, target := range []string{
		"http://me:hunter2@127.0.0.1:1", "http://me:hunter2@192.0.2.1", "https://me:hunter2@127.0.0.1", "me:hunter2@127.0.0.1",
		"http://me:hunter2@", "http://me:hunter2@127.0.0.1:port", "http://me:hunter2/@127.0.0.1", "http://me:/hunter2@127.0.0.1",
		"http://me:hunter2%@127.0.0.1", "http://me:a@hunter2@127.0.0.1", "http://me:hunter2 @127.0.0.1", "http:me:hunter2@127.0.0.1",
		"http://me:#hunter2@127.0.0.1", "http://me:?hunter2@127.0.0.1", "//me:hunter2@127.0.0.1", "http://hunter2@127.0.0.1:1",
		"\x00http://me:hunter2@127.0.0.1",
	} {
		var out, stderr bytes.Buffer
		p := &program{stdout: &stdout{to: &out}, stderr: &stderr}
		code := p.main([]string{"run", "ecs-agent-scope", "--engine", "live", "--target", target})
		if code != command.BadUsage || !strings.HasPrefix(stderr.String(), "loadgen: --target ") || strings.Contains(stderr.String(), "hunter2") {
			t.Errorf("%q: got exit code %d, %s", target, code, &stderr)
		}
	}
}

func TestAim(t *testing.T) {
	for _, test := range []struct {
		target string
		remote bool
		err    string
	}{
		{"http://127.0.0.1:1", false, ""},
		{"http://[::1]:1", false, ""},
		{"http://[::ffff:127.0.0.2]:1", false, ""},
		{"http://LOCALHOST/x", false, ""},
		{"http://Allowed.example", true, ""},
		{"http://192.0.2.1", false, `--target "http://192.0.2.1" is not on loopback`},
		{"http://localhost.example", false, `--target "http://localhost.example" is not on loopback`},
		{"http://0.0.0.0", false, `--target "http://0.0.0.0" is not on loopback`},
		{"ftp://127.0.0.1", false, `--target "ftp://127.0.0.1": want an http URL`},
		{"http://127.0.0.1/a@b", false, ""},
		{"127.0.0.1:8080", false, `--target "127.0.0.1:8080": want an http URL, with its scheme`},
		{"[::1]:8080", false, `--target "[::1]:8080": want an http URL, with its scheme`},
		{"localhost", false, `--target "localhost": want an http URL, with its scheme`},
		{"http://127.0.0.1:1?id=a", false, `--target "http://127.0.0.1:1?id=a": a query without a path: the paths are those of the profile`},
		{"http://127.0.0.1:1/?", false, `--target "http://127.0.0.1:1/?": a query without a path: the paths are those of the profile`},
		{"http://127.0.0.1:1/v1/credentials?id=a", false, ""},
		{"http://127.0.0.1:1/#a", false, `--target "http://127.0.0.1:1/#a": no request carries a fragment`},
		{"http://:80", false, `--target "http://:80": want a host in front of the port`},
	} {
		f := runFlags{target: test.target, targeted: true, allow: []string{"allowed.example"}, maxRequests: 7}
		a, err := f.checkedTarget("live")
		switch {
		case test.err != "":
			if err == nil || err.Error() != test.err {
				t.Errorf("%s: got %v, want %s", test.target, err, test.err)
			}
		case err != nil:
			t.Errorf("%s: got %v", test.target, err)
		case a.url.String() != test.target || a.remote != test.remote || (a.maxRequests > 0) != test.remote:
			t.Errorf("%s: got %v, %+v", test.target, a.url, a)
		}
	}
}
