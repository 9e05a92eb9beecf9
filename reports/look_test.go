package reports

import (
	"os"
	"testing"
)

func TestLook(t *testing.T) {
	r := sample(t)
	f, _ := os.Create("/tmp/x.html")
	if err := HTML(f, r); err != nil {
		t.Fatal(err)
	}
	f.Close()
	f, _ = os.Create("/tmp/x.json")
	JSON(f, r)
	f.Close()
	r = reportOf(t, Sim, noisyNeighbour(nil)[:1])
	f, _ = os.Create("/tmp/y.html")
	HTML(f, r)
}
