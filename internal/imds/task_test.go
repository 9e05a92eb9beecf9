package imds

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"tenement/internal/draw"
	"tenement/internal/service"
)

func TestIdentify(t *testing.T) {
	forms := map[string]*regexp.Regexp{
		"credentials ID": regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`),
		"endpoint ID":    regexp.MustCompile(`^[0-9a-f]{32}-[0-9]{10}$`),
		"ARN":            regexp.MustCompile(`^arn:aws:ecs:us-west-2:111122223333:task/default/[0-9a-f]{32}$`),
	}
	seen := make(map[string]Task)
	for _, seed := range []uint64{1, 2} {
		for host := range 3 {
			for _, group := range []string{"app", "batch"} {
				for index := range 100 {
					task := Identify(seed, host, group, index)
					if again := Identify(seed, host, group, index); again != task {
						t.Fatalf("got %+v, then %+v", task, again)
					}
					if want := draw.Key(0).Name(group).With(uint64(index)); task.Key != want {
						t.Errorf("%s %d: got key %x, want %x", group, index, task.Key, want)
					}
					for form, id := range map[string]string{"credentials ID": task.CredentialsID, "endpoint ID": task.EndpointID, "ARN": task.ARN} {
						if !forms[form].MatchString(id) {
							t.Errorf("%s %q: want the form %s", form, id, forms[form])
						}
						if other, ok := seen[id]; ok {
							t.Errorf("%s %q: of %+v and of %+v", form, id, other, task)
						}
						seen[id] = task
					}
					if _, id, _ := strings.Cut(task.ARN, "default/"); !strings.HasPrefix(task.EndpointID, id+"-") {
						t.Errorf("endpoint ID %q: want it to begin with the task's ID, %q", task.EndpointID, id)
					}
				}
			}
		}
	}
}

// TestIdentifyStays pins the IDs: two versions of the programs must agree on
// them, and what has been recorded names them.
func TestIdentifyStays(t *testing.T) {
	got := Identify(1, 0, "app", 0)
	want := Task{
		Group: "app", Tenant: "app", Key: 12115527854139838938,
		CredentialsID: "8aa06cdf-8b8e-4abf-bdb6-26656dfbca91",
		ExecutionID:   "b80075af-eaaa-4a24-b98e-db48d45972a3",
		EndpointID:    "1afea7f9fb1248d89712132669f153d1-8714197362",
		ARN:           "arn:aws:ecs:us-west-2:111122223333:task/default/1afea7f9fb1248d89712132669f153d1",
	}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestEnv(t *testing.T) {
	task := Task{CredentialsID: "cid", EndpointID: "eid"}
	for service, want := range map[service.Service][][2]string{
		service.ECS: {
			{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:8080/v2/credentials/cid"},
			{"ECS_CONTAINER_METADATA_URI", "http://127.0.0.1:8080/v3/eid"},
			{"ECS_CONTAINER_METADATA_URI_V4", "http://127.0.0.1:8080/v4/eid"},
			{"ECS_AGENT_URI", "http://127.0.0.1:8080/api/eid"},
		},
		service.IMDS:        {{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:8080/"}},
		service.PodIdentity: {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:8080/v1/credentials"}},
	} {
		want = append(want, [2]string{"AWS_REGION", "us-west-2"}, [2]string{"AWS_DEFAULT_REGION", "us-west-2"})
		if got := Env(service, task, "http://127.0.0.1:8080"); !slices.Equal(got, want) {
			t.Errorf("%v: got %q, want %q", service, got, want)
		}
	}
	// At its real address the agent gives the path alone, and no other service does.
	for service, want := range map[service.Service][2]string{
		service.ECS:         {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/cid"},
		service.IMDS:        {"AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://169.254.169.254/"},
		service.PodIdentity: {"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials"},
	} {
		if got := Env(service, task, "http://"+service.Row().IPv4)[0]; got != want {
			t.Errorf("%v: got %q, want %q", service, got, want)
		}
	}
}
