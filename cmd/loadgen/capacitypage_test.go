package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tenement/internal/sdk"
	"tenement/internal/service"
	"tenement/reports/capacity"
)

var capacityFile = flag.String("capacity-page", "", "run the searches and write the tables of docs/capacity.md into this `FILE`")

// capacityProfile is a host with tasks of two processes, each of which makes 1.5 calls a
// second, with a strategy for each SDK.
const capacityProfile = `
version: 1
name: workers
duration: 2m
engine: sim
endpoint: {service: ecs, limit: {rate: 40/s, burst: 60, scope: %s}, latency: {p50: 2ms, p99: 15ms}}
fleet: [{group: worker, tasks: %d, processes: 2, client: %s, arrivals: {poisson: 1.5/s}, under_test: true}]
strategies: {%s}
`

// capacityColumns are the searches of the table by SDK.
var capacityColumns = []struct {
	head, scope, client, vary string
	tasks                     int
}{
	{"tasks on a host, a client per call", "host", "per-call", "fleet.worker.tasks=1..40", 1},
	{"tasks on a host, a client per process", "host", "per-process", "fleet.worker.tasks=10..200/10", 10},
	{"workers in a task, a client per call", "ip+path", "per-call", "fleet.worker.processes=1..60", 1},
}

// mainPresets are the presets of the SDKs of today, one of each.
func mainPresets() []string {
	var names []string
	for _, p := range sdk.Presets() {
		if p.Service == service.ECS && !strings.Contains(p.Name, "@") {
			names = append(names, p.Name)
		}
	}
	return names
}

// searched runs `capacity`.
func searched(t *testing.T, args ...string) *capacity.Result {
	t.Helper()
	file := filepath.Join(t.TempDir(), "found.json")
	var out, errs bytes.Buffer
	if code := run(&out, &errs, append(append([]string{"capacity"}, args...), "-q", "-f", "json", "-o", file)...); code != 0 {
		t.Fatalf("capacity %v: exit code %d\n%s", args, code, &errs)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	r := new(capacity.Result)
	if err := json.Unmarshal(text, r); err != nil {
		t.Fatal(err)
	}
	return r
}

// cell is a capacity in a table.
func cell(c *capacity.Case) string {
	switch {
	case c.Capacity == nil:
		return "none"
	case c.AtLimit:
		return fmt.Sprintf("%g or more", *c.Capacity)
	case c.Lower != nil && c.Upper != nil && *c.Lower != *c.Upper:
		return fmt.Sprintf("%g (%g–%g)", *c.Capacity, *c.Lower, *c.Upper)
	}
	return fmt.Sprintf("%g", *c.Capacity)
}

// TestWriteCapacity writes the tables of docs/capacity.md (`make pages`).
func TestWriteCapacity(t *testing.T) {
	if *capacityFile == "" {
		t.Skip("writes only if it is told where to")
	}
	var strategies []string
	for _, name := range mainPresets() {
		strategies = append(strategies, fmt.Sprintf("%s: {preset: %s}", name, name))
	}
	var b bytes.Buffer
	fmt.Fprint(&b, "| SDK |")
	columns := make([]*capacity.Result, len(capacityColumns))
	for i, c := range capacityColumns {
		file := filepath.Join(t.TempDir(), "workers.yaml")
		text := fmt.Sprintf(capacityProfile, c.scope, c.tasks, c.client, strings.Join(strategies, ", "))
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		columns[i] = searched(t, file, "--vary", c.vary, "--objective", "worker.failure_rate<=0.1%")
		fmt.Fprintf(&b, " %s |", c.head)
	}
	fmt.Fprintf(&b, "\n|:--|%s\n", strings.Repeat("--:|", len(columns)))
	for i, name := range mainPresets() {
		fmt.Fprintf(&b, "| %s |", name)
		for _, r := range columns {
			fmt.Fprintf(&b, " %s |", cell(&r.Cases[i]))
		}
		fmt.Fprintln(&b)
	}
	r := searched(t, "php-fpm", "--set", "fleet.web.tasks=2", "--vary", "endpoint.limit.rate=x/s", "--vary", "endpoint.limit.burst=1.5x", "--x", "5..300",
		"--by", "fleet.web.processes=10..80/10", "--case", "aws-sdk-php", "--objective", "web.failure_rate<=0.1%")
	fmt.Fprint(&b, "\n| workers in a task | calls/s | ECS_TASK_METADATA_RPS_LIMIT | 95 % of its first number |\n|--:|--:|:--|--:|\n")
	for _, p := range r.Cases[0].Frontier {
		limit, interval := "none up to 300", "–"
		if p.Y != nil {
			limit = fmt.Sprintf("`%g,%d`", *p.Y, int(*p.Y*1.5))
		}
		if p.Lower != nil && p.Upper != nil {
			interval = fmt.Sprintf("%g–%g", *p.Lower, *p.Upper)
			if *p.Lower == *p.Upper {
				interval = fmt.Sprintf("%g", *p.Lower)
			}
		}
		fmt.Fprintf(&b, "| %g | %g | %s | %s |\n", p.X, p.X*1.5, limit, interval)
	}
	writeMade(t, *capacityFile, b.String())
}

// The page of the repository has a row for every SDK of today.
func TestCapacityPageIsWhole(t *testing.T) {
	_, made, _ := madeOf(t, "../../docs/capacity.md")
	for _, name := range mainPresets() {
		if !strings.Contains(made, "\n| "+name+" |") {
			t.Errorf("no row for %s: run `make pages`", name)
		}
	}
}
