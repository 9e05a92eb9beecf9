package admin

import (
	"net/http"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"tenement/internal/redact"
	"tenement/internal/throttle"
)

// The metrics. A label is a host, a route, a verdict, a limit or a kind of fault,
// so there are few series. No label is a task, a path or an address.
var (
	requestsMetric = prometheus.NewDesc("tenement_requests_total",
		"Requests that were read, by what became of them; the status is none where there was no answer.", []string{"host", "route", "outcome", "status"}, nil)
	refusalsMetric = prometheus.NewDesc("tenement_refusals_total",
		"Requests that a limit refused or a fault affected, by route and verdict.", []string{"host", "route", "verdict"}, nil)
	limitRefusalsMetric = prometheus.NewDesc("tenement_limit_refusals_total",
		"Requests refused by a limit, by limit.", []string{"host", "limit"}, nil)
	limitLevelMetric = prometheus.NewDesc("tenement_limit_level",
		"What is left of a limit whose scope is the host: bucket tokens, requests of the window, or places.", []string{"host", "limit"}, nil)
	affectedMetric = prometheus.NewDesc("tenement_fault_requests_total",
		"Requests that a fault affected, by kind of fault.", []string{"host", "kind"}, nil)
	faultsMetric = prometheus.NewDesc("tenement_faults",
		"Active and scheduled faults.", []string{"host"}, nil)
	listeningMetric = prometheus.NewDesc("tenement_listening",
		"Whether connections are accepted: 0 during a restart.", []string{"host"}, nil)
	sourcesMetric = prometheus.NewDesc("tenement_sources",
		"Source addresses that have asked, up to 65,536.", []string{"host"}, nil)
	turnedAwayMetric = prometheus.NewDesc("tenement_connections_reset_total",
		"Connections that were reset because the host had its maximum of connections.", []string{"host"}, nil)
	uptimeMetric = prometheus.NewDesc("tenement_uptime_seconds",
		"Time since the run began.", []string{"host"}, nil)
)

// metrics serves the metrics of the hosts, and those of the Go runtime, the
// process and the build.
func (a *API) metrics() http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(hostCollector{a},
		collectors.NewBuildInfoCollector(), collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
}

// hostCollector reads the hosts' metrics when Prometheus asks for them.
type hostCollector struct{ api *API }

// Describe implements prometheus.Collector.
func (hostCollector) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		requestsMetric, refusalsMetric, limitRefusalsMetric, limitLevelMetric, affectedMetric,
		faultsMetric, listeningMetric, sourcesMetric, turnedAwayMetric, uptimeMetric,
	} {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (c hostCollector) Collect(to chan<- prometheus.Metric) {
	for _, h := range c.api.hosts {
		h.collect(to, c.api.requests.counted(h), c.api.secrets)
	}
}

func (h *host) collect(to chan<- prometheus.Metric, counted hostCounts, secrets *redact.Redactor) {
	number := strconv.Itoa(h.number)
	count := func(d *prometheus.Desc, v uint64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(v), append([]string{number}, labels...)...)
	}
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, append([]string{number}, labels...)...)
	}
	for _, c := range counted.byRoute {
		status := "none"
		if c.Status != 0 {
			status = strconv.Itoa(c.Status)
		}
		count(requestsMetric, c.Count, c.Route, c.Outcome, status)
	}
	for route := range h.answers {
		for verdict := range h.answers[route] {
			if n := h.answers[route][verdict].Load(); n > 0 {
				count(refusalsMetric, n, routeName(route), throttle.Kind(verdict).String())
			}
		}
	}
	for i, l := range h.handler.InForce() {
		known := h.limit(l.Number)
		name := secrets.String(known.name)
		count(limitRefusalsMetric, known.refusals.Load(), name)
		if level, ok := h.handler.Level(i); ok {
			gauge(limitLevelMetric, level, name)
		}
	}
	for kind := range h.affected {
		if n := h.affected[kind].Load(); n > 0 {
			count(affectedMetric, n, throttle.FaultKind(kind).String())
		}
	}
	listening := 0.0
	if h.handler.Listening() {
		listening = 1
	}
	gauge(listeningMetric, listening)
	gauge(faultsMetric, float64(len(h.handler.Faults())))
	gauge(sourcesMetric, float64(h.handler.Sources()))
	count(turnedAwayMetric, h.handler.TurnedAway())
	gauge(uptimeMetric, h.handler.Elapsed().Seconds())
}
