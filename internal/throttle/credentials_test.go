package throttle_test

import (
	"testing"
	"time"

	"tenement/internal/throttle"
)

func TestCredentialsExpiresAt(t *testing.T) {
	const h = time.Hour
	agent := throttle.Credentials{Lifetime: 6 * h, RenewBefore: h}
	tests := []struct {
		name      string
		c         throttle.Credentials
		now, want time.Duration
		issued    time.Duration
	}{
		{name: "issued at 0", c: agent, want: 6 * h},
		{name: "just before the renewal", c: agent, now: 5*h - 1, want: 6 * h},
		{name: "at the renewal", c: agent, now: 5 * h, want: 11 * h},
		{name: "second renewal", c: agent, now: 10 * h, want: 16 * h},
		{name: "after many", c: agent, now: 1003 * h, want: 1006 * h},
		{name: "before the run", c: agent, now: -h, want: 6 * h},
		{name: "renewed at expiry, just before", c: throttle.Credentials{Lifetime: h}, now: h - 1, want: h},
		{name: "renewed at expiry", c: throttle.Credentials{Lifetime: h}, now: h, want: 2 * h},
		{name: "renewed all the time", c: throttle.Credentials{Lifetime: h, RenewBefore: h}, now: 10, want: h + 10},
		{name: "renewed before it was issued", c: throttle.Credentials{Lifetime: h, RenewBefore: 2 * h}, now: 10, want: h + 10},
		{name: "issued later", c: agent, issued: 2 * h, now: 7*h - 1, want: 8 * h},
		{name: "issued later, renewed", c: agent, issued: 2 * h, now: 7 * h, want: 13 * h},
		{name: "asked for before", c: agent, issued: 2 * h, now: h, want: 8 * h},
		{name: "issued within a second", c: agent, issued: 2*h + 1700*time.Millisecond, now: 3 * h, want: 8*h + time.Second},
		{name: "no lifetime", c: throttle.Credentials{}, now: 10, want: 10},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.c.ExpiresAt(tt.now, tt.issued); got != tt.want {
				t.Errorf("at %v: got %v, want %v", tt.now, got, tt.want)
			}
		})
	}
}
