package profiles

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"tenement/internal/form"
	"tenement/internal/service"
	"tenement/internal/throttle"
)

// What a fault is written as is what it was read from: the words are those of
// the profile.
func TestFaultJSON(t *testing.T) {
	for _, text := range []string{
		`{"fault":"f","kind":"slow","from":"1s","for":"2m","share":0.3,"routes":["credentials","stats"],"latency":{"p50":"200ms","p99":"4s"}}`,
		`{"fault":"f","kind":"slow","latency":{"p50":"1.234567s","p99":"1.234567s"}}`,
		`{"fault":"f","kind":"slow","latency":{"p50":"2ms","p99":"15ms"}}`,
		`{"fault":"f","kind":"status","status":503,"body":"<no> \"service\"\n"}`,
		`{"fault":"f","kind":"hang"}`,
		`{"fault":"f","kind":"reset"}`,
		`{"fault":"f","kind":"cut","after":"5s"}`,
		`{"fault":"f","kind":"truncate"}`,
		`{"fault":"f","kind":"malformed"}`,
		`{"fault":"f","kind":"empty"}`,
		`{"fault":"f","kind":"missing-field"}`,
		`{"fault":"f","kind":"missing-field","field":"Token"}`,
		`{"fault":"f","kind":"expiry","shift":"-1h"}`,
		`{"fault":"f","kind":"status","status":503,"after":2,"count":7,"scope":"task"}`,
		`{"fault":"f","kind":"cut","after":"2s","count":7}`,
		`{"fault":"f","kind":"answers","after":1,"scope":"task","answers":[429,"ok"]}`,
		`{"fault":"f","kind":"answers","answers":[429,"429json","429ra:5","slow:0.5","expired:60","ok:15m","ok"],"stay":true}`,
		`{"fault":"f","kind":"tags","latency":{"p50":"4s","p99":"6s"}}`,
		`{"fault":"f","kind":"restart","for":"5s","pending":"10s"}`,
	} {
		f, err := ReadFault(service.ECS, []byte(text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		var want, got any
		_ = json.Unmarshal([]byte(text), &want)
		if err := json.Unmarshal(FaultJSON(f), &got); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if got, want := marshal(got), marshal(want); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func marshal(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

// A fault may be called nothing, and what is written as a sequence is its answers.
func TestReadFaultForms(t *testing.T) {
	for text, want := range map[string]string{
		`{"kind":"hang"}`:                                      `{"kind":"hang"}`,
		`{"fault":"f","sequence":[429,429,"ok"]}`:              `{"fault":"f","kind":"answers","answers":[429,429,"ok"]}`,
		`{"fault":"f","sequence":["hang"],"scope":"task"}`:     `{"fault":"f","kind":"answers","scope":"task","answers":["hang"]}`,
		`{"fault":"f","kind":"answers","sequence":["slow:2"]}`: `{"fault":"f","kind":"answers","answers":["slow:2"]}`,
	} {
		f, err := ReadFault(service.ECS, []byte(text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := string(FaultJSON(f)); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func TestReadFaultErrors(t *testing.T) {
	for _, test := range []struct{ text, path, want string }{
		{`{"fault":"f"}`, "", "kind is missing"},
		{`{"answers":[429],"sequence":[429]}`, "", "sequence and answers are the same"},
		{`{"kind":"hang","count":0}`, "count", "0: want"},
		{`{"kind":"hang","after":-1}`, "after", "-1: want"},
		{`{"kind":"hang","after":"1s"}`, "after", "1s: want a number of requests"},
		{`{"kind":"cut","after":3}`, "", "cut: want after how long"},
		{`{"kind":"hang","scope":"task"}`, "", "scope task: the fault counts nothing"},
		{`{"kind":"hang","count":1,"scope":"ip"}`, "scope", "want host or task"},
		{`{"kind":"restart","for":"1s","count":1}`, "", `kind restart has no "count"`},
		{`{"kind":"answers","answers":[429],"count":1}`, "", `kind answers has no "count"`},
		{`{"fault":"f","kind":"hangs"}`, "kind", `want slow, status, hang, reset, cut, truncate, malformed, empty, missing-field, expiry, tags, restart or answers, got "hangs"; did you mean "hang"?`},
		{`{"fault":"f","kind":"hang","share":2}`, "share", "2: want a fraction from 0 to 1"},
		{`{"fault":"f","kind":"hang","sahre":0.5}`, "", `unknown key "sahre"; did you mean "share"?`},
		{`{"fault":"f","kind":"hang","routes":["token"]}`, "routes", "the service ecs has only credentials, metadata, tags, stats and protection"},
		{`{"fault":"f","kind":"hang","kind":"reset"}`, "", `duplicate key "kind"`},
		{`["hang"]`, "", "want a mapping with"},
		{`{"fault":"f","kind":"status","status":503,"body":[]}`, "body", "want text, got a list"},
	} {
		_, err := ReadFault(service.ECS, []byte(test.text))
		var one *form.Error
		if !errors.As(err, &one) {
			t.Errorf("%s: got %v, want an Error", test.text, err)
			continue
		}
		if one.Path != test.path || !strings.HasPrefix(one.Message, test.want) || one.Line != 0 {
			t.Errorf("%s: got %q: %q, want %q: %q", test.text, one.Path, one.Message, test.path, test.want)
		}
	}
	for _, text := range []string{"", "kind: hang", `{"kind":}`, `{}{}`, `{} x`} {
		if _, err := ReadFault(service.ECS, []byte(text)); err == nil || !strings.HasPrefix(err.Error(), "not JSON: ") {
			t.Errorf("%q: got %v, want that it is no JSON", text, err)
		}
	}
}

func TestLimitJSON(t *testing.T) {
	second := throttle.Rate{Tokens: 40, Seconds: 1}
	for _, test := range []struct {
		limit        throttle.Limit
		want, change string
		then         string
	}{
		{throttle.Limit{Rate: second, Burst: 60, Scope: throttle.IPPathScope},
			`{"rate":"40/s","burst":60,"scope":"ip+path","kind":"token-bucket"}`, `{"rate":"80/s"}`,
			`{"rate":"80/s","burst":60,"scope":"ip+path","kind":"token-bucket"}`},
		{throttle.Limit{Name: "total", Rate: second, Burst: 60, RefusalCost: 1, OnExceed: &throttle.OnExceed{Status: 503, RetryAfter: time.Second}},
			`{"limit":"total","rate":"40/s","burst":60,"scope":"host","refusal_cost":1,"on_exceed":{"status":503,"retry_after":"1s"},"kind":"token-bucket"}`,
			`{"burst":5,"refusal_cost":0}`,
			`{"limit":"total","rate":"40/s","burst":5,"scope":"host","on_exceed":{"status":503,"retry_after":"1s"},"kind":"token-bucket"}`},
		{throttle.Limit{Kind: throttle.FixedWindow, Count: 5, Window: time.Minute},
			`{"kind":"fixed-window","count":5,"window":"1m","scope":"host"}`, `{"window":"2m"}`,
			`{"kind":"fixed-window","count":5,"window":"2m","scope":"host"}`},
		{throttle.Limit{Kind: throttle.LeakyBucket, Rate: second, Burst: 7},
			`{"kind":"leaky-bucket","rate":"40/s","queue":7,"scope":"host"}`, `{"queue":0}`,
			`{"kind":"leaky-bucket","rate":"40/s","queue":0,"scope":"host"}`},
		{throttle.Limit{Kind: throttle.Concurrency, Count: 3, Scope: throttle.TaskScope},
			`{"kind":"concurrency","count":3,"scope":"task"}`, `{"count":4}`, `{"kind":"concurrency","count":4,"scope":"task"}`},
		{throttle.Limit{Rate: throttle.Rate{Tokens: 1024, Seconds: 1}, Burst: 1024, Cost: 10, OnExceed: &throttle.OnExceed{Action: throttle.Drop}},
			`{"kind":"packet-rate","rate":"1024/s","burst":1024,"packets":10,"scope":"host"}`, `{"packets":12}`,
			`{"kind":"packet-rate","rate":"1024/s","burst":1024,"packets":12,"scope":"host"}`},
	} {
		if got := string(LimitJSON(test.limit)); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
		l, err := ReadLimit(test.limit, []byte(test.change))
		if err != nil {
			t.Errorf("%s: %v", test.change, err)
			continue
		}
		if got := string(LimitJSON(l)); got != test.then {
			t.Errorf("%s: got  %s\nwant %s", test.change, got, test.then)
		}
		if l.Kind != test.limit.Kind || l.Scope != test.limit.Scope || l.Name != test.limit.Name {
			t.Errorf("%s: got %+v, of another kind, scope or name", test.change, l)
		}
	}
}

// What JSON escapes and YAML does not, as PHP and Python write it.
func TestReadFaultEscapes(t *testing.T) {
	f, err := ReadFault(service.ECS, []byte(`{"fault":"f","kind":"status","status":500,"body":"\/\ud83d\ude00\u0000\n"}`))
	if want := "/\U0001f600\x00\n"; err != nil || f.Body != want {
		t.Errorf("got %q, %v, want %q", f.Body, err, want)
	}
}

func TestReadLimitErrors(t *testing.T) {
	bucket := throttle.Limit{Rate: throttle.Rate{Tokens: 40, Seconds: 1}, Burst: 60}
	for _, test := range []struct{ text, path, want string }{
		{`{}`, "", "changes nothing"},
		{`[]`, "", "want a mapping with"},
		{`{"rate":40}`, "rate", "40 has no unit"},
		{`{"rate":"0/s"}`, "rate", `rate "0/s": want more than 0`},
		{`{"burst":0}`, "burst", "0: want at least 1"},
		{`{"count":5}`, "", `kind token-bucket has no "count"`},
		{`{"scope":"host"}`, "", `unknown key "scope"`},
		{`{"at":"1s","rate":"1/s"}`, "", `unknown key "at"`},
		{`{"refusal_cost":100}`, "", "refusal cost 100: want 0 to the burst, 60"},
	} {
		_, err := ReadLimit(bucket, []byte(test.text))
		var one *form.Error
		if !errors.As(err, &one) {
			t.Errorf("%s: got %v, want an Error", test.text, err)
			continue
		}
		if one.Path != test.path || !strings.HasPrefix(one.Message, test.want) {
			t.Errorf("%s: got %q: %q, want %q: %q", test.text, one.Path, one.Message, test.path, test.want)
		}
	}
}
