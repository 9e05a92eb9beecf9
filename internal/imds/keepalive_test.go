package imds

import (
	"net/http/httptest"
	"testing"
	"time"

	"tenement/internal/service"
)

// A server keeps idle connections as long as its service does, or as its Config
// says; or it ends each with its answer, whatever that is.
func TestKeepAlive(t *testing.T) {
	never, minute := time.Duration(0), time.Minute
	for _, s := range service.All() {
		for name, row := range map[string]struct {
			own  *time.Duration
			want time.Duration
		}{
			"left out": {nil, s.Row().KeepAlive}, "none": {&never, 0}, "a minute": {&minute, time.Minute},
		} {
			h := New(Config{Service: s, Tasks: []Task{Identify(1, 0, "app", 0)}, KeepAlive: row.own})
			for _, path := range []string{"/", "/v1/credentials", "//v2", "/latest/meta-data/"} {
				w := httptest.NewRecorder()
				h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
				if ends := w.Header().Get("Connection") == "close"; ends != (row.want == 0) {
					t.Errorf("%s, %s: GET %s: got %v, %v", s, name, path, w.Code, w.Header())
				}
			}
			if got := Server(h).IdleTimeout; row.want > 0 && got != row.want {
				t.Errorf("%s, %s: connections are kept for %v, want %v", s, name, got, row.want)
			}
		}
	}
}
