package admin

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"

	"tenement/internal/imds"
	"tenement/internal/service"
	"tenement/internal/words"
)

// task is a task in the answer to GET /v1/tasks.
type task struct {
	Host   int    `json:"host"`
	Group  string `json:"group"`
	Task   int    `json:"task"` // within the group
	Tenant string `json:"tenant"`
	Name   string `json:"name"` // an ARN, or that of a pod
	Source string `json:"source"`
	// ExecutionCredentialsID is the ID of the execution role's credentials of an
	// ECS task. No environment variable holds it, because only the agent uses it.
	ExecutionCredentialsID string            `json:"execution_credentials_id,omitempty"`
	Environment            map[string]string `json:"environment"`
}

// listTasks answers GET /v1/tasks. It writes one task after the other,
// because there may be very many.
func (a *API) listTasks(w http.ResponseWriter, _ *http.Request) {
	w = unredacted(w) // the one answer with secrets
	w.Header().Set("Content-Type", "application/json")
	b := bufio.NewWriter(w)
	defer func() { _ = b.Flush() }() // whoever asked may have gone
	l := list{w: b}
	l.begin(`"tasks"`)
	for _, h := range a.hosts {
		for _, t := range h.handler.Tasks() {
			one := task{
				Host: h.number, Group: t.Group, Task: t.Index, Tenant: t.Tenant, Name: t.Name(h.service, h.seed),
				Source: address(t.Source), Environment: h.environment(&t),
			}
			if h.service == service.ECS {
				one.ExecutionCredentialsID = t.ExecutionID
			}
			text, err := json.Marshal(one)
			if err != nil {
				continue // cannot happen: every field can be encoded
			}
			l.item(words.VisibleJSON(text))
		}
	}
	l.end()
}

// environment holds the variables that make an application a task.
func (h *host) environment(t *imds.Task) map[string]string {
	variables := make(map[string]string)
	for _, v := range h.handler.Environment(t, h.url) {
		variables[v[0]] = v[1]
	}
	return variables
}

// listRefusals answers GET /v1/refusals, each refusal as it is in the log.
// The figures of a limit are the current ones.
func (a *API) listRefusals(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	b := bufio.NewWriter(w)
	defer func() { _ = b.Flush() }() // whoever asked may have gone
	l := list{w: b}
	recent, total := a.recent.all()
	l.begin(fmt.Sprintf("\"total\": %d,\n  \"refusals\"", total))
	lines := slog.NewJSONHandler(&l, nil)
	for i := range recent {
		_ = lines.Handle(r.Context(), recent[i].record())
	}
	l.end()
}

// list writes a JSON object with a list in it, one item a line, without holding
// all of it in memory.
type list struct {
	w     *bufio.Writer
	items int
}

func (l *list) begin(name string) { fmt.Fprintf(l.w, "{\n  %s: [", name) }

func (l *list) item(text []byte) {
	if l.items++; l.items > 1 {
		fmt.Fprint(l.w, ",")
	}
	fmt.Fprintf(l.w, "\n    %s", text)
}

// Write adds a line as an item, so that a slog.Handler can write to a list.
func (l *list) Write(line []byte) (int, error) {
	l.item(line[:len(line)-1])
	return len(line), nil
}

// then ends the list and begins another in the same object.
func (l *list) then(name string) {
	l.close()
	l.items = 0
	fmt.Fprintf(l.w, ",\n  %s: [", name)
}

func (l *list) close() {
	if l.items > 0 {
		fmt.Fprint(l.w, "\n  ")
	}
	fmt.Fprint(l.w, "]")
}

func (l *list) end() {
	l.close()
	fmt.Fprint(l.w, "\n}\n")
}
