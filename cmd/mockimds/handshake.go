package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"tenement/cmd/internal/command"
	"tenement/internal/outfile"
)

// handshake has the flags that say how whoever starts the program learns that it
// serves, and how the program learns that it is no longer needed.
type handshake struct {
	printEnv    envForm
	envFile     string
	advertised  string // HOST:PORT
	untilClosed bool
}

func (s *handshake) flags(f *pflag.FlagSet) {
	f.Var(&s.printEnv, "print-env", "also print the environment of the first task, in `FORM`: lines for a shell, "+
		"or json: one line with all addresses, the environment and the tasks")
	f.Lookup("print-env").NoOptDefVal = string(shellForm)
	f.StringVar(&s.envFile, "env-file", "", "write the environment to `FILE` when it serves; one of an earlier run is removed at the start")
	f.StringVar(&s.advertised, "advertise", "", "print `HOST:PORT` as the address of the first host, for clients that find it there")
	f.BoolVar(&s.untilClosed, "until-stdin-closes", false, "also end when stdin does: with the program that holds the other end of the pipe")
}

// check returns a usage error for values that no run can have.
func (s *handshake) check() error {
	if s.advertised == "" {
		return nil
	}
	_, err := advertise(s.advertised, 0)
	return err
}

// envForm is a form in which the environment is printed; "" is not at all.
type envForm string

// The forms.
const (
	shellForm envForm = "shell"
	jsonForm  envForm = "json"
)

// String implements pflag.Value.
func (e *envForm) String() string { return string(*e) }

// Type implements pflag.Value.
func (*envForm) Type() string { return "form" }

// Set implements pflag.Value.
func (e *envForm) Set(text string) error {
	if f := envForm(text); f != shellForm && f != jsonForm {
		return errors.New("want shell or json, after an equals sign")
	}
	*e = envForm(text)
	return nil
}

// greeting is what a run says once it serves.
type greeting struct {
	Address     string            `json:"address"`
	Addresses   []string          `json:"addresses"` // of all hosts
	Admin       string            `json:"admin,omitempty"`
	Environment map[string]string `json:"environment"` // of the first task
	Tasks       []greetingTask    `json:"tasks"`
	LeftOut     int               `json:"tasks_left_out,omitempty"`

	ordered [][2]string // Environment in its order
}

// greetingTask is a task of a greeting. Its names are those of GET /v1/tasks.
type greetingTask struct {
	Host        int               `json:"host"`
	Group       string            `json:"group"`
	Task        int               `json:"task"` // within the group
	Name        string            `json:"name"`
	Source      string            `json:"source,omitempty"`
	Environment map[string]string `json:"environment"`
}

// mostGreeted bounds the tasks of a greeting; GET /v1/tasks has all.
const mostGreeted = 100

// greet makes the greeting of hosts that listen, with the environment of the first
// task.
func (h *hosts) greet(environment [][2]string) *greeting {
	g := &greeting{Address: h.all[0].url, Environment: byName(environment), Tasks: []greetingTask{}, ordered: environment}
	if h.admin != nil {
		g.Admin = baseURL(h.admin.Addr())
	}
	for number := range h.all {
		one := &h.all[number]
		g.Addresses = append(g.Addresses, one.url)
		for i := range one.config.Tasks {
			t := &one.config.Tasks[i]
			if len(g.Tasks) == mostGreeted {
				g.LeftOut++
				continue
			}
			variables := environment
			if number > 0 || i > 0 {
				variables = one.handler.Environment(t, one.url)
			}
			told := greetingTask{
				Host: number, Group: t.Group, Task: t.Index, Name: t.Name(one.config.Service, one.config.Seed),
				Environment: byName(variables),
			}
			if t.Source.IsValid() {
				told.Source = t.Source.String()
			}
			g.Tasks = append(g.Tasks, told)
		}
	}
	return g
}

func byName(variables [][2]string) map[string]string {
	all := make(map[string]string, len(variables))
	for _, v := range variables {
		all[v[0]] = v[1]
	}
	return all
}

// text is the greeting in a form, as it is printed: the address and, in the form of
// a shell, the environment; or all of it in one line.
func (g *greeting) text(form envForm) ([]byte, error) {
	if form == jsonForm {
		line, err := json.Marshal(g)
		return append(line, '\n'), err
	}
	var b bytes.Buffer
	fmt.Fprintln(&b, g.Address)
	if form == shellForm {
		b.WriteString(exports(g.ordered))
	}
	return b.Bytes(), nil
}

// exports are lines for a shell, one for each variable.
func exports(environment [][2]string) string {
	var b strings.Builder
	for _, v := range environment {
		fmt.Fprintf(&b, "export %s=%s\n", v[0], quoted(v[1]))
	}
	return b.String()
}

// announce writes the greeting, in one write, so that whoever has read the first line
// can read the rest without waiting.
func announce(w io.Writer, g *greeting, form envForm) error {
	text, err := g.text(form)
	if err == nil {
		_, err = w.Write(text)
	}
	if err != nil {
		return fmt.Errorf("writing the address: %w", err)
	}
	return nil
}

// fileMark begins a file of --env-file, and is how it is known again.
const fileMark = "# written by mockimds\n"

// jsonMark begins one in the form of JSON.
const jsonMark = `{"address":"http://`

// ours reports whether the content of a file is that of an earlier run, or nothing.
func ours(content []byte) bool {
	return len(content) == 0 || bytes.HasPrefix(content, []byte(fileMark)) || bytes.HasPrefix(content, []byte(jsonMark))
}

// clearEnvFile removes the file of an earlier run, so that nobody takes it for this
// one's. It removes no other file.
func (s *handshake) clearEnvFile() error {
	if s.envFile == "" {
		return nil
	}
	at := outfile.Replaced(s.envFile)
	if at == "" {
		return nil // outfile writes to what is there, or says why not
	}
	f, err := os.Open(at)
	if err != nil {
		return fmt.Errorf("removing the old environment: %w", err)
	}
	defer f.Close()
	begins, err := io.ReadAll(io.LimitReader(f, int64(len(fileMark))))
	if err != nil {
		return fmt.Errorf("removing the old environment: %w", err)
	}
	if !ours(begins) {
		return command.Usagef("give another name, or remove the file", "--env-file %q: is a file that mockimds has not written", s.envFile)
	}
	if err := os.Remove(at); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing the old environment: %w", err)
	}
	return nil
}

// writeEnvFile writes the file, whole, and returns what removes it again if it is
// still this run's.
func (s *handshake) writeEnvFile(g *greeting) (remove func(), err error) {
	if s.envFile == "" {
		return func() {}, nil
	}
	content := []byte(fileMark + exports(g.ordered))
	if s.printEnv == jsonForm {
		if content, err = g.text(jsonForm); err != nil {
			return nil, fmt.Errorf("writing the environment: %w", err)
		}
	}
	err = outfile.Write(s.envFile, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("writing the environment: %w", err)
	}
	return func() {
		info, err := os.Lstat(s.envFile)
		if err != nil || !info.Mode().IsRegular() {
			return
		}
		if now, err := os.ReadFile(s.envFile); err == nil && bytes.Equal(now, content) {
			_ = os.Remove(s.envFile)
		}
	}, nil
}

// untilStdinCloses returns a context that ends when stdin does. What is read there counts
// for nothing. Without the flag stdin is not read.
func (s *handshake) untilStdinCloses(ctx context.Context, stdin io.Reader) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	if s.untilClosed {
		go func() {
			_, _ = io.Copy(io.Discard, stdin) // an end by an error is an end too
			cancel()
		}()
	}
	return ctx, cancel
}
