package experiment

import (
	"sync"
	"time"
)

// Progress is how far a run is with what it is doing.
type Progress struct {
	Doing    string        // in a few words, such as "simulating 9 cases"
	Done, Of int           // pieces of work; live, seconds
	Left     time.Duration // until this is done, as far as can be told; 0 if it cannot
}

// tell tells whoever listens.
func (x *Experiment) tell(p Progress) {
	if x.options.Progress != nil {
		x.options.Progress(p)
	}
}

// progress is a function to call when one of so many pieces of work is done,
// by any goroutine.
func (x *Experiment) progress(doing string, of int) func() {
	var mu sync.Mutex
	began, done := time.Now(), 0
	x.tell(Progress{Doing: doing, Of: of})
	return func() {
		mu.Lock()
		defer mu.Unlock()
		done++
		left := time.Since(began) / time.Duration(done) * time.Duration(of-done)
		x.tell(Progress{Doing: doing, Done: done, Of: of, Left: left})
	}
}

// ticking tells once a second how far a live run of this length is, from the
// instant at which it begins. The function that it returns ends that.
func (x *Experiment) ticking(doing string, began time.Time, length time.Duration) (stop func()) {
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			at := min(max(time.Since(began), 0), length)
			x.tell(Progress{Doing: doing, Done: int(at.Seconds()), Of: int(length.Seconds()), Left: length - at})
			select {
			case <-tick.C:
			case <-quit:
				return
			}
		}
	}()
	return func() {
		close(quit)
		<-done
	}
}
