package strategy

import "time"

// Retry decides, after a failed attempt, whether to try again and when.
// Implementations are pure and shared by all clients.
type Retry interface {
	Next(t Try) (after time.Duration, m Move)
}

// Try is what a Retry knows of a failed attempt. All counts are from 1.
type Try struct {
	Link    int           // which provider of the chain, 0 for the first
	N       int           // failed attempts so far on this link and leg, this one included
	Total   int           // attempts so far of the fetch on all links and legs, successful ones included
	Prev    time.Duration // the wait before the failed attempt
	Outcome *Outcome      // a Retry must not keep it
	U       uint64        // the keyed draw for this wait
}

// Move is what a Retry wants done.
type Move uint8

// The moves.
const (
	GiveUp    Move = iota // fail the fetch after the wait
	Again                 // make the same request once more
	OtherLink             // ask the chain's next provider
	Restart               // begin the fetch again from its first leg
)

// Backoff is the retry policy that every preset is made of: a bounded number
// of attempts on some outcomes, with waits between them.
type Backoff struct {
	Attempts int // in all, the first included
	On       Conditions
	Wait     // after all outcomes that no class is for
	// Classes replace the Wait after some outcomes: the first that fits counts.
	Classes []Class
	// RetryAfter is what becomes of the wait that an answer asks for.
	RetryAfter RetryAfter
	// AfterLast waits after the last failure too, as botocore does.
	AfterLast bool
	// MalformedAttempts replaces Attempts for answers that do not parse; 0
	// means Attempts. (Ruby reads such answers in a loop of its own.)
	MalformedAttempts int
	// OtherLinkOn are the outcomes after which, once the attempts are used up,
	// the chain's next provider makes one request. (The default chain of
	// JavaScript v3 asks the endpoint a fifth time that way.)
	OtherLinkOn Conditions
	// Restart repeats the fetch from its first leg rather than the leg that
	// failed; Attempts then counts fetches. (Ruby, IMDS.)
	Restart bool
	// Shared counts every attempt of the call towards Attempts, whatever its
	// leg, successful ones included. (PHP, IMDS: one budget for all requests.)
	Shared bool
}

// Next implements Retry.
func (b *Backoff) Next(t Try) (time.Duration, Move) {
	if t.Link > 0 {
		return 0, GiveUp
	}
	how := condition(t.Outcome)
	move, waits := b.move(t.N, t.Total, t.Outcome, how)
	if !waits {
		return 0, move
	}
	return b.wait(t.N, t.Prev, t.Outcome, how, t.U), move
}

// move is what is done on the first link after the n-th failure of a leg, which is of that
// condition, and whether there is a wait before. Total is that of a Try.
func (b *Backoff) move(n, total int, o *Outcome, how Conditions) (move Move, waits bool) {
	attempts, made, retryable := b.Attempts, n, b.On&how != 0
	if b.MalformedAttempts > 0 && o.Err == NoFailure && o.Status == 200 && o.Body == BodyMalformed {
		attempts = b.MalformedAttempts
	}
	if b.Shared {
		made = total
	}
	switch {
	case retryable && made < attempts && b.Restart:
		return Restart, true
	case retryable && made < attempts:
		return Again, true
	case b.OtherLinkOn&how != 0:
		return OtherLink, retryable && b.AfterLast
	}
	return GiveUp, retryable && b.AfterLast
}

// wait is how long to wait after the n-th failure, which is of that condition; prev is the
// wait before it and u the draw.
func (b *Backoff) wait(n int, prev time.Duration, o *Outcome, how Conditions, u uint64) time.Duration {
	w := &b.Wait
	for i := range b.Classes {
		if b.Classes[i].On&how != 0 {
			w = &b.Classes[i].Wait
			break
		}
	}
	after := w.after(n, prev, u)
	if b.RetryAfter.Use == IgnoreRetryAfter {
		return after
	}
	return b.RetryAfter.apply(after, o)
}

// NoRetry gives up at the first failure. A nil Retry does the same.
type NoRetry struct{}

// Next implements Retry.
func (NoRetry) Next(Try) (time.Duration, Move) { return 0, GiveUp }
