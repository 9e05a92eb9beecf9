package admin

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"tenement/internal/throttle"
)

// FuzzAPI: whatever is asked for, the answer is JSON, nobody's fault but the
// client's, and leaves a state that can be told.
func FuzzAPI(f *testing.F) {
	f.Add("PUT", "/v1/hosts/0/limits/0", `{"rate":"80/s","burst":3}`)
	f.Add("PUT", "/v1/hosts/all/limits/limit", `{"burst":1e9}`)
	f.Add("POST", "/v1/hosts/all/faults", `{"fault":"f","kind":"slow","latency":{"p50":"1s","p99":"2s"},"share":0.5}`)
	f.Add("POST", "/v1/hosts/1/faults", `{"fault":"f","kind":"restart","for":"1h","pending":"100d"}`)
	f.Add("DELETE", "/v1/hosts/1/faults/f", "")
	f.Add("POST", "/v1/hosts/all/faults", `{"fault":"f","kind":"answers","answers":"429,429,ok","scope":"task"}`)
	f.Add("POST", "/v1/hosts/all/limits", `{"limit":"more","fixed_window":"5/s","scope":"ip+path"}`)
	f.Add("POST", "/v1/hosts/1/limits", `{"max_in_flight":1,"scope":"task"}`)
	f.Add("PUT", "/v1/hosts/all/limits/0", `{"token_bucket":{"rate":"1/h","burst":1},"scope":"path"}`)
	f.Add("DELETE", "/v1/hosts/0/limits/0", "")
	f.Add("POST", "/v1/credentials", `{"expires_in":"90s"}`)
	f.Add("POST", "/v1/reset", "")
	f.Add("POST", "/v1/reset", `{"limits":"initial"}`)
	f.Add("GET", "/v1/requests", "")
	f.Fuzz(func(t *testing.T, method, path, body string) {
		if path == "" || path[0] != '/' || method == "" {
			return // that is no request
		}
		a, _ := newAPI(nil, 2, throttle.Limit{Rate: hourly, Burst: 1})
		r := httptest.NewRequest(http.MethodGet, "/", strings.NewReader(body))
		r.Method, r.URL = method, &url.URL{Path: path}
		w := httptest.NewRecorder()
		a.ServeHTTP(w, r)
		if w.Code >= 500 {
			t.Fatalf("got status %d, %s", w.Code, w.Body)
		}
		if w.Header().Get("Content-Type") == "application/json" && !json.Valid(w.Body.Bytes()) {
			t.Errorf("got no JSON: %s", w.Body)
		}
		get(t, a, "/v1/state")
	})
}
