package strategy

import (
	"math"
	"time"
)

// Adaptive is the client-side rate limiter of the AWS SDKs' adaptive retry mode. After
// the first throttle a send needs a token; the rate at which tokens come follows CUBIC:
// it falls to 0.7 of the measured rate after a throttle, and grows again from there
// towards twice what is measured. Its retries and quota are those of the standard mode,
// which a strategy has beside it.
// Source: botocore retries/adaptive.py, throttling.py and bucket.py. Unlike there, a
// send that waits for a token is not woken when the rate changes; it looks again when
// its token was expected, as in Go.
type Adaptive uint8

// What an adaptive client does without a token.
const (
	NotAdaptive    Adaptive = iota
	AdaptiveWait            // it waits for the next one
	AdaptiveRefuse          // it refuses to send (Go: FailOnNoAttemptTokens)
)

// The constants of adaptive mode. Rates are per second, times in seconds.
const (
	cubicBeta       = 0.7 // of the rate is left after a throttle
	cubicScale      = 0.4
	rateSmoothing   = 0.8 // weight of the latest measurement
	rateBuckets     = 2   // measurements per second
	rateCeiling     = 2   // of the measured rate
	leastFillRate   = 0.5
	leastCapacity   = 1
	initialFillRate = 1
)

// adaptive is the policy of an Adaptive.
type adaptive struct {
	Adaptive
	started bool

	// The rate of answers, measured in buckets of half a second.
	measured   float64
	count      float64 // of answers in the current bucket
	lastBucket float64 // when it began

	// CUBIC
	lastMax   float64 // the rate at the last throttle
	lastFail  float64 // when that was
	zeroPoint float64 // how long the rate takes from there to lastMax

	// The bucket of tokens
	enabled          bool
	tokens, capacity float64
	fillRate         float64
	filled           float64 // when the tokens were counted last
}

func (p *adaptive) reset() { *p = adaptive{Adaptive: p.Adaptive} }

// start begins to measure with the first use of the client.
func (p *adaptive) start(t float64) {
	p.started = true
	p.lastBucket, p.lastFail, p.filled = math.Floor(t), t, t
	p.fillRate, p.capacity = initialFillRate, leastCapacity
}

func (p *adaptive) ask(now time.Duration, a asking) verdict {
	t := now.Seconds()
	if !p.started {
		p.start(t)
	}
	if a.planned || !p.enabled {
		return passed
	}
	p.refill(t)
	switch {
	case p.tokens >= 1:
		p.tokens--
		return passed
	case p.Adaptive == AdaptiveRefuse:
		return verdict{refused: true}
	}
	return verdict{after: time.Duration(math.Ceil(float64((1-p.tokens)/p.fillRate) * float64(time.Second))), again: true}
}

func (p *adaptive) heard(now time.Duration, _ asking, o *Outcome) {
	t := now.Seconds()
	p.measure(t)
	var rate float64
	if o.Result() == Throttled {
		p.lastMax = p.measured
		if p.enabled {
			p.lastMax = min(p.measured, p.fillRate)
		}
		p.zeroPoint = cubeRoot(float64(p.lastMax*(1-cubicBeta)) / cubicScale)
		p.lastFail, p.enabled = t, true
		rate = p.lastMax * cubicBeta
	} else {
		d := t - p.lastFail - p.zeroPoint
		rate = float64(cubicScale*float64(float64(d*d)*d)) + p.lastMax
	}
	rate = min(rate, rateCeiling*p.measured)
	p.refill(t)
	p.fillRate = max(rate, leastFillRate)
	p.capacity = max(rate, leastCapacity)
	p.tokens = min(p.tokens, p.capacity)
}

// giveBack does nothing: no SDK returns the token of an attempt.
func (*adaptive) giveBack(asking) {}

// measure counts an answer.
func (p *adaptive) measure(t float64) {
	p.count++
	bucket := float64(math.Floor(t*rateBuckets) / rateBuckets)
	if bucket > p.lastBucket {
		rate := p.count / (bucket - p.lastBucket)
		p.measured = float64(rate*rateSmoothing) + float64(p.measured*(1-rateSmoothing))
		p.count, p.lastBucket = 0, bucket
	}
}

// refill adds the tokens that have come.
func (p *adaptive) refill(t float64) {
	p.tokens = min(p.capacity, p.tokens+float64((t-p.filled)*p.fillRate))
	p.filled = t
}

// cubeRoot is the cube root of a number that is not negative, the same on every
// processor: math.Cbrt may fuse its products with sums.
func cubeRoot(x float64) float64 {
	if x == 0 {
		return 0
	}
	fraction, exponent := math.Frexp(x)
	root := math.Ldexp(fraction+1, exponent/3)
	for range 8 { // Newton's steps, each of which doubles the digits
		root = (float64(2*root) + x/float64(root*root)) / 3
	}
	return root
}
