package evidence

import (
	"time"

	"tenement/internal/draw"
	"tenement/internal/recording"
	"tenement/internal/service"
)

// survey is what a first reading finds.
type survey struct {
	who      *who
	subjects subjects
	start    time.Time
	service  service.Service
	step     time.Duration // the widest of the entries'
	entries  int64
	answered int64 // entries with a status
	refused  int64
	key      draw.Key // of the recording: equal recordings have equal keys
	// silent says that the recording holds refusals of requests other than for
	// credentials, and not one that was admitted: so it leaves those out, as the audit
	// log of the ECS agent does.
	silent bool
	// apart says that requests other than for credentials come from two logs, those
	// that were admitted from one without addresses, so that nothing tells in which
	// order those of one step came.
	apart bool
}

// look reads a recording for the first time.
func look(src Source, by By) (*survey, error) {
	s := &survey{who: newWho(by)}
	sum := digest(draw.Seed(1))
	var others, othersRefused, nowhere int64
	err := each(src, func(e *recording.Entry, at time.Duration) error {
		if s.entries == 0 {
			s.start, s.service = e.At, e.Service
		}
		s.entries++
		s.step = max(s.step, e.Step)
		sum.add(uint64(at), uint64(e.Status), uint64(draw.Key(0).Name(e.Path)), uint64(draw.Key(0).Name(e.Addr)))
		s.who.learn(e)
		switch {
		case e.Status == 0:
			return nil
		case refused(e):
			s.refused++
		}
		s.answered++
		if e.Service == service.ECS && !isCredentials(e) {
			others++
			switch {
			case refused(e):
				othersRefused++
			case e.Addr == "":
				nowhere++
			}
		}
		return nil
	})
	s.who.settle()
	s.key = draw.Key(sum)
	s.silent = others > 0 && others == othersRefused
	s.apart = othersRefused > 0 && nowhere > 0
	return s, err
}

// proves reports whether an entry says something of a bucket whose other requests are
// recorded too, in order.
func (s *survey) proves(e *recording.Entry) bool {
	return e.Status != 0 && !s.leavesOut(e) && !s.disordered(e)
}

// disordered reports whether the order of the entry among those of its step is unknown.
func (s *survey) disordered(e *recording.Entry) bool {
	return s.apart && e.Service == service.ECS && !isCredentials(e)
}

// leavesOut reports whether the recording leaves out admitted requests such as the
// entry's.
func (s *survey) leavesOut(e *recording.Entry) bool {
	return s.silent && e.Service == service.ECS && !isCredentials(e)
}
