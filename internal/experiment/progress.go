package experiment

import (
	"sync"
	"time"

	"tenement/reports"
)

// Progress is how far a run has come with one step of its work.
type Progress struct {
	Doing    string        // the step, in a few words, such as "simulating 9 cases"
	Done, Of int           // units; in a live run, seconds
	Left     time.Duration // an estimate of the time until the step is done; 0 if unknown
	// Cases are all cases of a live run, once its calls begin; nil in a simulation.
	Cases []Running
}

// tell reports progress to Options.Progress.
func (x *Experiment) tell(p Progress) {
	if x.options.Progress == nil {
		return
	}
	if x.options.Engine == reports.Live {
		p.Cases = x.running()
	}
	x.options.Progress(p)
}

// progress returns a function for any goroutine to call when one of so many units
// is done.
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

// ticking reports once a second how far a live run of this length has come since
// it began. stop ends the reports.
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
