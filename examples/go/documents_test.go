package credentials

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/moby/moby/api/types/container"

	"tenement/imdstest"
)

// Every field of a document has a place in the type with which its real readers decode
// it: Docker's own for statistics, which the agent extends by network rates, and the
// SDK's for an instance. (The agent's module cannot be had by `go get`.)
func TestDocumentsAreThoseOfTheirReaders(t *testing.T) {
	type sample struct {
		container.StatsResponse
		NetworkRateStats *struct {
			RxBytesPerSec float64 `json:"rx_bytes_per_sec"`
			TxBytesPerSec float64 `json:"tx_bytes_per_sec"`
		} `json:"network_rate_stats"`
	}
	for _, options := range [][]imdstest.Option{nil, {imdstest.Fargate()}} {
		srv := imdstest.New(t, options...)
		metadata := variable(t, srv, "ECS_CONTAINER_METADATA_URI_V4")
		strictly(t, srv, metadata+"/stats", new(sample))
		strictly(t, srv, metadata+"/task/stats", new(map[string]sample))
	}
	srv := imdstest.New(t, imdstest.Service("imds"))
	latest := variable(t, srv, "AWS_EC2_METADATA_SERVICE_ENDPOINT") + "latest/"
	strictly(t, srv, latest+"dynamic/instance-identity/document", new(imds.InstanceIdentityDocument))
	strictly(t, srv, latest+"meta-data/iam/info", new(imds.IAMInfo))
}

// variable is a variable of the environment in which a task finds the server.
func variable(t *testing.T, srv *imdstest.Server, name string) string {
	t.Helper()
	for _, v := range srv.Env() {
		if value, ok := strings.CutPrefix(v, name+"="); ok {
			return value
		}
	}
	t.Fatalf("there is no %s in %q", name, srv.Env())
	return ""
}

// strictly decodes a document, and fails for a field that the type does not have.
func strictly(t *testing.T, srv *imdstest.Server, url string, into any) {
	t.Helper()
	resp, err := srv.Client().Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: got %s, %v", url, resp.Status, err)
	}
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		t.Errorf("%s: %v in %s", url, err, body)
	}
}
