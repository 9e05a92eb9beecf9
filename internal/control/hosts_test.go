package control

import "testing"

// A host may have room for more tasks than 16 bits count.
func TestHostCountsManyTasks(t *testing.T) {
	const tasks = 1<<16 + 5
	h := newHosts(&MicroVMs{Hosts: 1, Host: Pair{CPU: tasks, Memory: tasks}}, 2)
	for i := range tasks {
		if own, others := h.put(0, 1, Pair{CPU: 1, Memory: 1}); own != i || others != 0 {
			t.Fatalf("beside task %d are %d of its account and %d others", i, own, others)
		}
	}
	if host := h.first(Pair{CPU: 1, Memory: 1}); host >= 0 {
		t.Errorf("host %d has room", host)
	}
}
