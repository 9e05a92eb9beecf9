// Package protocol is the line protocol between a driver and the program that
// watches what an SDK sends: JSON lines on stdin and stdout.
package protocol

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"
	"sync"
	"time"
)

// Credentials are what an SDK hands out, as far as the protocol tells of it.
type Credentials struct {
	AccessKeyID string
	Expires     time.Time // zero if the SDK gives none
}

// Resolve asks an SDK's client for credentials.
type Resolve func() (Credentials, error)

type request struct {
	Resolve int    `json:"resolve"`
	Client  string `json:"client"`
}

type result struct {
	Result      int    `json:"result"`
	OK          bool   `json:"ok"`
	AccessKeyID string `json:"access_key_id,omitempty"`
	Expires     string `json:"expires,omitempty"`
	Error       string `json:"error,omitempty"`
}

// Version is the version of a module that the program was built with.
func Version(module string) string {
	info, _ := debug.ReadBuildInfo()
	for _, m := range info.Deps {
		if m.Path == module {
			return m.Version[1:] // without the v
		}
	}
	return "unknown"
}

// Serve says hello, then answers the requests on stdin until it closes. build
// makes a client. It runs each request in a goroutine of its own.
func Serve(sdk, version string, build func() (Resolve, error)) error {
	if len(os.Args) > 1 && os.Args[1] != "chain" {
		return fmt.Errorf("unknown provider %q: this driver has chain alone", os.Args[1])
	}
	var writing sync.Mutex
	out := json.NewEncoder(os.Stdout)
	say := func(line any) {
		writing.Lock()
		defer writing.Unlock()
		_ = out.Encode(line)
	}
	say(map[string]any{"protocol": 1, "sdk": sdk, "version": version})

	var client Resolve
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var ask request
		if err := json.Unmarshal(lines.Bytes(), &ask); err != nil {
			return fmt.Errorf("reading a request: %w", err)
		}
		if client == nil || ask.Client == "new" {
			var err error
			if client, err = build(); err != nil {
				say(result{Result: ask.Resolve, Error: err.Error()})
				client = nil
				continue
			}
		}
		resolve := client
		go func() {
			got, err := resolve()
			r := result{Result: ask.Resolve, OK: err == nil, AccessKeyID: got.AccessKeyID}
			if err != nil {
				r = result{Result: ask.Resolve, Error: err.Error()}
			} else if !got.Expires.IsZero() {
				r.Expires = got.Expires.UTC().Format(time.RFC3339)
			}
			say(r)
		}()
	}
	return lines.Err() // calls that are still open end with the process
}
