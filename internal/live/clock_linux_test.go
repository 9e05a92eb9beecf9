package live

import "testing"

func TestKernelClock(t *testing.T) {
	c, err := newKernel()
	if err != nil {
		t.Fatal(err)
	}
	testClock(t, c, c.nap)
}
