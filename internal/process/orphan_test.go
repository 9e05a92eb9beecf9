//go:build unix

package process

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"tenement/internal/service"
)

// What a client has started ends with it, also when it keeps stdout open, and when
// the run is interrupted. Its home goes too.
func TestNoOrphans(t *testing.T) {
	for _, interrupted := range []bool{false, true} {
		file := filepath.Join(t.TempDir(), "pid")
		homes := t.TempDir()
		t.Setenv("TMPDIR", homes)
		fault := "ok"
		if interrupted {
			fault = "hang"
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() {
			_, err := Run(ctx, config(t, client(t, "parent", file), service.ECS, fault))
			done <- err
		}()
		pid := 0
		for pid == 0 {
			text, _ := os.ReadFile(file)
			pid, _ = strconv.Atoi(string(text))
			time.Sleep(time.Millisecond)
		}
		if interrupted {
			cancel()
		}
		if err := <-done; (err != nil) != interrupted {
			t.Errorf("got error %v", err)
		}
		cancel()
		if left, err := os.ReadDir(homes); err != nil || len(left) > 0 {
			t.Errorf("the run leaves %v, %v", left, err)
		}
		for deadline := time.Now().Add(10 * time.Second); alive(pid); time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("the child of the client lives on")
			}
		}
	}
}

// alive reports whether a process runs: not if it is a zombie that nobody waits
// for.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || !strings.Contains(string(stat), ") Z ")
}
