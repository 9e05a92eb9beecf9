package profiles

import (
	"encoding/json"
	"time"

	"tenement/internal/draw"
	"tenement/internal/form"
	"tenement/internal/service"
	"tenement/internal/throttle"
)

// ReadFault reads a fault as JSON, with the keys and the values that it has in
// `endpoint.faults`, for a service. It may have no name. The error is form.Errors, without
// positions, or says that the text is no JSON.
func ReadFault(of service.Service, text []byte) (throttle.Fault, error) {
	n, err := form.ParseJSON(text)
	if err != nil {
		return throttle.Fault{}, err
	}
	var r form.Reader
	nameless := n.Kind == form.Mapping && n.Get("fault") == nil
	if nameless {
		n.Pairs = append([]form.Pair{{Key: form.Plain("fault"), Value: form.Plain("unnamed")}}, n.Pairs...)
	}
	v := faultForm().Read(&r, n, "")
	if nameless {
		v.Name = ""
	}
	if len(r.Errs) == 0 {
		v.checkService(&r, n, "", of)
	}
	if len(r.Errs) > 0 {
		return throttle.Fault{}, r.Errs
	}
	return v.compiled(func(l latency) *draw.Table { return draw.LogNormal(l.P50, l.P99) }), nil
}

// ReadLimit is a limit after a change given as JSON, with the keys that a
// change has in a limit's `schedule`, except `at`. Its errors are like those of
// ReadFault.
func ReadLimit(was throttle.Limit, text []byte) (throttle.Limit, error) {
	n, err := form.ParseJSON(text)
	if err != nil {
		return throttle.Limit{}, err
	}
	var r form.Reader
	now := writtenLimit(was)
	c := form.Object(change{}, changeKeys(), nil).Read(&r, n, "")
	if len(r.Errs) == 0 {
		now.checkKeys(&r, n, "")
	}
	if n.Kind == form.Mapping && len(n.Pairs) == 0 {
		r.Fail(n, "", "changes nothing")
	}
	if len(r.Errs) == 0 {
		now = now.changed(&c)
		now.check(&r, n, "")
	}
	if len(r.Errs) > 0 {
		return throttle.Limit{}, r.Errs
	}
	return now.compiled(), nil
}

// FaultJSON is a fault as ReadFault reads it. Defaults are omitted.
func FaultJSON(f throttle.Fault) json.RawMessage {
	v := fault{
		Name: f.Name, Kind: f.Kind.String(), From: f.From, For: f.For, Share: f.Share, Routes: f.Routes,
		Status: f.Status, Body: f.Body, Shift: f.Shift, Field: f.Field,
		Answers: f.Answers, Stay: f.Stay,
		Count: f.Count, After: after{skip: f.Skip}, Scope: f.Scope,
	}
	if v.Share == 0 {
		v.Share = 1 // either is all
	}
	switch f.Kind {
	case throttle.CutFault:
		v.After.wait = f.After
	case throttle.RestartFault:
		v.Pending = f.After
	case throttle.MissingFieldFault:
		v.Field = f.Missing()
	}
	if f.Latency != nil {
		v.Latency.P50, v.Latency.P99 = quantiles(f.Latency)
	}
	return faultForm().Write(v, false).JSON()
}

// LimitJSON is a limit with the keys and the values that it has in a profile,
// its kind and its defaults included, without its schedule.
func LimitJSON(l throttle.Limit) json.RawMessage {
	name := ""
	if l.Name != "" {
		name = "limit"
	}
	v := writtenLimit(l)
	n := limitKinds(name).Form().Write(v, true)
	if n.Get(form.KindKey) == nil {
		n.Pairs = append(n.Pairs, form.Pair{Key: form.Plain(form.KindKey), Value: form.Plain(v.Kind)})
	}
	return n.JSON()
}

// writtenLimit is the limit as a profile has it, the inverse of limit.compiled.
func writtenLimit(l throttle.Limit) limit {
	v := limit{
		Name: l.Name, Kind: l.Kind.String(), Rate: l.Rate, Burst: l.Burst, Count: l.Count, Window: l.Window,
		Scope: l.Scope, RefusalCost: l.RefusalCost, OnExceed: l.OnExceed,
	}
	switch {
	case l.Kind == throttle.LeakyBucket:
		v.Burst, v.Queue = 0, l.Burst
	case l.Cost > 0:
		v.Kind, v.Packets = packetRate, l.Cost
	}
	return v
}

// quantiles are the median of a table, exactly, and its 99th percentile to
// three digits: within what a table keeps of it.
func quantiles(t *draw.Table) (p50, p99 time.Duration) {
	const half = 1 << 63 // the half of the draws above the median begins there
	p50, p99 = t.At(half), t.At(half+half/100*98)
	unit := time.Duration(1)
	for p99/unit >= 1000 {
		unit *= 10
	}
	return p50, max(p50, p99.Round(unit))
}
