package process

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"time"

	"tenement/internal/words"
)

// child is a running process of a client, with all that it starts: they are one
// process group, and end together.
type child struct {
	cmd    *exec.Cmd
	stdin  *os.File
	stdout *os.File // what it prints
	stderr *tail
	begun  time.Time
	exited time.Time     // valid once it has ended
	ended  chan struct{} // closed when it has ended, its children killed and its stderr read
}

// children are those that run, for KillAll.
var children = struct {
	mu   sync.Mutex
	all  map[*child]bool
	over bool
}{all: make(map[*child]bool)}

// KillAll ends every process of every client, with its children, and lets no
// further one start. It is for a program that ends at once.
func KillAll() {
	children.mu.Lock()
	defer children.mu.Unlock()
	children.over = true
	for c := range children.all {
		killGroup(c.cmd.Process)
	}
}

// ErrStart is the error of a client that cannot be started.
var ErrStart = errors.New("starting the client")

// start starts a command. It fails with ErrStart if there is no such program.
func start(ctx context.Context, command, env []string) (*child, error) {
	in, stdin, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	stdout, out, err := os.Pipe()
	if err != nil {
		closeAll(in, stdin)
		return nil, err
	}
	stderr, errs, err := os.Pipe()
	if err != nil {
		closeAll(in, stdin, stdout, out)
		return nil, err
	}
	c := &child{cmd: exec.Command(command[0], command[1:]...), stdin: stdin, stdout: stdout, stderr: new(tail), ended: make(chan struct{})}
	c.cmd.Env, c.cmd.Stdin, c.cmd.Stdout, c.cmd.Stderr = env, in, out, errs
	ownGroup(c.cmd)

	started := make(chan error)
	go c.run(started, stderr)
	err = <-started
	closeAll(in, out, errs) // the child has its own
	if err != nil {
		closeAll(stdin, stdout, stderr)
		return nil, fmt.Errorf("%w: %s: %w", ErrStart, words.Visible(command[0]), cause(err))
	}
	stop := context.AfterFunc(ctx, c.kill)
	go func() {
		<-c.ended
		stop()
	}()
	return c, nil
}

// run starts the process and waits for its end. The thread stays with it, because
// Linux kills the process when the thread that started it ends (ownGroup).
func (c *child) run(started chan<- error, stderr *os.File) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	children.mu.Lock()
	err := errors.New("the program ends")
	if !children.over {
		c.begun = time.Now()
		err = c.cmd.Start()
	}
	if err == nil {
		children.all[c] = true
	}
	children.mu.Unlock()
	started <- err
	if err != nil {
		return
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		_, _ = io.Copy(c.stderr, stderr) // it ends with the last process that has it
		_ = stderr.Close()
	}()
	_ = c.cmd.Wait() // ProcessState tells
	c.exited = time.Now()
	killGroup(c.cmd.Process)
	children.mu.Lock()
	delete(children.all, c)
	children.mu.Unlock()
	select {
	case <-read:
	case <-time.After(grace): // a child has left the group and keeps stderr open
		_ = stderr.Close()
		<-read
	}
	_ = c.stdin.Close()
	close(c.ended)
}

// kill ends the process and its children at once.
func (c *child) kill() {
	select {
	case <-c.ended: // its number may be another's
	default:
		killGroup(c.cmd.Process)
	}
}

// await waits for the end of a process that no longer does what it should, and
// reports whether that came by itself: one that goes on is ended.
func (c *child) await() bool {
	select {
	case <-c.ended:
		return true
	case <-time.After(grace):
		now := time.Now()
		c.kill()
		<-c.ended
		return c.exited.Before(now) // what it started may have kept stderr open since
	}
}

// failure says how the process ended, or "" if it exited with 0; after ended.
func (c *child) failure() string {
	if s := c.cmd.ProcessState; s == nil || s.Success() {
		return ""
	}
	if line := c.stderr.last(); line != "" {
		return line
	}
	return c.cmd.ProcessState.String()
}

// cause is an error of starting a program without the words of package exec.
func cause(err error) error {
	if e, ok := errors.AsType[*exec.Error](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*os.PathError](err); ok {
		return e.Err
	}
	return err
}

func closeAll(files ...*os.File) {
	for _, f := range files {
		_ = f.Close()
	}
}

// tail keeps the end of what is written to it. Its methods may be called from many
// goroutines.
type tail struct {
	mu   sync.Mutex
	kept []byte
}

// tailBytes bounds what is kept of a client's stderr.
const tailBytes = 16 << 10

// Write implements io.Writer.
func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, b...)
	if len(t.kept) > tailBytes {
		t.kept = bytes.Clone(t.kept[len(t.kept)-tailBytes:])
	}
	return len(b), nil
}

// longestError bounds the text of an error, in characters.
const longestError = 4000

// last is the last line that is not blank.
func (t *tail) last() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := strings.Split(strings.TrimSpace(string(t.kept)), "\n")
	return bounded(lines[len(lines)-1])
}

// bounded is a text of a client on one line, cut where it is too long.
func bounded(text string) string {
	return words.Visible(words.Shortened(strings.TrimSpace(text), longestError))
}
