package process

import (
	"context"
	"errors"
	"fmt"

	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/timeline"
)

// Fingerprint is the strategy that a client was seen to have.
type Fingerprint struct {
	Strategy strategy.Strategy
	Seen     []string // what was seen, a line each
	// Unknown is what was not probed, or was seen and has no place in a Strategy.
	Unknown []string
}

// ErrBroken is the error of a client that fails although nothing is wrong.
var ErrBroken = errors.New("the client fails although every answer is good")

// Probe runs a client through a fixed battery (each answer of the vocabulary alone,
// credentials of several lifetimes, a call that is throttled 20 times over) and
// returns the strategy behind what it did. Of the Config it takes the command, the
// service and the timeout of a call. progress, which may be nil, is called with how
// many runs of the battery are over, of how many so far.
func Probe(ctx context.Context, c Config, progress func(done, of int)) (Fingerprint, error) {
	b := &battery{config: c, progress: progress}
	f := &fingerprint{battery: b, tries: make(map[string]int)}
	first := &cell{answers: "ok"}
	if err := b.run(ctx, many, first); err != nil {
		return Fingerprint{}, err
	}
	if one := &first.made[0]; one.result != "ok" {
		return Fingerprint{}, fmt.Errorf("%w: %s: %s", ErrBroken, one.result, one.err)
	} else if len(asked(c.Service, one, credentials)) == 0 {
		return Fingerprint{}, fmt.Errorf("%w: it never asked for credentials", ErrBroken)
	}
	if err := f.probe(ctx); err != nil {
		return Fingerprint{}, err
	}
	return f.Fingerprint, nil
}

// credentials is the leg that every service has.
const credentials = "credentials"

// fingerprint is a Fingerprint in the making.
type fingerprint struct {
	Fingerprint
	battery *battery
	tries   map[string]int // of a call, by the answer that it gets
	twice   bool           // a first use that fails loads once more
	backoff *strategy.Backoff
}

func (f *fingerprint) saw(format string, args ...any) {
	f.Seen = append(f.Seen, fmt.Sprintf(format, args...))
}

func (f *fingerprint) unknown(format string, args ...any) {
	f.Unknown = append(f.Unknown, fmt.Sprintf(format, args...))
}

// probe runs the battery and reads it.
func (f *fingerprint) probe(ctx context.Context) error {
	single := make([]*cell, len(outcomes))
	for i, o := range outcomes {
		single[i] = &cell{answers: o.answer, routes: service.CredentialsRoute}
		if f.battery.speaks && o.answer != "hang" {
			single[i].calls = 2
		}
	}
	patient := &cell{answers: fmt.Sprintf("429ra:%d,ok", retryAfter), routes: service.CredentialsRoute}
	expired := &cell{answers: "expired:600"}
	cells := append([]*cell{patient, expired}, single...)
	kept, failing, flight := f.cacheCells()
	cells = append(append(append(cells, kept...), failing...), flight...)
	token := f.tokenCells()
	if err := f.battery.run(ctx, many, append(cells, token...)...); err != nil {
		return err
	}
	f.readTries(single)
	if err := f.readWaits(ctx, single); err != nil {
		return err
	}
	f.readRetryAfter(patient)
	f.readHang(single[len(single)-1])
	f.readDocuments(single, expired)
	f.readCache(kept, failing, flight)
	f.readSession(token)
	f.unknown("connect timeout, timeout of an attempt and of a call: the battery has an answer that never comes, and no address that takes no connection")
	f.unknown("hidden resends of the HTTP library: `strategy explain --client` marks them")
	f.unknown("a retry quota: it shows after hundreds of failures")
	return nil
}

// readHang finds the time limit of an answer.
func (f *fingerprint) readHang(hang *cell) {
	one := &hang.made[0]
	all := asked(f.battery.config.Service, one, credentials)
	if len(all) == 0 || one.result == timeline.Unfinished && all[0].err == timeline.Unanswered {
		f.saw("an answer that never comes: the call was not over after %v", f.battery.config.withDefaults().Timeout)
		f.unknown("a time limit beyond %v", f.battery.config.withDefaults().Timeout)
		return
	}
	limit := all[0].end.Sub(all[0].at)
	f.Strategy.Timeouts.Response = round(float64(limit))
	f.saw("an answer that never comes: given up after %.2f s", limit.Seconds())
}

// readDocuments finds out what the client does with documents that it cannot use.
func (f *fingerprint) readDocuments(single []*cell, expired *cell) {
	for i, o := range outcomes {
		switch result := single[i].made[0].result; {
		case result != "ok" && result != "empty":
		case o.answer == "empty":
			f.Strategy.AcceptEmpty = true
			f.saw("an empty object passes for credentials")
		case o.answer == "missing":
			f.Strategy.AcceptIncomplete = true
			f.saw("credentials without SecretAccessKey pass for good ones")
		default:
			f.unknown("a call that gets only %s ends well, which has no place here", o.answer)
		}
	}
	switch result := expired.made[0].result; result {
	case "error":
		f.Strategy.RejectExpired = true
		f.saw("credentials that have expired are an error: %s", expired.made[0].err)
	default:
		f.saw("credentials that have expired: %s", result)
	}
}
