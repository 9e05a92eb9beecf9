package control

// Pair is a size that a Fargate task may have.
type Pair struct {
	CPU    int // in CPU units: 1024 are a vCPU
	Memory int // in MiB
}

// pairRows are the published combinations: memory in GiB from, to and in steps of, for
// each CPU. Source: AWS, "Task CPU and memory" for Fargate tasks
// (docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html, read
// 2026-11-29). The rows up to 4 vCPU are the 50 of 2019; 8 and 16 vCPU came in 2022.
var pairRows = []struct{ cpu, from, to, step int }{
	{512, 1, 4, 1}, {1024, 2, 8, 1}, {2048, 4, 16, 1}, {4096, 8, 30, 1}, {8192, 16, 60, 4}, {16384, 32, 120, 8},
}

const gib = 1024 // in MiB

// pairs are all published combinations, from the smallest to the largest.
func pairs() []Pair {
	all := []Pair{{256, gib / 2}, {256, gib}, {256, 2 * gib}}
	for _, r := range pairRows {
		for m := r.from; m <= r.to; m += r.step {
			all = append(all, Pair{r.cpu, m * gib})
		}
	}
	return all
}

// RightSize is the smallest published pair that holds a need, and false if none does.
func RightSize(need Pair) (Pair, bool) {
	for _, p := range pairs() { // rising CPU, and then rising memory
		if p.holds(need) {
			return p, true
		}
	}
	return Pair{}, false
}

// holds reports whether something of size p has room for the need.
func (p Pair) holds(need Pair) bool { return p.CPU >= need.CPU && p.Memory >= need.Memory }
