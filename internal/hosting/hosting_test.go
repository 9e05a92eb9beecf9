package hosting

import (
	"net/netip"
	"testing"
	"time"

	"tenement/internal/service"
	"tenement/internal/throttle"
	"tenement/profiles"
)

// Tasks are numbered densely, group after group, and have an address each that
// no task of any host shares.
func TestTasks(t *testing.T) {
	p, err := profiles.Load("p.yaml", []byte(`
version: 1
name: p
duration: 1s
endpoint: {service: imds, hosts: 3, limit: {rate: 5/s, burst: 7}, imds: {tokens: required, role: app}}
fleet:
  - {group: near, tasks: 2, arrivals: {constant: 1/s}}
  - {group: far, tenant: other, tasks: 3, hops: 2, arrivals: {constant: 1/s}, under_test: true}
`))
	if err != nil {
		t.Fatal(err)
	}
	plan := p.Plan(p.Cases()[0], 1)
	seen := make(map[netip.Addr]bool)
	for host := range plan.Hosts {
		tasks := Tasks(plan, host, true)
		if len(tasks) != 5 {
			t.Fatalf("host %d: got %d tasks, want 5", host, len(tasks))
		}
		for i, task := range tasks {
			group, tenant, hops := "near", "near", 1
			if i >= 2 {
				group, tenant, hops = "far", "other", 2
			}
			if task.Slot != i || task.Host != host || task.Group != group || task.Tenant != tenant || task.Hops != hops {
				t.Errorf("host %d, task %d: got %+v", host, i, task)
			}
			if seen[task.Source] || !task.Source.IsLoopback() {
				t.Errorf("host %d, task %d: got the address %v", host, i, task.Source)
			}
			seen[task.Source] = true
		}
		if without := Tasks(plan, host, false); without[0].Source.IsValid() || without[0].CredentialsID != tasks[0].CredentialsID {
			t.Errorf("host %d: got %+v, want the same task without an address", host, without[0])
		}
	}

	began := time.Unix(1_700_000_000, 0)
	c := Config(plan, 1, 0, Tasks(plan, 1, true), began)
	if c.Service != service.IMDS || !c.Instance.TokensRequired || c.Instance.Role != "app" || c.Seed != 1 || !c.Began.Equal(began) {
		t.Errorf("got the server %+v", c)
	}
	if got := c.Endpoint.Limits(0); len(got) != 1 || got[0].Burst != 7 || got[0].Kind != throttle.TokenBucket {
		t.Errorf("got the limits %+v", got)
	}
}

// The last of the MaxSources addresses is still a loopback address.
func TestSource(t *testing.T) {
	for task, want := range map[int]string{0: "127.16.0.1", 254: "127.16.0.255", 1<<16 - 1: "127.17.0.0", MaxSources - 1: "127.255.255.254"} {
		if got := Source(task).String(); got != want {
			t.Errorf("task %d: got %s, want %s", task, got, want)
		}
	}
}
