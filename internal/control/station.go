package control

import (
	"time"

	"tenement/internal/throttle"
)

// station is the servers of a step in a region, or in a zone of it, and the queue before
// them.
type station struct {
	servers, queue int // 0 is any number
	busy           int
	waiting        fifo
	limit          throttle.Limiter // nil is none
}

func newStation(p *StepPlan, answered bool) station {
	s := station{servers: p.Servers, queue: p.Queue}
	if p.Limit != nil {
		l := *p.Limit
		if answered {
			l.OnExceed = &throttle.OnExceed{Action: throttle.Delay}
		}
		s.limit = throttle.NewLimiter(l)
	}
	return s
}

// ask asks a limiter, which may be nil, for one request.
func ask(l throttle.Limiter, now time.Duration) throttle.Decision {
	if l == nil {
		return throttle.Decision{OK: true}
	}
	d := l.Ask(now)
	l.Commit(now, 0, d.OK)
	return d
}

// fifo is a queue of jobs.
type fifo struct {
	jobs []int32
	head int
}

func (f *fifo) len() int { return len(f.jobs) - f.head }

func (f *fifo) add(job int32) { f.jobs = append(f.jobs, job) }

func (f *fifo) take() int32 {
	job := f.jobs[f.head]
	f.head++
	if f.head == len(f.jobs) {
		f.jobs, f.head = f.jobs[:0], 0
	} else if f.head > 1024 && 2*f.head > len(f.jobs) {
		f.jobs = f.jobs[:copy(f.jobs, f.jobs[f.head:])]
		f.head = 0
	}
	return job
}
