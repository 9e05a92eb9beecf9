package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"tenement/internal/draw"
	"tenement/internal/imds"
	"tenement/internal/throttle"
)

// limit is the value of --limit.
type limit struct {
	rate  throttle.Rate
	burst int64
}

// Set implements pflag.Value.
func (l *limit) Set(s string) error {
	first, second, ok := strings.Cut(s, ",")
	if !ok {
		return errors.New("want a rate and a burst, such as 40,60")
	}
	if !strings.Contains(first, "/") {
		first += "/s"
	}
	rate, err := throttle.ParseRate(first)
	if err != nil {
		return err
	}
	burst, err := strconv.ParseUint(second, 10, 63)
	if err != nil || burst == 0 {
		return fmt.Errorf("burst %q: want a whole number, 1 or more", second)
	}
	l.rate, l.burst = rate, int64(burst)
	return nil
}

// String implements pflag.Value.
func (l *limit) String() string {
	return fmt.Sprintf("%s,%d", strings.TrimSuffix(l.rate.String(), "/s"), l.burst)
}

// Type implements pflag.Value.
func (*limit) Type() string { return "RATE,BURST" }

// service is the value of --service.
type service imds.Service

// Set implements pflag.Value.
func (s *service) Set(name string) error {
	parsed, err := imds.ParseService(name)
	*s = service(parsed)
	return err
}

// String implements pflag.Value.
func (s *service) String() string { return imds.Service(*s).String() }

// Type implements pflag.Value.
func (*service) Type() string { return "NAME" }

// scope is the value of --scope.
type scope throttle.Scope

// Set implements pflag.Value.
func (s *scope) Set(name string) error {
	parsed, err := throttle.ParseScope(name)
	*s = scope(parsed)
	return err
}

// String implements pflag.Value.
func (s *scope) String() string { return throttle.Scope(*s).String() }

// Type implements pflag.Value.
func (*scope) Type() string { return "SCOPE" }

// latency is the value of --latency.
type latency struct {
	text  string
	table *draw.Table
}

// Set implements pflag.Value.
func (l *latency) Set(s string) error {
	first, second, ok := strings.Cut(s, ",")
	if !ok {
		return errors.New("want the median and the 99th percentile, such as 2ms,15ms")
	}
	p50, err := time.ParseDuration(first)
	if err != nil || p50 < 0 {
		return fmt.Errorf("%q: want a duration, such as 2ms", first)
	}
	p99, err := time.ParseDuration(second)
	if err != nil {
		return fmt.Errorf("%q: want a duration, such as 15ms", second)
	}
	if p99 < p50 || p50 == 0 && p99 > 0 {
		return errors.New("want a 99th percentile that is not below the median, and a median above 0")
	}
	l.text, l.table = s, nil
	if p99 > 0 {
		l.table = draw.LogNormal(p50, p99)
	}
	return nil
}

// String implements pflag.Value.
func (l *latency) String() string { return l.text }

// Type implements pflag.Value.
func (*latency) Type() string { return "P50,P99" }
