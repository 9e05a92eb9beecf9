package control

import "testing"

func TestPairs(t *testing.T) {
	all := pairs()
	upTo4 := 0
	for _, p := range all {
		if p.CPU <= 4096 {
			upTo4++
		}
	}
	if len(all) != 74 || upTo4 != 50 {
		t.Errorf("got %d pairs, %d of them up to 4 vCPU; want 74 and the 50 of 2019", len(all), upTo4)
	}
	rows := []struct{ need, want Pair }{
		{Pair{CPU: 1, Memory: 1}, Pair{CPU: 256, Memory: 512}},
		{Pair{CPU: 300, Memory: 600}, Pair{CPU: 512, Memory: 1024}},
		{Pair{CPU: 256, Memory: 6000}, Pair{CPU: 1024, Memory: 6144}},
		{Pair{CPU: 5000, Memory: 17000}, Pair{CPU: 8192, Memory: 20480}},
	}
	for _, row := range rows {
		if got, ok := RightSize(row.need); !ok || got != row.want {
			t.Errorf("%+v: got %+v, want %+v", row.need, got, row.want)
		}
	}
	if _, ok := RightSize(Pair{CPU: 1, Memory: 200_000}); ok {
		t.Error("more memory than any task may have was right-sized")
	}
}
