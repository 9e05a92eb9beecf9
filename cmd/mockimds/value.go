package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"tenement/internal/draw"
	"tenement/internal/throttle"
)

// parsedVar defines a flag whose text a function reads into *to. The default
// is what *to has already; the usage says so.
func parsedVar[T any](f *pflag.FlagSet, to *T, name string, read func(string) (T, error), usage string) {
	f.Func(name, usage, func(text string) (err error) {
		*to, err = read(text)
		return err
	})
}

// repeatedVar defines a flag that may be given several times. A function reads
// each text into a value, which is appended to *to.
func repeatedVar[T any](f *pflag.FlagSet, to *[]T, name string, read func(string) (T, error), usage string) {
	f.Func(name, usage, func(text string) error {
		v, err := read(text)
		if err == nil {
			*to = append(*to, v)
		}
		return err
	})
}

// limit is a token bucket, as --limit describes it.
type limit struct {
	rate  throttle.Rate
	burst int64
}

// parseLimit reads a limit such as 40,60 or 30/m,10.
func parseLimit(text string) (limit, error) {
	first, second, ok := strings.Cut(text, ",")
	if !ok {
		return limit{}, errors.New("want a rate and a burst, such as 40,60")
	}
	if !strings.Contains(first, "/") {
		first += "/s"
	}
	rate, err := throttle.ParseRate(first)
	if err != nil {
		return limit{}, err
	}
	burst, err := strconv.ParseUint(second, 10, 63)
	if err != nil || burst == 0 {
		return limit{}, fmt.Errorf("burst %q: want a whole number, 1 or more", second)
	}
	return limit{rate, int64(burst)}, nil
}

// String is the limit as parseLimit reads it.
func (l limit) String() string {
	return fmt.Sprintf("%s,%d", strings.TrimSuffix(l.rate.String(), "/s"), l.burst)
}

// parseOnExceed reads what happens beyond a limit: a status of an error, drop
// or delay.
func parseOnExceed(text string) (throttle.OnExceed, error) {
	switch text {
	case throttle.Drop.String():
		return throttle.OnExceed{Action: throttle.Drop}, nil
	case throttle.Delay.String():
		return throttle.OnExceed{Action: throttle.Delay}, nil
	}
	status, err := strconv.Atoi(text)
	if err != nil || status < 400 || status > 599 {
		return throttle.OnExceed{}, errors.New("want a status from 400 to 599, drop or delay")
	}
	return throttle.OnExceed{Status: status}, nil
}

// parseAnswers reads a list such as 429,429,ok.
func parseAnswers(text string) ([]throttle.Answer, error) {
	all, err := throttle.ParseAnswers(text)
	if err != nil {
		return nil, err
	}
	if i := throttle.RefusesAt(all); i > 0 {
		return nil, fmt.Errorf("answer %d: refuse: a port cannot refuse one connection and accept the next: use a fault of kind restart", i)
	}
	return all, nil
}

// parseFaultText takes the JSON of a fault, which is read when the service is known.
func parseFaultText(text string) (string, error) {
	if !json.Valid([]byte(text)) {
		return "", errors.New("want JSON")
	}
	return text, nil
}

// parseLatency reads the median and the 99th percentile of the service time,
// such as 2ms,15ms. It returns nil if both are 0.
func parseLatency(text string) (*draw.Table, error) {
	first, second, ok := strings.Cut(text, ",")
	if !ok {
		return nil, errors.New("want the median and the 99th percentile, such as 2ms,15ms")
	}
	p50, err := time.ParseDuration(first)
	if err != nil || p50 < 0 {
		return nil, fmt.Errorf("%q: want a duration, such as 2ms", first)
	}
	p99, err := time.ParseDuration(second)
	if err != nil {
		return nil, fmt.Errorf("%q: want a duration, such as 15ms", second)
	}
	if p99 < p50 || p50 == 0 && p99 > 0 {
		return nil, errors.New("want a 99th percentile that is not below the median, and a median above 0")
	}
	if p99 == 0 {
		return nil, nil
	}
	return draw.LogNormal(p50, p99), nil
}

// size is the size at which a log file is rotated, in bytes. 0 means never.
type size int64

// megabyte is a MB as the agent's settings count it, in bytes.
const megabyte = 1_000_000

// sizeUnits are the units of a size, the smallest first.
var sizeUnits = []struct {
	name  string
	bytes size
}{{"kB", 1000}, {"MB", megabyte}, {"GB", 1000 * megabyte}}

// parseSize reads a size such as 500kB, or none.
func parseSize(text string) (size, error) {
	if text == "none" {
		return 0, nil
	}
	for _, u := range sizeUnits {
		number, ok := strings.CutSuffix(text, u.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseUint(number, 10, 31)
		if err != nil || n == 0 {
			break
		}
		return size(n) * u.bytes, nil
	}
	return 0, errors.New("want a size such as 500kB, 5MB or 1GB, or none")
}
