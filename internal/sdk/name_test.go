package sdk

import (
	"slices"
	"strings"
	"testing"

	"tenement/internal/service"
)

// What people type, and the preset that it means.
func TestNamed(t *testing.T) {
	for _, r := range []struct{ name, want, note string }{
		{"botocore", "botocore", ""},
		{"botocore@ecs", "botocore", ""},
		{"boto3", "botocore", "boto3 gets its credentials from botocore"},
		{"boto3@imds", "botocore@imds", "boto3 gets its credentials from botocore"},
		{"PHP", "aws-sdk-php", ""},
		{"aws-sdk-js-v3@eks", "aws-sdk-js-v3@eks-pod-identity", ""},
		{"aws-sdk-go-v2@eks-pod-identity", "aws-sdk-go-v2", "it asks EKS Pod Identity as it asks ECS"},
		{"aws-cli@eks", "botocore", "the AWS CLI gets its credentials from botocore; it asks EKS Pod Identity as it asks ECS"},
		{"go@1.47", "aws-sdk-go-v2@1.47", ""},
		{".NET", "aws-sdk-net", ""},
		{"go-v2", "aws-sdk-go-v2", ""},
		{"Java-V1@IMDS", "aws-sdk-java-v1@imds", ""},
		{"ruby", "aws-sdk-ruby", "a provider that the application makes; service clients without one use aws-sdk-ruby@chain"},
		{"ruby@chain", "aws-sdk-ruby@chain", ""},
		{"botocore@0.1", "", ""},
		{"botocore@imds@imds", "", ""},
		{"botocore@imds@1.43", "", ""},
		{"", "", ""},
		{"@imds", "", ""},
		{"botocore@", "", ""},
		{"botocore@@imds", "", ""},
	} {
		p, note, ok := Named(r.name)
		if p.Name != r.want || note != r.note || ok != (r.want != "") {
			t.Errorf("%q: got %q, %q, %v; want %q, %q", r.name, p.Name, note, ok, r.want, r.note)
		}
	}
}

// Every alias leads to a preset, and hides none.
func TestAliases(t *testing.T) {
	for want, all := range Aliases() {
		for _, alias := range all {
			if p, _, ok := Named(alias); !ok || p.Name != want {
				t.Errorf("%s: got %q, %v, want %s", alias, p.Name, ok, want)
			}
			if _, ok := preset(name{sdk: alias}); ok {
				t.Errorf("%s is a preset and an alias", alias)
			}
		}
	}
}

// What is offered for a name that no preset has.
func TestSimilar(t *testing.T) {
	for _, r := range []struct {
		name string
		want []string
	}{
		{"botocore@1.40", []string{"botocore"}},
		{"boto3@1.40@imds", []string{"botocore@imds"}},
		{"aws-sdk-jav", []string{"aws-sdk-java-v1", "aws-sdk-java-v2"}},
		{"aws-sdk-ruby@3.211", []string{"aws-sdk-ruby", "aws-sdk-ruby@3.211@imds", "aws-sdk-ruby@chain"}},
		{"perl", nil},
		{"@imds", nil},
		{"", nil},
	} {
		if got := Similar(r.name); !slices.Equal(got, r.want) {
			t.Errorf("%q: got %q, want %q", r.name, got, r.want)
		}
	}
}

func TestNamedService(t *testing.T) {
	for name, want := range map[string]service.Service{"boto3@eks": service.PodIdentity, "x@1.2@IMDS": service.IMDS, "botocore@ecs": service.ECS} {
		if got, ok := NamedService(name); !ok || got != want {
			t.Errorf("%s: got %s, %v, want %s", name, got, ok, want)
		}
	}
	if got, ok := NamedService("aws-sdk-go-v2@1.47"); ok {
		t.Errorf("a version: got %s", got)
	}
}

// Every preset says which release it mirrors and whether the real client was run, as
// lists of presets show it.
func TestReleaseAndChecked(t *testing.T) {
	for _, p := range Presets() {
		if p.Release == "" || len(p.Release) > 9 {
			t.Errorf("%s: release %q", p.Name, p.Release)
		}
		if !strings.HasPrefix(p.Checked, "run on 20") && !strings.HasPrefix(p.Checked, "from source, not run") {
			t.Errorf("%s: checked %q", p.Name, p.Checked)
		}
		if q, _, ok := Named(p.Family()); ok && q.Family() != p.Family() {
			t.Errorf("%s: its family %s means %s", p.Name, p.Family(), q.Name)
		}
	}
}
