package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tenement/internal/imds"
	"tenement/internal/logfile"
	"tenement/internal/service"
	"tenement/internal/throttle"
)

// tracedID is an ID that a trace names.
const tracedID = "an-id-that-a-trace-names"

// outputs is a program with a host of each service, and all that it writes.
type outputs struct {
	hosts                           *hosts
	logs                            *logs
	audit, refusals, requests, said bytes.Buffer
}

// client is the address of the first task.
const client = "192.0.2.1:1234"

// services are those of the hosts.
var services = []service.Service{
	service.ECS, service.IMDS, service.PodIdentity, service.ECS, service.IMDS, service.PodIdentity, service.SecretsManager, service.ECR,
}

// newOutputs are outputs of hosts that serve every request, except the first three,
// which refuse it.
func newOutputs() *outputs {
	o := new(outputs)
	o.logs = &logs{audit: logfile.NewJournal(unclosed{&o.audit}), refusals: unclosed{&o.refusals}, requests: unclosed{&o.requests}}
	var configs []imds.Config
	for i, of := range services {
		// Every host issues credentials of its own, and is shown the others'.
		task := imds.Identify(1, i, "app", 0)
		task.Source = netip.MustParseAddrPort(client).Addr()
		c := imds.Config{
			Service: of, Seed: 1,
			API:   imds.APIConfig{Secrets: map[string]string{"made": "", "given": "hunter2-hunter2-hunter2"}},
			Tasks: []imds.Task{task}, Instance: imds.Instance{Role: "app", HopLimit: 1},
			Pod: imds.PodConfig{Tokens: throttle.PodTokens{Lifetime: time.Hour}}, Began: time.Now().Truncate(time.Second),
		}
		if i == 0 {
			c.Registered = []string{tracedID}
		}
		if i < 3 {
			c.Endpoint = throttle.New(throttle.Config{
				Limits: []throttle.Limit{{Rate: throttle.Rate{Tokens: 1, Seconds: 1e6}, Burst: 1, Scope: throttle.HostScope}}, Groups: 1,
			})
		}
		configs = append(configs, c)
	}
	o.hosts = newHosts(&options{admin: "-"}, configs, o.logs)
	for i := range 3 {
		path := []string{"/v1/credentials?id=x", "/", "/v1/credentials"}[i]
		o.send(i, fmt.Sprintf("GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", path)) // takes the one token of the bucket
	}
	return o
}

// send sends the bytes of a request to a host, and returns the answer, or nil if
// they are none.
func (o *outputs) send(host int, raw string) *httptest.ResponseRecorder {
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw)))
	if err != nil {
		return nil
	}
	r.RemoteAddr = client
	w := httptest.NewRecorder()
	o.hosts.all[host].handler.ServeHTTP(w, r)
	return w
}

// call asks the admin.
func (o *outputs) call(method, path, body string) string {
	r := httptest.NewRequest(http.MethodGet, "/", strings.NewReader(body))
	r.Method, r.URL.Path = method, path
	w := httptest.NewRecorder()
	o.hosts.api.ServeHTTP(w, r)
	return fmt.Sprint(w.Body.String(), w.Header())
}

// ask asks the admin with parameters.
func (o *outputs) ask(path string, query url.Values) string {
	w := httptest.NewRecorder()
	o.hosts.api.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path+"?"+query.Encode(), nil))
	return fmt.Sprint(w.Body.String(), w.Header())
}

// secrets are what the hosts have issued, by name.
func (o *outputs) secrets() map[string]string {
	ecs, instance := &o.hosts.all[3], o.hosts.all[4]
	task, pod := &ecs.config.Tasks[0], &o.hosts.all[5]
	var keys struct{ SecretAccessKey, Token string }
	w := o.send(3, "GET /v2/credentials/"+task.CredentialsID+" HTTP/1.1\r\nHost: a\r\n\r\n")
	must(0, json.Unmarshal(w.Body.Bytes(), &keys))
	token, _ := pod.config.Tasks[0].PodToken(1, pod.config.Pod.Tokens, pod.config.Began, 0)
	put := httptest.NewRequest(http.MethodPut, "/latest/api/token", nil)
	put.Header.Set("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "60")
	put.RemoteAddr = client
	session := httptest.NewRecorder()
	instance.handler.ServeHTTP(session, put)
	secret := func(name string) string {
		w := o.send(6, "POST /secretsmanager.GetSecretValue HTTP/1.1\r\nHost: a\r\nContent-Length: "+strconv.Itoa(15+len(name))+"\r\n\r\n"+`{"SecretId":"`+name+`"}`)
		var value struct{ SecretString string }
		must(0, json.Unmarshal(w.Body.Bytes(), &value))
		return value.SecretString
	}
	var login struct {
		AuthorizationData []struct{ AuthorizationToken []byte }
	}
	w = o.send(7, "POST /AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken HTTP/1.1\r\nHost: a\r\n\r\n")
	must(0, json.Unmarshal(w.Body.Bytes(), &login))
	return map[string]string{
		"made secret": secret("made"), "given secret": secret("given"),
		"registry password": strings.TrimPrefix(string(login.AuthorizationData[0].AuthorizationToken), "AWS:"),
		"credentials ID":    task.CredentialsID, "execution ID": task.ExecutionID, "endpoint ID": task.EndpointID,
		"ID of another host": o.hosts.all[1].config.Tasks[0].CredentialsID, "ID of a trace": tracedID,
		"secret key": keys.SecretAccessKey, "session token": keys.Token,
		"IMDS token": session.Body.String(), "pod token": token,
	}
}

// secretNames are the names of secrets in order.
var secretNames = []string{
	"credentials ID", "execution ID", "endpoint ID", "ID of another host", "ID of a trace",
	"secret key", "session token", "IMDS token", "pod token",
	"made secret", "given secret", "registry password",
}

// some writes the bytes of a text with a format where a bit of the mask says so.
func some(format, text string, mask uint64) string {
	var b strings.Builder
	for i, c := range []byte(text) {
		if mask>>(i%64)&1 == 1 {
			fmt.Fprintf(&b, format, c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// encodings write a secret in another way.
var encodings = []func(s string, mask uint64) string{
	func(s string, _ uint64) string { return s },
	func(s string, mask uint64) string { return some("%%%02x", s, mask) },
	func(s string, mask uint64) string { return some("%%%02X", s, mask) },
	func(s string, mask uint64) string { return some("%%25%02x", s, mask) },
	func(s string, mask uint64) string { return some("%%%02X", some("%%%02x", s, mask), mask>>7|mask<<57) },
	func(s string, mask uint64) string { return some(`\u%04x`, s, mask) },
	func(s string, mask uint64) string { return some(`%%5Cu%04X`, s, mask) },
	func(s string, _ uint64) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	func(s string, _ uint64) string { return base64.URLEncoding.EncodeToString([]byte(s)) },
	func(s string, _ uint64) string { return base64.RawURLEncoding.EncodeToString([]byte("a:" + s)) },
	func(s string, mask uint64) string {
		return some("%%%02x", base64.StdEncoding.EncodeToString([]byte("a"+s)), mask)
	},
	func(s string, _ uint64) string { return hex.EncodeToString([]byte(s)) },
	func(s string, mask uint64) string { return some("%%%02x", fmt.Sprintf("%X", s), mask) },
}

// positions put a text into a request: method, target, Host and User-Agent.
var positions = []string{
	"GET /TEXT", "GET /v2/credentials/TEXT", "GET /v4/TEXT/task", "GET /v3/x/TEXT", "GET /api/TEXT", "GET /latest/meta-data/TEXT",
	"GET /v1/credentials?id=TEXT", "GET /x?TEXT", "GET /x#TEXT", "TEXT /x", "GET http://TEXT/x",
	"GET /v1/credentials HTTP/1.1\r\nUser-Agent: TEXT\r\nX:", "GET /v1/credentials HTTP/1.1\r\nAuthorization: TEXT\r\nX:",
	"GET /v1/credentials HTTP/1.1\r\nX-Aws-Ec2-Metadata-Token: TEXT\r\nX:", "GET /v1/credentials HTTP/1.1\r\nX-Forwarded-For: TEXT\r\nX:",
	"PUT /latest/api/token HTTP/1.1\r\nX-Aws-Ec2-Metadata-Token-Ttl-Seconds: TEXT\r\nX:", "GET /v1/credentials?id=KNOWN HTTP/1.1\r\nUser-Agent: TEXT\r\nX:",
}

// FuzzSecrets shows the hosts what they have issued, in every part of a request
// and in every encoding, and the admin too: none of it is in anything that the
// program writes, in any encoding.
func FuzzSecrets(f *testing.F) {
	for secret := range secretNames {
		for position := range positions {
			f.Add(uint8(secret), uint8(position), uint8(secret+position), "", "", ^uint64(0))
		}
		for encoding := range encodings {
			switch (secret + encoding) % 4 {
			case 0:
				f.Add(uint8(secret), uint8(secret+encoding), uint8(encoding), "a/", "/b", uint64(0x5a5a5a5a5a5a5a5a))
			case 1:
				f.Add(uint8(secret), uint8(0), uint8(encoding), "&1", "%5c", uint64(0x924924924924924))
			case 2:
				f.Add(uint8(secret), uint8(9), uint8(encoding), "", "", ^uint64(0))
			case 3:
				f.Add(uint8(secret), uint8(0), uint8(encoding), strings.Repeat("x", 250), "", ^uint64(0))
			}
		}
	}
	f.Fuzz(func(t *testing.T, secret, position, encoding uint8, before, after string, mask uint64) {
		o := newOutputs()
		name := secretNames[int(secret)%len(secretNames)]
		value := o.secrets()[name]
		text := before + encodings[int(encoding)%len(encodings)](value, mask) + after
		known := o.hosts.all[3].config.Tasks[0].CredentialsID
		head := strings.NewReplacer("TEXT", text, "KNOWN", known).Replace(positions[int(position)%len(positions)])
		raw := head + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
		for i := range o.hosts.all {
			o.send(i, raw)
		}
		fault := must(json.Marshal(map[string]any{"fault": text, "kind": "reset", "share": 0.5, "from": "1h"}))
		told := map[string]string{
			"the answer to a new limit":        o.call("POST", "/v1/hosts/2/limits", string(must(json.Marshal(map[string]any{"limit": text, "rate": "1/s", "burst": 1})))),
			"the answer to a bad new limit":    o.call("POST", "/v1/hosts/0/limits", string(must(json.Marshal(map[string]any{"limit": "l", "rate": text, "burst": 1, text: 1})))),
			"the answer to new credentials":    o.call("POST", "/v1/credentials", string(must(json.Marshal(map[string]any{"expires_in": text})))),
			"GET /v1/requests?task":            o.ask("/v1/requests", url.Values{"task": {text}, "since": {"x"}}),
			"GET /v1/requests?route":           o.ask("/v1/requests", url.Values{"route": {text}}),
			"GET /v1/requests?TEXT":            o.ask("/v1/requests", url.Values{text: {text}}),
			"the answer to a fault":            o.call("POST", "/v1/hosts/all/faults", string(fault)),
			"the answer to the same fault":     o.call("POST", "/v1/hosts/0/faults", string(fault)),
			"the answer to a wrong host":       o.call("GET", "/v1/hosts/"+text+"/faults", ""),
			"the answer to a wrong limit":      o.call("PUT", "/v1/hosts/0/limits/"+text, "{}"),
			"the answer to a wrong method":     o.call(text, "/v1/state", ""),
			"the answer to a wrong path":       o.call("GET", "/"+text, ""),
			"the answer to a key without room": o.call("PUT", "/v1/hosts/0/limits/0", strconv.Quote(text)),
			"GET /v1/state":                    o.call("GET", "/v1/state", ""),
			"GET /v1/refusals":                 o.call("GET", "/v1/refusals", ""),
			"GET /v1/requests":                 o.call("GET", "/v1/requests", ""),
			"GET /metrics":                     o.call("GET", "/metrics", ""),
		}
		errorLog := o.hosts.errorLog(&o.said)
		errorLog.Printf("http: panic serving %s: %q: %s", client, text, text)
		must(0, o.logs.close(o.hosts.api))
		told["stderr"], told["the log"], told["the log of requests"] = o.said.String(), o.refusals.String(), o.requests.String()
		if !showsEndpoint(raw, name, value) {
			told["the audit log"] = o.audit.String()
		}
		for place, output := range told {
			if holds(output, value) {
				t.Fatalf("%s, sent as %q: got %q from %s", name, raw, output, place)
			}
		}
		for line := range strings.Lines(o.refusals.String() + o.requests.String()) {
			if !json.Valid([]byte(line)) {
				t.Fatalf("%s, sent as %q: got %q, which is no JSON", name, raw, line)
			}
		}
	})
}

// showsEndpoint reports whether a request has an endpoint ID, or what may be one,
// where the agent writes it to its audit log.
func showsEndpoint(raw, name, value string) bool {
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw)))
	if err != nil || name != "endpoint ID" && name != "ID of a trace" {
		return false
	}
	for _, prefix := range []string{"/v3/", "/v4/", "/api/"} {
		rest, ok := strings.CutPrefix(r.URL.Path, prefix)
		if id, _, _ := strings.Cut(rest, "/"); ok && id == value {
			return true
		}
	}
	return false
}

// The encodings that holds reads.
var (
	escape      = regexp.MustCompile(`%[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\["\\/]`)
	urlAlphabet = strings.NewReplacer("+", "-", "/", "_")
)

const base64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"

// runs are the parts of a text that consist of digits and have at least so many.
func runs(text, digits string, least int) []string {
	var digit [256]bool
	for _, c := range []byte(digits) {
		digit[c] = true
	}
	all := strings.FieldsFunc(text, func(c rune) bool { return c > 255 || !digit[c] })
	return slices.DeleteFunc(all, func(run string) bool { return len(run) < least })
}

// holds reports whether a text holds a secret in any encoding. It works
// differently from package redact, and takes its time.
func holds(text, secret string) bool {
	secret = strings.ToLower(secret)
	plain := func(s string) bool { return strings.Contains(strings.ToLower(s), secret) }
	for range 5 {
		if plain(text) {
			return true
		}
		for _, run := range runs(text, "0123456789abcdefABCDEF", 40) {
			for range 2 {
				if b, _ := hex.DecodeString(run[:len(run)&^1]); plain(string(b)) {
					return true
				}
				run = run[1:]
			}
		}
		for _, run := range runs(text, base64Digits, 20) {
			run = urlAlphabet.Replace(run)
			for range 4 {
				// What it cannot decode is at most the last digit.
				if b, _ := base64.RawURLEncoding.DecodeString(run); plain(string(b)) {
					return true
				}
				run = run[1:]
			}
		}
		if !strings.ContainsAny(text, `%\`) {
			break
		}
		text = escape.ReplaceAllStringFunc(text, func(e string) string {
			switch e[1] {
			case 'u':
				n := must(strconv.ParseUint(e[2:], 16, 16))
				return string(rune(n))
			case '"', '\\', '/':
				if e[0] == '\\' {
					return e[1:]
				}
			}
			return string([]byte{byte(must(strconv.ParseUint(e[1:], 16, 8)))})
		})
	}
	return false
}

// TestHolds: FuzzSecrets can see what it looks for.
func TestHolds(t *testing.T) {
	o := newOutputs()
	for _, name := range secretNames {
		secret := o.secrets()[name]
		if secret == "" {
			t.Fatalf("no %s", name)
		}
		for i, encode := range encodings {
			text := must(json.Marshal("/x" + encode(secret, 0x5a5a5a5a5a5a5a5a) + "/y"))
			if !holds(string(text), secret) {
				t.Errorf("%s in encoding %d: not seen in %s", name, i, text)
			}
			if holds(strings.ReplaceAll(string(text), "x", "y"), secret+"z") {
				t.Errorf("%s in encoding %d: seen where it is not", name, i)
			}
		}
	}
	must(0, o.logs.close(o.hosts.api))
}
