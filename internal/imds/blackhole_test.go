package imds

import (
	"errors"
	"net"
	"testing"
	"time"
)

// A connection to a black hole is neither opened nor refused.
func TestBlackHole(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	release, err := BlackHole(l)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	for range 3 {
		c, err := net.DialTimeout("tcp4", l.Addr().String(), 50*time.Millisecond)
		var late net.Error
		if c != nil || !errors.As(err, &late) || !late.Timeout() {
			t.Errorf("got %v, %v, want a connection that does not open", c, err)
		}
	}
	if _, err := BlackHole(nil); err == nil {
		t.Error("got no error for a listener without a socket")
	}
}
