package experiment

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"tenement/internal/live"
	"tenement/profiles"
	"tenement/reports"
)

// A target that ends between two cases does not take the first one's figures with it.
func TestLaterCaseWithoutATarget(t *testing.T) {
	profile, err := profiles.Load("p.yaml", []byte("version: 1\nname: p\nduration: 1s\nfleet: [{group: mine, arrivals: {once: {within: 0s}}, under_test: true}]\n"+
		"strategies: {first: {preset: botocore}, second: {preset: aws-sdk-php}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	var target *httptest.Server
	target = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Connection", "close")
		w.WriteHeader(http.StatusNotFound)
		_ = target.Listener.Close()
	}))
	defer target.Close()
	at, err := url.Parse(target.URL)
	if err != nil {
		t.Fatal(err)
	}
	x, err := New(profile, Options{Engine: reports.Live, Seed: 1, Seeds: 1, Target: at})
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if why := x.Stopped(); !errors.Is(why, live.ErrNoConnection) || !strings.HasPrefix(why.Error(), "a case could not run, after 1 of 2 cases did: asking http://") {
		t.Errorf("stopped because %v", why)
	}
	r, err := x.Report()
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Cases) != 1 || r.Cases[0].Name != "first" || !r.Partial || r.Cases[0].Groups[0].Calls != 1 {
		t.Errorf("got %+v", r.Cases)
	}
}
