package admin

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"tenement/internal/words"
)

// maxBody is how many bytes the body of a request may have.
const maxBody = 64 << 10

// answer works out what a request is answered with: a status, and a value
// that is written as JSON.
type answer func(r *http.Request, body []byte) (status int, v any, err error)

// route is the handler of all paths.
func (a *API) route() http.Handler {
	mux := http.NewServeMux()
	for path, methods := range map[string]map[string]answer{
		"/healthz":                        {"GET": a.health},
		"/readyz":                         {"GET": a.ready},
		"/v1/state":                       {"GET": a.state},
		"/v1/reset":                       {"POST": a.reset},
		"/v1/credentials":                 {"POST": a.issue},
		"/v1/hosts/{host}/limits":         {"POST": a.addLimit},
		"/v1/hosts/{host}/limits/{limit}": {"PUT": a.setLimit, "DELETE": a.removeLimit},
		"/v1/hosts/{host}/faults":         {"POST": a.inject},
		"/v1/hosts/{host}/faults/{fault}": {"DELETE": a.lift},
	} {
		mux.Handle(path, a.methodsOf(methods))
	}
	mux.Handle("/v1/tasks", a.onlyGet(a.listTasks))
	mux.Handle("/v1/requests", a.onlyGet(a.listRequests))
	mux.Handle("/v1/refusals", a.onlyGet(a.listRefusals))
	mux.Handle("/metrics", a.onlyGet(a.metrics().ServeHTTP))
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusNotFound, errors.New("no such path: docs/operating.md lists the paths"))
	})
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusForbidden, errors.New("refused: a browser sent this for a page of another site"))
	}))
	return onlyOurName(guard.Handler(mux))
}

// harmless are the paths that tell nothing secret and change nothing, so that a
// monitor may ask for them by any name of the machine.
var harmless = []string{"/metrics", "/healthz", "/readyz"}

// onlyOurName refuses a request over loopback whose Host is a name other than
// localhost, unless its path is harmless. Another site can make its own name
// resolve to this machine; for a browser its pages and the admin API are then one
// site, and only the name shows it. Beyond loopback the machine may have any name.
func onlyOurName(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
		if ok && local.IP.IsLoopback() && !isOurName(r.Host) && !slices.Contains(harmless, r.URL.Path) {
			refuse(w, http.StatusForbidden, fmt.Errorf("host %q: want localhost or an address", r.Host))
			return
		}
		h.ServeHTTP(w, r)
	})
}

// isOurName reports whether a Host header is an address, localhost or nothing,
// whatever the port.
func isOurName(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil || host == "" || strings.EqualFold(strings.TrimSuffix(host, "."), "localhost")
}

// methodsOf serves a path whose answers are short, by method.
func (a *API) methodsOf(methods map[string]answer) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		method := r.Method
		if method == http.MethodHead {
			method = http.MethodGet // net/http leaves the body out
		}
		answer, ok := methods[method]
		if !ok {
			var known []string
			for m := range methods {
				known = append(known, m)
			}
			a.notAllowed(w, r, known...)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(unredacted(w), r.Body, maxBody))
		if err != nil {
			status := http.StatusBadRequest
			if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
				status = http.StatusRequestEntityTooLarge
			}
			refuse(w, status, fmt.Errorf("reading the body: %w", err))
			return
		}
		status, v, err := answer(r, body)
		if err != nil {
			refuse(w, status, err)
			return
		}
		write(w, status, v)
	})
}

// onlyGet serves a path that only has a GET and writes its answer itself,
// because it is too long to be held in memory.
func (a *API) onlyGet(get http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			a.notAllowed(w, r, http.MethodGet)
			return
		}
		get(w, r)
	})
}

func (a *API) notAllowed(w http.ResponseWriter, r *http.Request, known ...string) {
	slices.Sort(known)
	allow := strings.Join(known, ", ")
	w.Header().Set("Allow", allow)
	refuse(w, http.StatusMethodNotAllowed, fmt.Errorf("no %s here: want %s", a.short(r.Method), allow))
}

// write answers a request with a value as JSON.
func write(w http.ResponseWriter, status int, v any) {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		status, b = http.StatusInternalServerError, []byte(`{"errors": [{"message": "cannot be written"}]}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(words.VisibleJSON(b), '\n'))
}

// problem is one thing that is wrong with a request. Field is where in the
// body.
type problem struct {
	Field   string `json:"field,omitempty"`
	Message string `json:"message"`
}

// refuse answers a request with everything that is wrong with it.
func refuse(w http.ResponseWriter, status int, err error) {
	write(w, status, map[string]any{"errors": problemsOf(err)})
}

// at returns the hosts that a path names: one, or all.
func (a *API) at(r *http.Request) ([]*host, error) {
	name := r.PathValue("host")
	if name == "all" {
		return a.hosts, nil
	}
	n, err := strconv.Atoi(name)
	if err != nil || n < 0 || n >= len(a.hosts) {
		return nil, fmt.Errorf("host %q: want 0 to %d, or all", a.short(name), len(a.hosts)-1)
	}
	return a.hosts[n : n+1], nil
}
