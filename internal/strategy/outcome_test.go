package strategy

import (
	"testing"
	"time"
)

// Every failure is of one condition, and besides of OnThrottleCode or OnText if its
// body is so.
func TestConditionsOfOutcomes(t *testing.T) {
	status := func(code uint16) Outcome { return Outcome{Status: code, Body: BodyText} }
	rows := []struct {
		o      Outcome
		want   Conditions
		result Result
	}{
		{status(400), On400 | OnText, Rejected},
		{status(401), On401 | OnText, Rejected},
		{status(403), On403 | OnText, Rejected},
		{status(404), On404 | OnText, Rejected},
		{status(405), On405 | OnText, Rejected},
		{status(418), OnFurther4xx | OnText, Rejected},
		{status(429), On429 | OnText, Throttled},
		{status(499), OnFurther4xx | OnText, Rejected},
		{status(500), On500 | OnText, Error},
		{status(501), On5xx | OnText, Error},
		{status(502), On502 | OnText, Error},
		{status(503), On503 | OnText, Error},
		{status(504), On504 | OnText, Error},
		{status(505), On5xx | OnText, Error},
		{Outcome{Status: 418, Body: BodyErrorJSON}, OnFurther4xx, Rejected},
		{status(204), OnMalformed, Malformed},
		{code429, On400 | OnThrottleCode, Throttled},
		{Outcome{Status: 503, Body: BodyThrottleJSON}, On503 | OnThrottleCode, Throttled},
		{dialTimeout, OnConnectTimeout, Timeout},
		{readTimeout, OnResponseTimeout, Timeout},
		{refused, OnRefused, Refused},
		{reset, OnReset, Reset},
		{truncated, OnTruncated, Truncated},
		{malformed, OnMalformed, Malformed},
		{missingField, OnMissingField, Malformed},
		{emptyObject, OnEmpty, Malformed},
	}
	var all Conditions
	for _, r := range rows {
		if got := condition(&r.o); got != r.want {
			t.Errorf("%+v: got condition %b, want %b", r.o, got, r.want)
		}
		if got := r.o.Result(); got != r.result || !got.Failed() {
			t.Errorf("%+v: got %v, want %v", r.o, got, r.result)
		}
		all |= r.want
	}
	if all != OnEvery|OnText { // every text has a status, which OnEvery has
		t.Errorf("OnEvery lacks %b, and no row has %b", all&^OnEvery, OnEvery&^all)
	}
	if o := good(hour); o.Result() != OK || OK.Failed() || Stale.Failed() {
		t.Error("a success is a failure")
	}
}

func TestErrorBody(t *testing.T) {
	for body, want := range map[string]BodyKind{
		"":                            BodyText,
		" \n":                         BodyText,
		"Too Many Requests":           BodyText,
		"429":                         BodyText, // JSON, but neither object nor string
		`{"code":`:                    BodyText,
		`{}`:                          BodyErrorJSON,
		` {"code":"AccessDenied"} `:   BodyErrorJSON,
		`"no such endpoint"`:          BodyErrorJSON,
		`{"code":4}`:                  BodyErrorJSON,
		`{"code":"SlowDown"}`:         BodyThrottleJSON,
		`{"Code":"Throttling","a":1}`: BodyThrottleJSON,
	} {
		if got := ErrorBody([]byte(body)); got != want {
			t.Errorf("%q: got kind %d, want %d", body, got, want)
		}
	}
}

func TestNeeds(t *testing.T) {
	for field, want := range map[string]bool{
		"AccessKeyId": true, "SecretAccessKey": true, "Token": true, "Expiration": true,
		"RoleArn": false, "AccountId": false, "": false,
	} {
		if got := Needs(field); got != want {
			t.Errorf("%q: got %v, want %v", field, got, want)
		}
	}
}

// An attempt travels for 1 ns to 100 µs, ends included.
func TestRequestDraws(t *testing.T) {
	for draw, want := range map[uint64]time.Duration{0: 1, 1 << 63: 50_001, 1<<64 - 1: 100 * time.Microsecond} {
		if got := (Request{Draw: draw}).Delay(); got != want {
			t.Errorf("draw %x: travels for %v, want %v", draw, got, want)
		}
	}
	if got := (Request{Draw: 0xabcdef_0123456789}).Order(); got != 0x0123456789 {
		t.Errorf("got the order %x, want the low 40 bits", got)
	}
}
