package strategy_test

import (
	"testing"
	"time"

	"tenement/internal/strategy"
	"tenement/internal/strategy/strategytest"
)

// Every failure is of one condition, and besides of OnThrottleCode or OnText if its
// body is so.
func TestConditionsOfOutcomes(t *testing.T) {
	status := func(code uint16) strategy.Outcome { return strategy.Outcome{Status: code, Body: strategy.BodyText} }
	rows := []struct {
		o      strategy.Outcome
		want   strategy.Conditions
		result strategy.Result
	}{
		{status(400), strategy.On400 | strategy.OnText, strategy.Rejected},
		{status(401), strategy.On401 | strategy.OnText, strategy.Rejected},
		{status(403), strategy.On403 | strategy.OnText, strategy.Rejected},
		{status(404), strategy.On404 | strategy.OnText, strategy.Rejected},
		{status(405), strategy.On405 | strategy.OnText, strategy.Rejected},
		{status(418), strategy.OnFurther4xx | strategy.OnText, strategy.Rejected},
		{status(429), strategy.On429 | strategy.OnText, strategy.Throttled},
		{status(499), strategy.OnFurther4xx | strategy.OnText, strategy.Rejected},
		{status(500), strategy.On500 | strategy.OnText, strategy.Error},
		{status(501), strategy.On5xx | strategy.OnText, strategy.Error},
		{status(502), strategy.On502 | strategy.OnText, strategy.Error},
		{status(503), strategy.On503 | strategy.OnText, strategy.Error},
		{status(504), strategy.On504 | strategy.OnText, strategy.Error},
		{status(505), strategy.On5xx | strategy.OnText, strategy.Error},
		{strategy.Outcome{Status: 418, Body: strategy.BodyErrorJSON}, strategy.OnFurther4xx, strategy.Rejected},
		{status(204), strategy.OnMalformed, strategy.Malformed},
		{strategytest.Code429, strategy.On400 | strategy.OnThrottleCode, strategy.Throttled},
		{strategy.Outcome{Status: 503, Body: strategy.BodyThrottleJSON}, strategy.On503 | strategy.OnThrottleCode, strategy.Throttled},
		{strategytest.DialTimeout, strategy.OnConnectTimeout, strategy.Timeout},
		{strategytest.ReadTimeout, strategy.OnResponseTimeout, strategy.Timeout},
		{strategytest.Refused, strategy.OnRefused, strategy.Refused},
		{strategytest.Reset, strategy.OnReset, strategy.Reset},
		{strategytest.Truncated, strategy.OnTruncated, strategy.Truncated},
		{strategytest.Malformed, strategy.OnMalformed, strategy.Malformed},
		{strategytest.MissingField, strategy.OnMissingField, strategy.Malformed},
		{strategytest.EmptyObject, strategy.OnEmpty, strategy.Malformed},
	}
	var all strategy.Conditions
	for _, r := range rows {
		if got := strategy.Condition(&r.o); got != r.want {
			t.Errorf("%+v: got condition %b, want %b", r.o, got, r.want)
		}
		if got := r.o.Result(); got != r.result || !got.Failed() {
			t.Errorf("%+v: got %v, want %v", r.o, got, r.result)
		}
		all |= r.want
	}
	if all != strategy.OnEvery|strategy.OnText { // every text has a status, which OnEvery has
		t.Errorf("OnEvery lacks %b, and no row has %b", all&^strategy.OnEvery, strategy.OnEvery&^all)
	}
	if o := strategytest.Good(hour); o.Result() != strategy.OK || strategy.OK.Failed() || strategy.Stale.Failed() {
		t.Error("a success is a failure")
	}
}

func TestErrorBody(t *testing.T) {
	for body, want := range map[string]strategy.BodyKind{
		"":                            strategy.BodyText,
		" \n":                         strategy.BodyText,
		"Too Many Requests":           strategy.BodyText,
		"429":                         strategy.BodyText, // JSON, but neither object nor string
		`{"code":`:                    strategy.BodyText,
		`{}`:                          strategy.BodyErrorJSON,
		` {"code":"AccessDenied"} `:   strategy.BodyErrorJSON,
		`"no such endpoint"`:          strategy.BodyErrorJSON,
		`{"code":4}`:                  strategy.BodyErrorJSON,
		`{"code":"SlowDown"}`:         strategy.BodyThrottleJSON,
		`{"Code":"Throttling","a":1}`: strategy.BodyThrottleJSON,
		`{"__type":"ThrottlingException","message":"Rate exceeded"}`: strategy.BodyThrottleJSON,
		`{"__type":"com.amazonaws.ssm#ThrottlingException"}`:         strategy.BodyThrottleJSON,
		`{"__type":"AccessDeniedException"}`:                         strategy.BodyErrorJSON,
	} {
		if got := strategy.ErrorBody([]byte(body)); got != want {
			t.Errorf("%q: got kind %d, want %d", body, got, want)
		}
	}
}

func TestNeeds(t *testing.T) {
	for field, want := range map[string]bool{
		"AccessKeyId": true, "SecretAccessKey": true, "Token": true, "Expiration": true,
		"RoleArn": false, "AccountId": false, "": false,
	} {
		if got := strategy.Needs(field); got != want {
			t.Errorf("%q: got %v, want %v", field, got, want)
		}
	}
}

// An attempt travels for 1 ns to 100 µs, ends included.
func TestRequestDraws(t *testing.T) {
	for draw, want := range map[uint64]time.Duration{0: 1, 1 << 63: 50_001, 1<<64 - 1: 100 * time.Microsecond} {
		if got := (strategy.Request{Draw: draw}).Delay(); got != want {
			t.Errorf("draw %x: travels for %v, want %v", draw, got, want)
		}
	}
	if got := (strategy.Request{Draw: 0xabcdef_0123456789}).Order(); got != 0x0123456789 {
		t.Errorf("got the order %x, want the low 40 bits", got)
	}
}
