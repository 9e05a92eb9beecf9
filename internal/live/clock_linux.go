package live

import (
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// kernel is a clock that spends the end of each sleep in the kernel, which counts
// in nanoseconds. It waits on a futex, because another thread can end such a wait:
// clock_nanosleep, which is as exact, would sleep through an earlier deadline.
//
// The wait occupies its thread, and a processor of the Go runtime until the runtime
// takes that away. So only the end of a sleep is spent there.
type kernel struct {
	*timers
	word atomic.Uint32 // 1 once woken; the futex

	// One instant, on Go's clock and on CLOCK_MONOTONIC, which is what Go's is made of.
	began     time.Time
	monotonic int64
}

const (
	// fine is how much of a sleep is spent in the kernel: more than a timer is late, but
	// not much more, because the runtime watches a processor that is in the kernel.
	fine = 1300 * time.Microsecond
	// coarse is the shortest sleep that begins with a timer.
	coarse = 2 * time.Millisecond
)

// From linux/futex.h.
const (
	futexWake       = 1
	futexWaitBitset = 9 // with an absolute deadline, unlike FUTEX_WAIT
	futexPrivate    = 128
	futexAny        = 0xffffffff
)

// newClock is the finest clock of the system. With a single processor, that is
// timers: while the kernel clock has it, nothing else can run.
func newClock() clock {
	if runtime.GOMAXPROCS(0) == 1 {
		return newTimers()
	}
	c, err := newKernel()
	if err != nil {
		return newTimers()
	}
	return c
}

func newKernel() (*kernel, error) {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now); err != nil {
		return nil, err
	}
	return &kernel{timers: newTimers(), began: time.Now(), monotonic: now.Nano()}, nil
}

func (c *kernel) share() time.Duration { return 50 }

func (c *kernel) sleep(until time.Time) {
	switch {
	case until.IsZero():
		c.timers.sleep(until)
	case time.Until(until) > coarse:
		c.timers.sleep(until.Add(-fine))
	default:
		c.nap(until)
	}
}

// nap is a sleep in the kernel.
func (c *kernel) nap(until time.Time) {
	deadline := unix.NsecToTimespec(c.monotonic + int64(until.Sub(c.began)))
	// The kernel may end a sleep late by the thread's slack, 50 µs by default, to
	// save wake-ups. The slack belongs to the thread, so the goroutine must stay on
	// it. It need not be set back: nothing else in the process sleeps so exactly.
	// An error changes only how late the sleep ends.
	runtime.LockOSThread()
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0)
	_, _, _ = unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(&c.word)), futexWaitBitset|futexPrivate, 0,
		uintptr(unsafe.Pointer(&deadline)), 0, futexAny)
	runtime.UnlockOSThread()
	c.word.Store(0)
}

func (c *kernel) wake() {
	c.timers.wake()
	c.word.Store(1)
	_, _, _ = unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(&c.word)), futexWake|futexPrivate, 1, 0, 0, 0)
}
