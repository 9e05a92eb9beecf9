package imds

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"tenement/internal/service"
)

// TestV2 asks as two tasks of one host, each from its own address.
func TestV2(t *testing.T) {
	tasks := make([]Task, 2)
	for i := range tasks {
		tasks[i] = Identify(1, 0, "app", i)
		tasks[i].Source = netip.AddrFrom4([4]byte{192, 0, 2, byte(10 + i)})
	}
	s := New(Config{Tasks: tasks})
	const first, second = "192.0.2.10:1", "[::ffff:192.0.2.11]:1"
	docker := func(i int) string { return dockerID(containerKey(s.surface.(*ecs).keys, &tasks[i])) }
	for _, test := range []struct {
		name, target, from string
		status             int
		has                string
	}{
		{"task", "/v2/metadata", first, 200, tasks[0].ARN},
		{"task, slash", "/v2/metadata/", second, 200, tasks[1].ARN},
		{"tags", "/v2/metadataWithTags", first, 200, tasks[0].ARN},
		{"tags, slash", "/v2/metadataWithTags/", first, 200, tasks[0].ARN},
		{"container", "/v2/metadata/" + docker(0), first, 200, `{"DockerId":"` + docker(0)},
		{"container of another task", "/v2/metadata/" + docker(1), first, 200, `{"DockerId":"` + docker(1)},
		{"container unknown", "/v2/metadata/a/b", first, 400, `"Unable to generate metadata for container 'a/b'"`},
		{"documented, and no route", "/v2/metadata/taskWithTags", first, 400, `"Unable to generate metadata for container 'taskWithTags'"`},
		{"stats", "/v2/stats", first, 200, `{"` + docker(0) + `":{"read":`},
		{"stats, slash", "/v2/stats/", first, 200, `{"` + docker(0) + `":{"read":`},
		{"stats of the container", "/v2/stats/" + docker(0), first, 200, `{"read":`},
		{"stats of another task's", "/v2/stats/" + docker(1), first, 400, `"Unable to get container stats for: ` + docker(1) + `"`},
		{"stranger", "/v2/metadata", "192.0.2.1:1", 400, `"Unable to get task arn from request: unable to associate '192.0.2.1' with task"`},
		{"no address", "/v2/stats", "pipe", 400, `"Unable to get task arn from request: unable to parse request's ip address: address pipe: missing port in address"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := send(s, "GET", test.target, from(test.from))
			if w.Code != test.status || !strings.Contains(w.Body.String(), test.has) {
				t.Errorf("got %d %s, want %d with %s", w.Code, w.Body, test.status, test.has)
			}
			if strings.Contains(w.Body.String(), "network_rate_stats") {
				t.Error("got network rates, want them in version 4 alone")
			}
		})
	}
	for _, sub := range []string{"", "/task", "/taskWithTags", "/stats", "/task/stats"} {
		v2 := map[string]string{
			"": "/v2/metadata/" + docker(0), "/task": "/v2/metadata", "/taskWithTags": "/v2/metadataWithTags",
			"/stats": "/v2/stats/" + docker(0), "/task/stats": "/v2/stats",
		}[sub]
		// Whoever knows the endpoint ID may ask, from any address.
		got, want := send(s, "GET", "/v3/"+tasks[0].EndpointID+sub), send(s, "GET", v2, from(first))
		if got.Code != 200 || got.Body.String() != want.Body.String() {
			t.Errorf("/v3/ID%s: got %d %s, want %s as for version 2", sub, got.Code, got.Body, want.Body)
		}
	}
}

// TestFieldOrder is that of the agent's structures.
func TestFieldOrder(t *testing.T) {
	task := Identify(1, 0, "app", 0)
	for _, test := range []struct{ name, target, want string }{
		{"task v3", "/v3/ID/taskWithTags", "Cluster TaskARN Family Revision DesiredStatus KnownStatus Containers Limits AvailabilityZone TaskTags ContainerInstanceTags"},
		{"task v4", "/v4/ID/taskWithTags", "Cluster TaskARN Family Revision DesiredStatus KnownStatus Limits AvailabilityZone TaskTags ContainerInstanceTags LaunchType Containers VPCID ServiceName FaultInjectionEnabled"},
		{"without tags", "/v3/ID/task", "Cluster TaskARN Family Revision DesiredStatus KnownStatus Containers Limits AvailabilityZone"},
		{"container v3", "/v3/ID", "DockerId Name DockerName Image ImageID Labels DesiredStatus KnownStatus Limits CreatedAt StartedAt Type Networks"},
		{"stats v3", "/v3/ID/stats", "read preread pids_stats blkio_stats num_procs storage_stats cpu_stats precpu_stats memory_stats name id networks"},
		{"stats v4", "/v4/ID/stats", "read preread pids_stats blkio_stats num_procs storage_stats cpu_stats precpu_stats memory_stats name id networks network_rate_stats"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := New(Config{Tasks: []Task{task}, ECS: ECSConfig{Tags: map[string]string{"a": "b"}}, InstanceTags: map[string]string{"c": "d"}})
			body := send(s, "GET", strings.ReplaceAll(test.target, "ID", task.EndpointID)).Body.String()
			if got := keys(t, body); !slices.Equal(got, strings.Fields(test.want)) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestFargate(t *testing.T) {
	task := Identify(1, 0, "app", 0)
	task.Source = netip.MustParseAddr("192.0.2.1")
	s := New(Config{Tasks: []Task{task}, ECS: ECSConfig{Flavour: service.Fargate, Associations: []Association{{Type: "t", Name: "n"}}}})
	for target, want := range map[string]int{
		"/v2/credentials/" + task.CredentialsID:    200,
		"/v1/credentials?id=" + task.CredentialsID: 404,
		"/v2/metadata":                     404,
		"/v2/stats":                        404,
		"/v3/ID":                           200,
		"/v3/ID/task/stats":                200,
		"/v3/ID/taskWithTags":              404,
		"/v4/ID":                           200,
		"/v4/ID/task":                      200,
		"/v4/ID/taskWithTags":              404,
		"/v4/ID/associations/t":            404,
		"/v4/unknown/task":                 404,
		"/api/ID/task-protection/v1/state": 200,
	} {
		if w := send(s, "GET", strings.ReplaceAll(target, "ID", task.EndpointID)); w.Code != want {
			t.Errorf("%s: got %d %s, want %d", target, w.Code, w.Body, want)
		}
	}
	body := send(s, "GET", "/v3/"+task.EndpointID).Body.String()
	if want := `{"DockerId":"` + task.EndpointID + `","Name":"app","DockerName":"app",`; !strings.HasPrefix(body, want) {
		t.Errorf("got %s, want %s at its start", body, want)
	}
}

func TestAssociations(t *testing.T) {
	task := Identify(1, 0, "app", 0)
	s := New(Config{Tasks: []Task{task}, ECS: ECSConfig{Associations: []Association{
		{"eia", "dev1", []byte(`{ "verbatim" : "<>" }`)}, {"eia", "dev2", []byte("2")}, {"gpu", "a/b", []byte("3")},
	}}})
	const unknown = `"Unable to write container association response: unable to get association from association type `
	for _, version := range []string{"v3", "v4"} {
		for _, test := range []struct {
			target string
			status int
			body   string
		}{
			{"eia", 200, `{"Associations":["dev1","dev2"]}`},
			{"none", 200, `{"Associations":null}`},
			{"", 200, `{"Associations":null}`},
			{"eia/dev1", 200, `{ "verbatim" : "<>" }`},
			{"gpu/a/b", 200, `3`},
			{"eia/", 400, unknown + `eia and association name "`},
			{"eia/dev3", 400, unknown + `eia and association name dev3"`},
		} {
			w := send(s, "GET", "/"+version+"/"+task.EndpointID+"/associations/"+test.target)
			if w.Code != test.status || w.Body.String() != test.body || w.Header().Get("Content-Type") != "application/json" {
				t.Errorf("%s %s: got %d %s, want %d %s", version, test.target, w.Code, w.Body, test.status, test.body)
			}
		}
	}
}
