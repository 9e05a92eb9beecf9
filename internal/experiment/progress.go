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
	Share    float64       // of the work that is done, units under way included, from 0 to 1
	Rate     float64       // requests that a simulation makes in a second of real time; 0 if unknown
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

// tellEvery is how often progress within units is told.
const tellEvery = 100 * time.Millisecond

// tracker adds up how far the workers have come with a step.
type tracker struct {
	x     *Experiment
	doing string
	of    int // units
	began time.Time

	mu       sync.Mutex
	told     time.Time
	done     int     // units
	share    float64 // of a unit, summed over those under way
	requests uint64
}

// track begins a step of so many units.
func (x *Experiment) track(doing string, units int) *tracker {
	t := &tracker{x: x, doing: doing, of: units, began: time.Now()}
	x.tell(Progress{Doing: doing, Of: units})
	return t
}

// part is what the tracker knows of one unit.
type part struct {
	of       *tracker
	requests uint64
	share    float64
}

// now tells that the unit has made so many requests and has done this share of its work.
func (p *part) now(requests uint64, share float64) {
	t := p.of
	t.mu.Lock()
	defer t.mu.Unlock()
	t.requests += requests - p.requests
	t.share += share - p.share
	p.requests, p.share = requests, share
	if time.Since(t.told) >= tellEvery {
		t.tell()
	}
}

// end tells that the unit is done.
func (p *part) end() {
	t := p.of
	t.mu.Lock()
	defer t.mu.Unlock()
	t.share -= p.share
	t.done++
	t.tell()
}

// tell needs the lock.
func (t *tracker) tell() {
	t.told = time.Now()
	p := Progress{Doing: t.doing, Done: t.done, Of: t.of}
	p.Share = min((float64(t.done)+max(t.share, 0))/float64(t.of), 1)
	if took := t.told.Sub(t.began); took > 0 {
		p.Rate = float64(t.requests) / took.Seconds()
		p.Left = left(took, p.Share)
	}
	t.x.tell(p)
}

// What an estimate of the time that is left stands on at least. The first moments of a run
// are of its first instants of virtual time, which may be all that is busy.
const (
	leastTook  = time.Second
	leastShare = 0.001
)

// left is the time until a step is done of which this share took so long; 0 if that is too
// little to tell.
func left(took time.Duration, share float64) time.Duration {
	if took < leastTook || share < leastShare {
		return 0
	}
	return time.Duration(float64(took) * (1 - share) / share)
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
			x.tell(Progress{
				Doing: doing, Done: int(at.Seconds()), Of: int(length.Seconds()),
				Share: at.Seconds() / length.Seconds(), Left: length - at,
			})
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
