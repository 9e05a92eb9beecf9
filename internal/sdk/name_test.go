package sdk

import "testing"

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

// Every alias leads somewhere, once its SDK has a preset, and hides no preset.
func TestAliases(t *testing.T) {
	for _, pair := range Aliases() {
		if p, _, ok := Named(pair[0]); !ok || p.Name != pair[1] {
			t.Errorf("%s: got %q, %v, want %s", pair[0], p.Name, ok, pair[1])
		}
		if _, ok := preset(name{sdk: pair[0]}); ok {
			t.Errorf("%s is a preset and an alias", pair[0])
		}
	}
}
