package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func show(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, 3, "show STATUS URL FILE")
	send(ts, false, []string{args[0], http.MethodGet, args[1], "Authorization=" + ts.ReadFile(args[2])})
}

// minutes is a token for every minute.
func minutes(now time.Duration) (string, time.Duration) {
	n := now / time.Minute
	return fmt.Sprintf("secret-%d", n), (n + 1) * time.Minute
}

// TestTokenFile: the token is renewed when it is due, in a file for nobody
// else, and a directory that was made for it goes with it.
func TestTokenFile(t *testing.T) {
	given := filepath.Join(t.TempDir(), "token")
	for _, path := range []string{"", given} {
		synctest.Test(t, func(t *testing.T) {
			f, until, err := writeTokenFile(path, time.Now(), minutes)
			if err != nil {
				t.Fatal(err)
			}
			var stderr bytes.Buffer
			end := f.keep(t.Context(), until, &stderr)
			for n := range 5 {
				synctest.Wait()
				text, err := os.ReadFile(f.path)
				if want := fmt.Sprintf("secret-%d", n); err != nil || string(text) != want {
					t.Errorf("minute %d: got %s, %v, want %s", n, text, err, want)
				}
				time.Sleep(time.Minute)
			}
			synctest.Wait()
			if info, err := os.Stat(f.path); err != nil || info.Mode() != 0o600 {
				t.Errorf("got %v, %v, want a file with mode 0600", info, err)
			}
			files, err := os.ReadDir(filepath.Dir(f.path))
			if err != nil || len(files) != 1 {
				t.Errorf("got %v, %v, want one file", files, err)
			}
			end()
			if _, err := os.Stat(filepath.Dir(f.path)); (err == nil) != (path != "") {
				t.Errorf("%q: got %v after the end", path, err)
			}
			if stderr.Len() > 0 {
				t.Errorf("got %s", &stderr)
			}
		})
	}
}

// A renewal that fails is told, without the token, and tried again.
func TestTokenFileFails(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "dir")
	if _, _, err := writeTokenFile(filepath.Join(dir, "token"), time.Now(), minutes); err == nil {
		t.Fatal("got no error without a directory")
	}
	synctest.Test(t, func(t *testing.T) {
		if err := os.Mkdir(dir, fs.ModePerm); err != nil {
			t.Fatal(err)
		}
		f, until, err := writeTokenFile(filepath.Join(dir, "token"), time.Now(), minutes)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		var stderr bytes.Buffer
		end := f.keep(ctx, until, &stderr)
		time.Sleep(time.Minute + retryAfter + 1)
		synctest.Wait()
		if got := stderr.String(); strings.Count(got, "mockimds: writing the token: ") != 2 || strings.Contains(got, "secret-1") {
			t.Errorf("got %q, want two failures told", got)
		}
		if err := os.Mkdir(dir, fs.ModePerm); err != nil {
			t.Fatal(err)
		}
		time.Sleep(retryAfter)
		synctest.Wait()
		if text, err := os.ReadFile(f.path); err != nil || string(text) != "secret-1" {
			t.Errorf("got %s, %v, want the token again", text, err)
		}
		cancel()
		end()
	})
}
