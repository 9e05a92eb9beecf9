package control

import "testing"

// The error names the caller that most of what is open is of, and what it has.
func TestTooManyNamesTheCaller(t *testing.T) {
	r := &run{plan: &Plan{Callers: []Caller{{Name: "few"}, {Name: "many"}}}, now: 90e9}
	for i := range 8 {
		c, _ := r.calls.take()
		c.open, c.Group = i != 0, uint32(i%2)
		j := r.newJob()
		j.task, j.caller = i < 6, int32(i%2)
	}
	want := "after 90 s more than 5,000,000 calls and tasks are open at once: the caller many has 4 calls and 3 tasks; want fewer of its tasks, more tasks_per_call, or a shorter lifetime"
	if got := r.tooMany().Error(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
