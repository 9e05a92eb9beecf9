package sdk_test

import (
	"net/http"
	"time"

	"tenement/internal/sdk"
	"tenement/internal/strategy"
)

// ending is how a call has ended, as its application sees it.
type ending struct {
	at     time.Duration
	result string
	text   string // of its error
}

// ending is how a call has ended that ends now.
func (p *player) ending(k *strategy.Call) ending {
	e := ending{at: p.now, result: "ok"}
	switch s := &p.recording.preset.Strategy; {
	case !k.Result.Failed():
		return e
	case k.Result == strategy.Empty && p.recording.nothing == "ok":
		return e
	case k.Result == strategy.Expired && !rejectsExpired(s):
		return e
	}
	last := p.last // of another call, whose end this one has shared
	if l := p.lasts[k]; l != nil {
		last = *l
	}
	if f := k.Failure(); f.Err == strategy.OutOfTime {
		last.Outcome = f
	}
	last.Attempts, last.Reason = int(k.Attempts), http.StatusText(int(last.Outcome.Status))
	last.Host = p.recording.preset.Service.Row().IPv4
	e.result, e.text = "error", sdk.ErrorText(p.recording.preset.Errors, &last)
	return e
}

// rejectsExpired reports whether a client makes an error of a document that has
// expired, and does not put its expiry off.
func rejectsExpired(s *strategy.Strategy) bool {
	r, ok := s.Cache.(*strategy.Refresh)
	return s.RejectExpired && (!ok || r.ExtendOld.Most == 0)
}

// legPaths are what the requests of a client ask the recording machine for.
var legPaths = map[string]string{
	"token": "/latest/api/token", "role": "/latest/meta-data/iam/security-credentials/",
	"credentials": "/latest/meta-data/iam/security-credentials/tenement-role",
}

// url is where the recording machine had a leg.
func (p *player) url(leg string) string {
	if !p.instance() {
		return "http://127.0.0.1:PORT/v2/credentials/x"
	}
	return "http://127.0.0.1:PORT" + legPaths[leg]
}
