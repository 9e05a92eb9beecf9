package main

import (
	"bytes"
	"errors"
	"net"
	"net/http"
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

// serveMetrics serves what a live run has counted so far, until stop is called.
func (p *program) serveMetrics(l net.Listener, soFar func() (*reports.Report, error)) (stop func()) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		r, err := soFar()
		var b bytes.Buffer
		if err == nil {
			err = render.Render("prometheus", &b, r)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		_, _ = b.WriteTo(w)
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
