package main

import (
	"io"
	"strings"
	"testing"

	"tenement/internal/service"
	"tenement/internal/throttle"
)

// Every service can be served, has a section in the help, and throttles by a scope
// that there is.
func TestEveryService(t *testing.T) {
	var help strings.Builder
	mockimds(t.Context(), []string{"--help"}, &help, io.Discard)
	for _, s := range service.All() {
		o := new(options)
		o.service, o.tasks, o.hosts = s, 1, 1
		configs, err := o.configs()
		if err != nil || len(configs) != 1 || configs[0].Service != s {
			t.Errorf("%s: got %+v, %v", s, configs, err)
			continue
		}
		if scope, err := throttle.ParseScope(s.Row().Limit.Scope); err != nil || defaultScope(s) != scope {
			t.Errorf("%s: the scope %q: got %v, %v", s, s.Row().Limit.Scope, defaultScope(s), err)
		}
		if limits := configs[0].Endpoint.Limits(0); (len(limits) == 1) != (s.Row().Limit.Burst > 0) {
			t.Errorf("%s: got the limits %+v", s, limits)
		}
		if s.Row().Issues() && !strings.Contains(help.String(), "\nOf the service "+s.String()+":\n") {
			t.Errorf("%s: the help has no section for it", s)
		}
	}
}
