package imds

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"tenement/internal/service"
)

// withoutFlow are requests for the routes that no flow asks for, so that
// TestEveryService sees every route of a service.
var withoutFlow = map[service.Service][]string{
	service.ECS: {service.AgentAPI + service.EndpointID + service.OfProtection},
}

// Every service has a surface, which answers every flow, has every route, and
// serves credentials with the fields of the table.
func TestEveryService(t *testing.T) {
	for _, s := range service.All() {
		if int(s) >= len(newSurface) || newSurface[s] == nil || int(s) >= len(patience) || patience[s] == 0 {
			t.Errorf("%s: there is no surface, or no timeout: add them to newSurface and patience", s)
			continue
		}
		task := Identify(1, 0, "app", 0)
		h := New(Config{Service: s, Tasks: []Task{task}, Instance: Instance{Role: "app"}})
		var routes service.Routes
		ask := func(method, path string) Answer {
			a := h.Answer(method, task.Path(path))
			if a.Status != http.StatusOK {
				t.Errorf("%s: %s %s: got %d, want 200", s, method, path, a.Status)
			}
			routes |= a.Route
			return a
		}
		for _, f := range s.Row().Flows {
			for i, leg := range f.Legs {
				a := ask(leg.Method, leg.Path)
				last := i == len(f.Legs)-1
				if a.Token != leg.Token || last && a.Expires != (f.Name == service.CredentialsFlow) {
					t.Errorf("%s %s: %s: got %+v", s, f.Name, leg.Path, a)
				}
			}
		}
		for _, path := range withoutFlow[s] {
			ask(http.MethodGet, path)
		}
		if s.Row().Routes&service.UnknownRoute != 0 {
			routes |= h.Answer(http.MethodPost, "/x").Route
		}
		if routes != s.Row().Routes {
			t.Errorf("%s: got the routes %v, want %v", s, routes.Names(), s.Row().Routes.Names())
		}
		if !s.Row().Issues() {
			continue
		}
		got := fieldsOf(t, h.surface.render(h.roster.tasks[0], credentialsDocument, variant{}, 0))
		if !slices.Equal(got, s.Row().Fields) {
			t.Errorf("%s: got credentials with the fields %v, want %v", s, got, s.Row().Fields)
		}
	}
}

// fieldsOf returns the names of the members of a JSON object, whose values are
// no objects.
func fieldsOf(t *testing.T, text []byte) []string {
	t.Helper()
	var names []string
	d := json.NewDecoder(bytes.NewReader(text))
	for i := 0; d.More(); i++ {
		token, err := d.Token()
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if name, ok := token.(string); ok && i%2 == 1 {
			names = append(names, name)
		}
	}
	return names
}

// The environment of a task names the server, and has no placeholder left.
func TestEveryEnvironment(t *testing.T) {
	const base = "http://127.0.0.1:8080"
	for _, s := range service.All() {
		all := Env(s, Identify(1, 0, "app", 0), base)
		n := len(s.Row().Environment)
		if len(all) != n+2 || all[n] != [2]string{"AWS_REGION", "us-west-2"} || all[n+1] != [2]string{"AWS_DEFAULT_REGION", "us-west-2"} {
			t.Errorf("%s: got %q", s, all)
		}
		for _, v := range all[:n] {
			if !strings.HasPrefix(v[1], base) || strings.ContainsAny(v[1], "{}") {
				t.Errorf("%s: %s is %q", s, v[0], v[1])
			}
		}
	}
}
