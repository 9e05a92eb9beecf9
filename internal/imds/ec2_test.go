package imds

import (
	"net/http"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"tenement/internal/service"
	"tenement/internal/throttle"
)

// onInstance is a server of an instance whose run begins now.
func onInstance(options Instance, tasks ...Task) *Handler {
	return New(Config{
		Service: service.IMDS, Instance: options, Tasks: tasks, Seed: 1,
		InstanceTags: map[string]string{"team": "red", "rack": "7"},
	})
}

// token is a session token of a server that is good for ttl seconds.
func token(t testing.TB, h http.Handler, ttl string) string {
	t.Helper()
	w := send(h, "PUT", "/latest/api/token", headers(service.TokenTTLHeader, ttl))
	if w.Code != 200 {
		t.Fatalf("token: got %d, want 200", w.Code)
	}
	return w.Body.String()
}

const role = "app-role"

// TestInstanceStatuses: what every kind of request is answered, with the
// headers that tell one kind from another.
func TestInstanceStatuses(t *testing.T) {
	optional := onInstance(Instance{Role: role, UserData: []byte("#!/bin/sh\n")})
	required := onInstance(Instance{Role: role, TokensRequired: true})
	paged := onInstance(Instance{Role: role, TokensRequired: true, UnauthorizedPage: true})
	without := onInstance(Instance{})
	disabled := onInstance(Instance{Role: role, Disabled: true})
	foreign := token(t, New(Config{Service: service.IMDS, Seed: 2}), "60")
	good := token(t, optional, "60")
	const (
		html, plain  = "text/html", "text/plain"
		metadata     = "/latest/meta-data/instance-id"
		tokens       = "/latest/api/token"
		tokenMethods = "OPTIONS, PUT"
		readMethods  = "OPTIONS, GET, HEAD"
	)
	for _, test := range []struct {
		name           string
		server         *Handler
		method, target string
		headers        []string
		status         int
		content, allow string
		title          string // of the page; "" is none
	}{
		{"token", optional, "PUT", tokens, []string{service.TokenTTLHeader, "21600"}, 200, plain, "", ""},
		{"token, one second", optional, "PUT", tokens, []string{service.TokenTTLHeader, "1"}, 200, plain, "", ""},
		{"token without a TTL", optional, "PUT", tokens, nil, 400, html, "", "400 - Bad Request"},
		{"token, TTL 0", optional, "PUT", tokens, []string{service.TokenTTLHeader, "0"}, 400, html, "", "400 - Bad Request"},
		{"token, TTL too long", optional, "PUT", tokens, []string{service.TokenTTLHeader, "21601"}, 400, html, "", "400 - Bad Request"},
		{"token, TTL beyond 16 bits", optional, "PUT", tokens, []string{service.TokenTTLHeader, "65537"}, 400, html, "", "400 - Bad Request"},
		{"token, negative TTL", optional, "PUT", tokens, []string{service.TokenTTLHeader, "-1"}, 400, html, "", "400 - Bad Request"},
		{"token, signed TTL", optional, "PUT", tokens, []string{service.TokenTTLHeader, "+60"}, 400, html, "", "400 - Bad Request"},
		{"token, TTL of no seconds", optional, "PUT", tokens, []string{service.TokenTTLHeader, "60s"}, 400, html, "", "400 - Bad Request"},
		{"token, forwarded", optional, "PUT", tokens, []string{service.TokenTTLHeader, "60", "X-Forwarded-For", "192.0.2.9"}, 403, html, "", "403 - Forbidden"},
		{"token, forwarded and without a TTL", optional, "PUT", tokens, []string{"X-Forwarded-For", ""}, 403, html, "", "403 - Forbidden"},
		{"token, with an expectation", optional, "PUT", tokens, []string{service.TokenTTLHeader, "60", "Expect", "100-continue"}, 417, html, "", "417 - Expectation Failed"},
		{"token of a dated version", optional, "PUT", "/2021-03-23/api/token", []string{service.TokenTTLHeader, "60"}, 403, plain, "", ""},
		{"token with a slash", optional, "PUT", tokens + "/", []string{service.TokenTTLHeader, "60"}, 403, plain, "", ""},
		{"token behind a slash more", optional, "PUT", "//latest/api/token", []string{service.TokenTTLHeader, "60"}, 200, plain, "", ""},
		{"token, GET", optional, "GET", tokens, nil, 405, plain, tokenMethods, ""},
		{"token, POST", optional, "POST", tokens, []string{service.TokenTTLHeader, "60"}, 405, plain, tokenMethods, ""},
		{"token, HEAD", required, "HEAD", tokens, nil, 405, plain, tokenMethods, ""},
		{"token, OPTIONS", optional, "OPTIONS", tokens, nil, 200, plain, tokenMethods, ""},
		{"token, off", disabled, "PUT", tokens, []string{service.TokenTTLHeader, "60"}, 403, html, "", "403 - Forbidden"},

		{"version 1", optional, "GET", metadata, nil, 200, plain, "", ""},
		{"version 1, forwarded", optional, "GET", metadata, []string{"X-Forwarded-For", "192.0.2.9"}, 200, plain, "", ""},
		{"version 1, HEAD", optional, "HEAD", metadata, nil, 200, plain, "", ""},
		{"version 1, required", required, "GET", metadata, nil, 401, plain, "", ""},
		{"no such path, required", required, "GET", "/latest/nope", nil, 401, plain, "", ""},
		{"version 1, off", disabled, "GET", metadata, nil, 403, html, "", "403 - Forbidden"},
		{"version 2", optional, "GET", metadata, []string{service.TokenHeader, good}, 200, plain, "", ""},
		{"version 2, required", required, "GET", metadata, []string{service.TokenHeader, good}, 200, plain, "", ""},
		{"version 2, HEAD", required, "HEAD", metadata, []string{service.TokenHeader, good}, 200, plain, "", ""},
		{"version 2, no such path", required, "GET", "/latest/nope", []string{service.TokenHeader, good}, 404, html, "", "404 - Not Found"},
		{"version 2, forwarded", required, "GET", metadata, []string{service.TokenHeader, good, "X-Forwarded-For", "192.0.2.9"}, 403, html, "", "403 - Forbidden"},
		{"version 2, off", disabled, "GET", metadata, []string{service.TokenHeader, good}, 403, html, "", "403 - Forbidden"},
		{"token of another instance", optional, "GET", metadata, []string{service.TokenHeader, foreign}, 401, plain, "", ""},
		{"token that is none", optional, "GET", metadata, []string{service.TokenHeader, "token"}, 401, plain, "", ""},
		{"token that is empty", optional, "GET", metadata, []string{service.TokenHeader, ""}, 401, plain, "", ""},

		{"page of 401", paged, "GET", metadata, nil, 401, html, "", "401 - Unauthorized"},

		{"POST", optional, "POST", metadata, nil, 405, plain, readMethods, ""},
		{"DELETE, required", required, "DELETE", metadata, nil, 405, plain, readMethods, ""},
		{"OPTIONS", optional, "OPTIONS", metadata, nil, 200, plain, readMethods, ""},
		{"OPTIONS of the server", optional, "OPTIONS", "*", nil, 200, plain, readMethods, ""},
		{"PUT", optional, "PUT", metadata, nil, 403, plain, "", ""},
		{"no such version", optional, "GET", "/2007-01-20/meta-data/", nil, 404, html, "", "404 - Not Found"},
		{"no such value", optional, "GET", "/latest/meta-data/public-ipv4", nil, 404, html, "", "404 - Not Found"},
		{"path of dots", optional, "GET", "/latest/dynamic/../meta-data/instance-id", nil, 404, html, "", "404 - Not Found"},
		{"below a value", optional, "GET", metadata + "/x", nil, 404, html, "", "404 - Not Found"},
		{"user data", optional, "GET", "/latest/user-data", nil, 200, "application/octet-stream", "", ""},
		{"user data, slash", optional, "GET", "/latest/user-data/", nil, 200, "application/octet-stream", "", ""},
		{"no user data", without, "GET", "/latest/user-data", nil, 404, html, "", "404 - Not Found"},
		{"role", optional, "GET", "/latest/meta-data/iam/security-credentials/", nil, 200, plain, "", ""},
		{"another role", optional, "GET", "/latest/meta-data/iam/security-credentials/x", nil, 404, html, "", "404 - Not Found"},
		{"placeholder of the role", optional, "GET", "/latest/meta-data/iam/security-credentials/{role}", nil, 404, html, "", "404 - Not Found"},
		{"role, without a slash", optional, "GET", "/latest/meta-data/iam/security-credentials", nil, 200, plain, "", ""},
		{"no role, without a slash", without, "GET", "/latest/meta-data/iam/security-credentials", nil, 404, html, "", "404 - Not Found"},
		{"no role", without, "GET", "/latest/meta-data/iam/security-credentials/", nil, 404, html, "", "404 - Not Found"},
		{"no role, info", without, "GET", "/latest/meta-data/iam/info", nil, 404, html, "", "404 - Not Found"},
		{"no role, directory", without, "GET", "/latest/meta-data/iam", nil, 404, html, "", "404 - Not Found"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := send(test.server, test.method, test.target, headers(test.headers...))
			if w.Code != test.status {
				t.Fatalf("status: got %d, want %d", w.Code, test.status)
			}
			for name, want := range map[string]string{
				"Content-Type": test.content, "Allow": test.allow, "Server": "EC2ws", "Connection": "close",
			} {
				if got := w.Header().Get(name); got != want {
					t.Errorf("%s: got %q, want %q", name, got, want)
				}
			}
			body := w.Body.String()
			switch {
			case test.title != "":
				if !strings.Contains(body, "<title>"+test.title+"</title>") {
					t.Errorf("body: got %q, want a page of %q", body, test.title)
				}
			case test.allow != "" || test.status == 403 || test.status == 401:
				if body != "" {
					t.Errorf("body: got %q, want none", body)
				}
			case body == "":
				t.Error("body: got none")
			}
		})
	}
}

// TestInstanceHeaders: all the headers of the answers that were captured, on a
// real connection, which ends with the answer.
func TestInstanceHeaders(t *testing.T) {
	h := New(Config{
		Service: service.IMDS, Instance: Instance{Role: role, UserData: []byte("#!/bin/sh\n")},
		Began: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Seed: 1,
		Credentials: throttle.Credentials{Lifetime: 1e6 * time.Hour},
	})
	base := loopbackServer(t, h)
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}, CheckRedirect: stay}
	defer client.CloseIdleConnections()
	const began = "Thu, 01 Jan 2026 00:00:00 GMT"
	session := token(t, h, "300")
	for _, test := range []struct {
		name, method, path string
		headers            map[string]string
		want               map[string]string
	}{
		{"token", "PUT", "/latest/api/token", map[string]string{service.TokenTTLHeader: "300"},
			map[string]string{"Content-Type": "text/plain", service.TokenTTLHeader: "300", "Content-Length": "56"}},
		{"value", "GET", "/latest/meta-data/instance-type", nil,
			map[string]string{"Content-Type": "text/plain", "Accept-Ranges": "none", "Last-Modified": began, "Content-Length": "8"}},
		{"value, HEAD", "HEAD", "/latest/meta-data/instance-type", nil,
			map[string]string{"Content-Type": "text/plain", "Accept-Ranges": "none", "Last-Modified": began, "Content-Length": "8"}},
		{"value, version 2", "GET", "/latest/meta-data/instance-type", map[string]string{service.TokenHeader: session},
			map[string]string{"Content-Type": "text/plain", "Accept-Ranges": "none", "Last-Modified": began, "Content-Length": "8", service.TokenTTLHeader: "300"}},
		{"credentials, version 2", "GET", "/latest/meta-data/iam/security-credentials/" + role, map[string]string{service.TokenHeader: session},
			map[string]string{"Content-Type": "text/plain", "Accept-Ranges": "none", "Last-Modified": began, "Content-Length": "1322", service.TokenTTLHeader: "300"}},
		{"user data", "GET", "/latest/user-data", nil,
			map[string]string{"Content-Type": "application/octet-stream", "Accept-Ranges": "bytes", "Last-Modified": began, "Content-Length": "10"}},
		{"unauthorized", "GET", "/latest/meta-data/", map[string]string{service.TokenHeader: "x"},
			map[string]string{"Content-Type": "text/plain", "Content-Length": "0"}},
		{"not found, version 2", "GET", "/latest/x", map[string]string{service.TokenHeader: session},
			map[string]string{"Content-Type": "text/html", "Content-Length": "339", service.TokenTTLHeader: "300"}},
		{"not allowed", "GET", "/latest/api/token", nil,
			map[string]string{"Content-Type": "text/plain", "Content-Length": "0", "Allow": "OPTIONS, PUT"}},
		{"forbidden", "PUT", "/latest/api/token/", map[string]string{service.TokenTTLHeader: "300"},
			map[string]string{"Content-Type": "text/plain", "Content-Length": "0"}},
		{"directory without a slash", "GET", "/latest/meta-data/iam/security-credentials", nil,
			map[string]string{"Content-Type": "text/plain", "Accept-Ranges": "none", "Last-Modified": began, "Content-Length": strconv.Itoa(len(role))}},
	} {
		t.Run(test.name, func(t *testing.T) {
			resp, _ := ask(t, client, test.method, base+test.path, test.headers)
			if !resp.Close {
				t.Error("got a connection that stays, want it to end")
			}
			test.want["Server"] = "EC2ws"
			for name, want := range test.want {
				if got := resp.Header[name]; len(got) != 1 || got[0] != want {
					t.Errorf("%s: got %q, want %q once", name, got, want)
				}
			}
			for name, got := range resp.Header {
				if _, ok := test.want[name]; !ok && name != "Date" && name != "Connection" {
					t.Errorf("%s: got %q, want none", name, got)
				}
			}
		})
	}
}

// TestInstanceDirectories: a directory is the same with a slash at its end and
// without.
func TestInstanceDirectories(t *testing.T) {
	h := onInstance(Instance{Role: role})
	for _, path := range []string{
		"/latest", "/1.0", "/2009-04-04/meta-data", "/latest/dynamic", "/latest//meta-data//iam",
		"/latest/meta-data/iam/security-credentials", "/latest/meta-data/public-keys/0",
	} {
		short, long := send(h, "GET", path), send(h, "GET", path+"/")
		if short.Code != 200 || short.Body.String() != long.Body.String() || short.Body.Len() == 0 {
			t.Errorf("%s: got %d %q, want 200 %q", path, short.Code, short.Body, long.Body)
		}
	}
}

// TestExtendedCredentials: an instance can serve its role's credentials with the
// account as well, and answers 404 there unless told to.
func TestExtendedCredentials(t *testing.T) {
	const list = "/latest/meta-data/iam/security-credentials-extended"
	with, without := onInstance(Instance{Role: role, Extended: true}), onInstance(Instance{Role: role})
	for _, path := range []string{list, list + "/", list + "/" + role} {
		if w := send(without, "GET", path); w.Code != 404 {
			t.Errorf("%s: got %d, want 404", path, w.Code)
		}
	}
	for _, path := range []string{list, list + "/"} {
		if w := send(with, "GET", path); w.Code != 200 || w.Body.String() != role {
			t.Errorf("%s: got %d %q, want the role", path, w.Code, w.Body)
		}
	}
	plain := send(with, "GET", "/latest/meta-data/iam/security-credentials/"+role).Body.String()
	extended := send(with, "GET", list+"/"+role).Body.String()
	if want := strings.TrimSuffix(plain, "\n}") + ",\n  \"AccountId\" : \"" + defaultAccount + "\"\n}"; extended != want {
		t.Errorf("got %s\nwant %s", extended, want)
	}
	if a := with.Answer("GET", list+"/"+service.Role); a.Status != 200 || !a.Expires || a.Body != CredentialsDocument || a.Route != service.CredentialsRoute {
		t.Errorf("got %+v, want credentials", a)
	}
	if a := with.Answer("GET", list); a.Route != service.RoleRoute {
		t.Errorf("got the route %v, want that of the role", a.Route)
	}
}

// TestNotFoundPage compares with the page that was recorded.
func TestNotFoundPage(t *testing.T) {
	const want = "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>\n" +
		"<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\"\n" +
		"\t\t \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\">\n" +
		"<html xmlns=\"http://www.w3.org/1999/xhtml\" xml:lang=\"en\" lang=\"en\">\n" +
		" <head>\n  <title>404 - Not Found</title>\n </head>\n <body>\n  <h1>404 - Not Found</h1>\n </body>\n</html>\n"
	if w := send(onInstance(Instance{Role: role}), "GET", "/latest/x"); w.Body.String() != want || len(want) != 339 {
		t.Errorf("got %q, want %q of 339 bytes, not %d", w.Body, want, len(want))
	}
}

// TestInstanceDocuments compares what an instance serves with golden files, as
// it is.
func TestInstanceDocuments(t *testing.T) {
	c := Config{
		Service: service.IMDS, Instance: Instance{Role: role, UserData: []byte("#!/bin/sh\n")},
		Began: time.Now().Truncate(time.Second), Seed: 1, InstanceTags: map[string]string{"team": "red"},
	}
	h, failing, nameless, paged := New(c), c, c, c
	paged.Instance.UnauthorizedPage = true
	failing.Instance.Failure, nameless.Instance.Failure = unauthorized, profileNotFound
	// What the time has a part in is compared at one time.
	fixed := strings.NewReplacer(
		expiration(c.Began, 0), "2026-01-01T00:00:00Z", expiration(c.Began, 380*time.Minute), "2026-01-01T06:20:00Z")
	for _, test := range []struct {
		name, path string
		server     *Handler
	}{
		{"imds-tree", "", h},
		{"imds-versions", "/", h},
		{"imds-401", "/latest", New(paged)},
		{"imds-iam-info", "/latest/meta-data/iam/info", h},
		{"imds-iam-info", "/latest/meta-data/iam/info", New(failing)},
		{"imds-iam-info-not-found", "/latest/meta-data/iam/info", New(nameless)},
		{"imds-credentials", "/latest/meta-data/iam/security-credentials/" + role, h},
		{"imds-failure", "/latest/meta-data/iam/security-credentials/" + role, New(failing)},
		{"imds-identity", "/latest/dynamic/instance-identity/document", h},
		{"imds-identity-info", "/latest/meta-data/identity-credentials/ec2/info", h},
		{"imds-identity-credentials", "/latest/meta-data/identity-credentials/ec2/security-credentials/ec2-instance", h},
		{"imds-signature", "/latest/dynamic/instance-identity/signature", h},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got string
			switch test.name {
			case "imds-tree":
				got = crawl(t, h, "/latest/")
			case "imds-401":
				got = send(test.server, "GET", test.path, headers(service.TokenHeader, "x")).Body.String()
			default:
				w := send(test.server, "GET", test.path)
				if w.Code != 200 {
					t.Fatalf("status: got %d, want 200", w.Code)
				}
				got = w.Body.String()
			}
			compare(t, "testdata/"+test.name+".golden", fixed.Replace(got))
		})
	}
}

// compare compares a text with a golden file, to the byte.
func compare(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}

// crawl lists all that is below a directory, with the first line of every
// value, as a client that follows the listings finds it.
func crawl(t *testing.T, h http.Handler, path string) string {
	t.Helper()
	w := send(h, "GET", path)
	if w.Code != 200 {
		t.Fatalf("%s: got %d, want 200", path, w.Code)
	}
	body := w.Body.String()
	if !strings.HasSuffix(path, "/") {
		first, _, more := strings.Cut(body, "\n")
		if more {
			first += " ..."
		}
		return path + " = " + first + "\n"
	}
	if strings.HasSuffix(body, "\n") {
		t.Errorf("%s: got %q, want no line feed at the end", path, body)
	}
	all := path + "\n"
	for name := range strings.SplitSeq(body, "\n") {
		number, _, named := strings.Cut(name, "=") // of a public key
		switch {
		case named:
			name = number + "/"
		case path == "/latest/" && name != userData:
			name += "/"
		}
		all += crawl(t, h, path+name)
	}
	return all
}

// TestInstanceVersions: every version that is listed has the same tree.
func TestInstanceVersions(t *testing.T) {
	h := onInstance(Instance{Role: role})
	want := send(h, "GET", "/latest/meta-data/").Body.String()
	for version := range strings.SplitSeq(send(h, "GET", "/").Body.String(), "\n") {
		if w := send(h, "GET", "/"+version+"/meta-data/"); w.Code != 200 || w.Body.String() != want {
			t.Errorf("%s: got %d %q, want what the latest has", version, w.Code, w.Body)
		}
	}
}

// TestInstancesDiffer: another seed or host is another instance, and the same
// is the same, whoever asks.
func TestInstancesDiffer(t *testing.T) {
	const credentials, id = "/latest/meta-data/iam/security-credentials/" + role, "/latest/meta-data/instance-id"
	began := time.Now().Truncate(time.Second)
	instance := func(seed uint64, host int) *Handler {
		task := Identify(seed, host, "app", 0)
		task.Source = netip.MustParseAddr("192.0.2.1")
		return New(Config{Service: service.IMDS, Instance: Instance{Role: role}, Seed: seed, Tasks: []Task{task}, Began: began})
	}
	one := instance(1, 0)
	for _, path := range []string{credentials, id} {
		want := send(one, "GET", path, from("192.0.2.1:1")).Body.String()
		if got := send(one, "GET", path, from("198.51.100.1:1")).Body.String(); got != want {
			t.Errorf("%s: got %s for a stranger, want %s", path, got, want)
		}
		if got := send(instance(1, 0), "GET", path).Body.String(); got != want {
			t.Errorf("%s: got %s of the same seed, want %s", path, got, want)
		}
		for _, other := range []*Handler{instance(2, 0), instance(1, 1)} {
			if got := send(other, "GET", path).Body.String(); got == want {
				t.Errorf("%s: got %s of another instance too", path, got)
			}
		}
	}
	if w := send(instance(1, 1), "GET", id, headers(service.TokenHeader, token(t, one, "60"))); w.Code != 401 {
		t.Errorf("got %d for the token of another host, want 401", w.Code)
	}
}

// TestStrangersHops: the hop limit holds for callers that are no task of the
// server's, and a task is known by either of its addresses.
func TestStrangersHops(t *testing.T) {
	near := Task{Source: netip.MustParseAddr("192.0.2.1"), Source6: netip.IPv6Loopback(), Hops: 1}
	for _, test := range []struct {
		name   string
		limits Instance
		source string
		lost   bool
	}{
		{"far", Instance{Hops: 2}, "198.51.100.1:1", true},
		{"far, within the limit", Instance{Hops: 2, HopLimit: 2}, "198.51.100.1:1", false},
		{"on the instance", Instance{}, "198.51.100.1:1", false},
		{"a task", Instance{Hops: 2}, "192.0.2.1:1", false},
		{"a task, by its other address", Instance{Hops: 2}, "[::1]:1", false},
	} {
		s := onInstance(test.limits, near).surface
		q := &question{method: "PUT", path: "/latest/api/token", source: sourceOf(test.source)}
		q.asker = s.asker(q)
		if p := s.find(q); p.Lost != test.lost {
			t.Errorf("%s: got a token that is lost: %v, want %v", test.name, p.Lost, test.lost)
		}
	}
}

// TestInstanceAnswer is what the simulation is told.
func TestInstanceAnswer(t *testing.T) {
	const credentials = "/latest/meta-data/iam/security-credentials/"
	far := Task{Source: netip.MustParseAddr("192.0.2.1"), Hops: 2}
	optional := onInstance(Instance{Role: role}, far)
	required := onInstance(Instance{Role: role, TokensRequired: true, HopLimit: 2}, far)
	failing := onInstance(Instance{Role: role, Failure: unauthorized})
	for _, test := range []struct {
		name           string
		server         *Handler
		method, target string
		want           Answer
	}{
		{"token", required, "PUT", "/latest/api/token", Answer{Status: 200, Body: PlainDocument, Token: true, Route: service.TokenRoute}},
		{"token beyond the hop limit", optional, "PUT", "/latest/api/token", Answer{Status: 200, Body: PlainDocument, Token: true, Lost: true, Route: service.TokenRoute}},
		{"role", optional, "GET", credentials, Answer{Status: 200, Body: PlainDocument, Session: SessionOptional, Route: service.RoleRoute}},
		{"credentials", required, "GET", credentials + role, Answer{Status: 200, Body: CredentialsDocument, Expires: true, Session: SessionRequired, Route: service.CredentialsRoute}},
		{"credentials by placeholder", required, "GET", credentials + "{role}", Answer{Status: 200, Body: CredentialsDocument, Expires: true, Session: SessionRequired, Route: service.CredentialsRoute}},
		{"credentials, HEAD", optional, "HEAD", credentials + role, Answer{Status: 200, Session: SessionOptional, Route: service.CredentialsRoute}},
		{"credentials of a failure", failing, "GET", credentials + role, Answer{Status: 200, Body: ErrorJSON, Session: SessionOptional, Route: service.CredentialsRoute}},
		{"credentials without a role", onInstance(Instance{}), "GET", credentials + "{role}", Answer{Status: 404, Body: Text, Session: SessionOptional, Route: service.CredentialsRoute}},
		{"value", optional, "GET", "/latest/meta-data/instance-id", Answer{Status: 200, Body: PlainDocument, Session: SessionOptional, Route: service.MetadataRoute}},
		{"document", optional, "GET", "/latest/dynamic/instance-identity/document", Answer{Status: 200, Body: JSONDocument, Session: SessionOptional, Route: service.MetadataRoute}},
		{"off", onInstance(Instance{Disabled: true}), "PUT", "/latest/api/token", Answer{Status: 403, Body: Text, Route: service.TokenRoute}},
	} {
		test.want.Limited = true
		if got := test.server.Answer(test.method, test.target); got != test.want {
			t.Errorf("%s: got %+v, want %+v", test.name, got, test.want)
		}
	}
}

// TestInstanceRefusals: a refusal is a page, whatever the status.
func TestInstanceRefusals(t *testing.T) {
	for _, test := range []struct {
		status int
		title  string
	}{
		{503, "503 - Service Unavailable"},
		{429, "429 - Too Many Requests"},
		{420, "420"},
	} {
		h := New(Config{Service: service.IMDS, Endpoint: throttle.New(throttle.Config{
			Limits:   []throttle.Limit{{Rate: throttle.Rate{Tokens: 1, Seconds: 1}, Burst: 1, Scope: throttle.HostScope}},
			OnExceed: throttle.OnExceed{Status: test.status},
		})})
		send(h, "GET", "/")
		w := send(h, "PUT", "/latest/api/token", headers(service.TokenTTLHeader, "60"))
		if w.Code != test.status || !strings.Contains(w.Body.String(), "<h1>"+test.title+"</h1>") {
			t.Errorf("got %d %s, want a page of %q", w.Code, w.Body, test.title)
		}
		for name, want := range map[string]string{"Content-Type": "text/html", "Server": "EC2ws", "Connection": "close", service.TokenTTLHeader: ""} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%d: %s: got %q, want %q", test.status, name, got, want)
			}
		}
	}
}

// TestLongUserData: user data tells its length, however long it is.
func TestLongUserData(t *testing.T) {
	data := strings.Repeat("x", 16<<10)
	base := loopbackServer(t, onInstance(Instance{UserData: []byte(data)}))
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	for _, method := range []string{"GET", "HEAD"} {
		resp, body := ask(t, client, method, base+"/latest/user-data", nil)
		if resp.ContentLength != 16<<10 || method == "GET" && body != data {
			t.Errorf("%s: got length %d and %d bytes, want %d", method, resp.ContentLength, len(body), len(data))
		}
	}
}

// TestInstanceFaults: what becomes of the role's credentials when something is
// wrong with them.
func TestInstanceFaults(t *testing.T) {
	for _, test := range []struct {
		name    string
		fault   throttle.Fault
		status  int
		changed [2]string // what becomes of a part of the document
	}{
		{"missing field", throttle.Fault{Kind: throttle.MissingFieldFault, Field: "Code"}, 200, [2]string{"\n  \"Code\" : \"Success\",", ""}},
		{"missing field, not the first", throttle.Fault{Kind: throttle.MissingFieldFault, Field: "Type"}, 200, [2]string{",\n  \"Type\" : \"AWS-HMAC\"", ""}},
		{"missing field, the last", throttle.Fault{Kind: throttle.MissingFieldFault, Field: "Expiration"}, 200, [2]string{",\n  \"Expiration\" : \"2026-01-01T06:20:00Z\"", ""}},
		{"expired", throttle.Fault{Kind: throttle.ExpiryFault, Shift: -7 * time.Hour}, 200, [2]string{"2026-01-01T06:20:00Z", "2025-12-31T23:20:00Z"}},
		{"status", throttle.Fault{Kind: throttle.StatusFault, Status: 500}, 500, [2]string{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			began := time.Now().Truncate(time.Second)
			fixed := strings.NewReplacer(
				expiration(began, 0), "2026-01-01T00:00:00Z", expiration(began, 380*time.Minute), "2026-01-01T06:20:00Z",
				expiration(began, -40*time.Minute), "2025-12-31T23:20:00Z")
			h := New(Config{Service: service.IMDS, Instance: Instance{Role: role}, Seed: 1, Began: began})
			if err := h.Inject(test.fault); err != nil {
				t.Fatal(err)
			}
			w := send(h, "GET", "/latest/meta-data/iam/security-credentials/"+role)
			got := fixed.Replace(w.Body.String())
			want, err := os.ReadFile("testdata/imds-credentials.golden")
			if err != nil {
				t.Fatal(err)
			}
			if test.status != 200 {
				want = newPage(test.status)
			}
			if want := strings.Replace(string(want), test.changed[0], test.changed[1], 1); w.Code != test.status || got != want {
				t.Errorf("got %d %s, want %d %s", w.Code, got, test.status, want)
			}
		})
	}
}
