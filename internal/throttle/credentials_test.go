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
	}{
		{"issued at 0", agent, 0, 6 * h},
		{"just before the renewal", agent, 5*h - 1, 6 * h},
		{"at the renewal", agent, 5 * h, 11 * h},
		{"second renewal", agent, 10 * h, 16 * h},
		{"after many", agent, 1003 * h, 1006 * h},
		{"before the run", agent, -h, 6 * h},
		{"renewed at expiry, just before", throttle.Credentials{Lifetime: h}, h - 1, h},
		{"renewed at expiry", throttle.Credentials{Lifetime: h}, h, 2 * h},
		{"renewed all the time", throttle.Credentials{Lifetime: h, RenewBefore: h}, 10, h + 10},
		{"renewed before it was issued", throttle.Credentials{Lifetime: h, RenewBefore: 2 * h}, 10, h + 10},
		{"no lifetime", throttle.Credentials{}, 10, 10},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.c.ExpiresAt(tt.now); got != tt.want {
				t.Errorf("at %v: got %v, want %v", tt.now, got, tt.want)
			}
		})
	}
}
