package sdk_test

import (
	"strconv"
	"strings"
	"time"

	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/strategy/strategytest"
	"tenement/internal/throttle"
)

// answer is what a request of a recording got.
type answer struct {
	outcome strategy.Outcome // Expires counts from the answer
	body    string           // that an error can quote
	slow    time.Duration    // how long it took
	hangs   bool             // it did not come
}

// parseAnswers reads a list of answers for a leg. They are those of
// throttle.ParseAnswer and three that only recordings have: 429xra:MS has
// x-amz-retry-after, 429throttle is JSON with a throttling code, 429jsonplain is
// JSON without one; 429 stands for any status.
func parseAnswers(list, leg string, bodies map[int]string) ([]answer, error) {
	var all []answer
	for text := range strings.SplitSeq(list, ",") {
		var wait time.Duration
		kind := strategy.BodyOK
		plain := text
		if before, ms, ok := strings.Cut(text, "xra:"); ok {
			var err error
			if wait, err = time.ParseDuration(ms + "ms"); err != nil {
				return nil, err
			}
			plain = before
		} else if before, ok := strings.CutSuffix(text, "jsonplain"); ok {
			plain, kind = before+"json", strategy.BodyErrorJSON
		} else if before, ok := strings.CutSuffix(text, "throttle"); ok {
			plain, kind = before+"json", strategy.BodyThrottleJSON
		}
		parsed, err := throttle.ParseAnswer(plain)
		if err != nil {
			return nil, err
		}
		a := newAnswer(parsed, leg)
		if body, ok := bodies[parsed.Status]; ok && !parsed.JSON {
			a.body = body
		}
		if kind != strategy.BodyOK {
			a.outcome.Body = kind
		}
		a.outcome.AmzRetryAfter = wait
		all = append(all, a)
	}
	return all, nil
}

// newAnswer is an answer as a client sees it that asks for a leg.
func newAnswer(a throttle.Answer, leg string) answer {
	document := leg == "credentials"
	good := strategy.Outcome{Status: 200}
	if document {
		good.Expires = service.ECS.Row().Lifetime
	}
	switch a.Kind {
	case throttle.StatusFault:
		return answer{body: a.Body(), outcome: strategy.Outcome{
			Status: uint16(a.Status), Body: strategy.ErrorBody([]byte(a.Body())), RetryAfter: a.Span,
		}}
	case throttle.LifeFault:
		if document {
			good.Expires = a.Span
		}
	case throttle.SlowFault:
		return answer{outcome: good, slow: a.Span}
	case throttle.MalformedFault:
		return answer{outcome: strategytest.Malformed}
	case throttle.EmptyFault:
		return answer{outcome: strategytest.EmptyObject}
	case throttle.MissingFieldFault:
		return answer{outcome: strategytest.MissingField}
	case throttle.TruncateFault:
		if !document {
			return answer{outcome: strategytest.Replies["half"]}
		}
		return answer{outcome: strategytest.Truncated}
	case throttle.HangFault:
		return answer{outcome: strategytest.ReadTimeout, hangs: true}
	case throttle.RefuseFault:
		return answer{outcome: strategytest.Refused}
	case throttle.CutFault, throttle.ResetFault:
		return answer{outcome: strategytest.Reset}
	case throttle.NoFault:
	default:
		panic("no answer " + strconv.Quote(a.String()))
	}
	return answer{outcome: good}
}
