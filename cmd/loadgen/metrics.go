package main

import (
	"bytes"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"tenement/cmd/internal/command"
	"tenement/internal/experiment"
	"tenement/reports"
	"tenement/reports/render"
)

// metricsTimeout is how long a client of the metrics may take to ask and to read.
const metricsTimeout = 10 * time.Second

// listenMetrics opens the port of --metrics. Without a host it is on loopback.
func listenMetrics(address string) (net.Listener, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, command.Usagef("", "--metrics %q: want HOST:PORT, such as 127.0.0.1:9100", address)
	}
	if host == "" {
		host = "127.0.0.1"
	}
	l, err := net.Listen("tcp", net.JoinHostPort(host, port))
	if err != nil {
		return nil, command.Usagef("", "--metrics %q: %w", address, err)
	}
	return l, nil
}

// metricsAge is how old metrics may be: working them out takes time that the run needs,
// so clients that ask often, or are many, are told the same.
const metricsAge = 250 * time.Millisecond

// metrics are the figures of a run as Prometheus reads them, worked out when asked for.
type metrics struct {
	soFar func() (*reports.Report, error)

	mu   sync.Mutex
	made time.Time
	text []byte
	err  error
}

// now is the text, at most metricsAge old. Callers do not change it.
func (m *metrics) now() ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.made.IsZero() && time.Since(m.made) < metricsAge {
		return m.text, m.err
	}
	var b bytes.Buffer
	r, err := m.soFar()
	if err == nil {
		err = render.Render("prometheus", &b, r)
	}
	m.made, m.text, m.err = time.Now(), b.Bytes(), err
	return m.text, m.err
}

// serveMetrics serves what a live run has counted so far, until stop is called.
func (p *program) serveMetrics(l net.Listener, soFar func() (*reports.Report, error)) (stop func()) {
	m := &metrics{soFar: soFar}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		text, err := m.now()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		_, _ = w.Write(text)
	})
	s := &http.Server{Handler: mux, ReadTimeout: metricsTimeout, WriteTimeout: metricsTimeout}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			p.note("metrics: %v", err)
		}
	}()
	p.note("metrics: http://%s/metrics", l.Addr())
	return func() {
		s.Close()
		<-done
	}
}

// metricsOf opens and serves the metrics of a run, if they are asked for.
func (p *program) metricsOf(address string, x *experiment.Experiment) (stop func(), err error) {
	if address == "" {
		return func() {}, nil
	}
	l, err := listenMetrics(address)
	if err != nil {
		return nil, err
	}
	return p.serveMetrics(l, x.SoFar), nil
}
