package imds

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tenement/internal/service"
)

// A server in another place names it in all its documents, and names no other.
func TestSettle(t *testing.T) {
	for _, s := range service.Issuers() {
		c := Config{Service: s, Seed: 1, Tasks: []Task{Identify(1, 0, "app", 0)}}
		c.Instance.Role, c.Instance.Extended = "app", true
		c.ECS.Flavour = service.EC2
		c.Settle(Place{Account: "444455556666", Region: "eu-central-1"})
		h := New(c)
		var all strings.Builder
		task := c.Tasks[0]
		paths := []string{
			"/v2/credentials/" + task.CredentialsID, "/v2/credentials/" + task.ExecutionID, "/v4/" + task.EndpointID, "/v4/" + task.EndpointID + "/task",
			"/v3/" + task.EndpointID + "/task", "/latest/dynamic/instance-identity/document", "/latest/meta-data/iam/info",
			"/latest/meta-data/hostname", "/latest/meta-data/placement/region", "/latest/meta-data/placement/availability-zone",
			"/latest/meta-data/placement/availability-zone-id", "/latest/meta-data/iam/security-credentials-extended/app",
			"/v1/credentials",
		}
		token, _ := task.PodToken(1, c.Pod.Tokens, WholeSecond(time.Now()), 0)
		for _, path := range paths {
			w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, nil)
			r.Host = service.PodIdentity.Row().IPv4
			r.Header.Set("Authorization", token)
			h.ServeHTTP(w, r)
			if w.Code == http.StatusOK {
				all.WriteString(w.Body.String())
			}
		}
		text := all.String()
		if !strings.Contains(text, "444455556666") || s != service.PodIdentity && !strings.Contains(text, "eu-central-1") {
			t.Errorf("%v: got %s", s, text)
		}
		if strings.Contains(text, defaultAccount) || strings.Contains(text, defaultRegion) || strings.Contains(text, "usw2") {
			t.Errorf("%v: got %s", s, text)
		}
	}
}

func TestPlaces(t *testing.T) {
	for _, test := range []struct{ region, zoneID, role, name string }{
		{"us-east-1", "use1-az1", "arn:aws:iam::111122223333:role/app", "ip-10-0-0-4.ec2.internal"},
		{"us-west-2", "usw2-az1", "arn:aws:iam::111122223333:role/app", "ip-10-0-0-4.us-west-2.compute.internal"},
		{"ap-northeast-1", "apne1-az1", "arn:aws:iam::111122223333:role/app", "ip-10-0-0-4.ap-northeast-1.compute.internal"},
		{"ca-central-1", "cac1-az1", "arn:aws:iam::111122223333:role/app", "ip-10-0-0-4.ca-central-1.compute.internal"},
		{"us-gov-west-1", "usgw1-az1", "arn:aws-us-gov:iam::111122223333:role/app", "ip-10-0-0-4.us-gov-west-1.compute.internal"},
		{"cn-north-1", "cnn1-az1", "arn:aws-cn:iam::111122223333:role/app", "ip-10-0-0-4.cn-north-1.compute.internal"},
	} {
		p := Place{Region: test.region}
		if p.zoneID() != test.zoneID || p.roleARN("role", "app") != test.role || p.privateName("10.0.0.4") != test.name {
			t.Errorf("%s: got %s, %s, %s", test.region, p.zoneID(), p.roleARN("role", "app"), p.privateName("10.0.0.4"))
		}
	}
}

// A task has the role that it was given, whatever its place.
func TestRoleARN(t *testing.T) {
	task := Task{Group: "app", Place: Place{Account: "444455556666"}}
	if got, account := task.roleARN(), task.roleAccount(); got != "arn:aws:iam::444455556666:role/app" || account != "444455556666" {
		t.Errorf("got %s of %s", got, account)
	}
	task.RoleARN = "arn:aws:iam::777788889999:role/teams/reader"
	if got, account := task.roleARN(), task.roleAccount(); got != task.RoleARN || account != "777788889999" {
		t.Errorf("got %s of %s", got, account)
	}
}
