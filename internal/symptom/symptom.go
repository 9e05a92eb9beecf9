// Package symptom says what an error text of a task or of an SDK is a symptom of:
// which request failed, how, what the likely causes are, what tells them apart, what
// to set, and what reproduces it.
//
// It is a table with a matcher. A row of the table recognises a text by its phrases;
// how the request failed is read from the words that follow; leg and failure together
// give the causes. The matcher compares letters and digits only, so a text is the same
// in a log, in JSON, in a stack trace and broken into lines, and names, numbers and
// addresses between the phrases do not matter. Its time is linear in the text.
//
// # Sources
//
// Texts of SDKs are those of package sdk, which names releases and recordings. Texts of
// the agents are in the sources of aws/amazon-ecs-agent 1.105.1 (commit 8dfceca6) and
// aws/eks-pod-identity-agent 0.1.37 (commit d4dc0f3f). Stopped reasons are those of
// package startup, of the Amazon ECS Developer Guide (task_cannot_pull_image,
// stopped-task-error-codes, service-event-messages, api_failures_messages) and of public
// reports, which the rows and field_test.go name. All were read on 2026-11-29. The causes
// and their order are a judgement, and not measured.
package symptom

// Finding is a text that was recognised.
type Finding struct {
	Text   string // as it stands in the input, on one line, shortened
	Count  int    // how often the same was found
	Source string // who writes such texts
	Preset string // of package sdk, whose settings help; "" if there is none
	// Settings are what a user of that SDK can set, retries first. Read leaves them
	// out: who knows the presets puts them in.
	Settings []string
	Leg      Leg     // which request it is
	How      How     // how that failed, as far as the text tells
	Causes   []Cause // the likely ones, the likeliest first
}

// findings are those so far, each kind once.
type findings struct {
	all []Finding
	at  map[kind]int // where each is
}

// kind is what tells findings apart.
type kind struct {
	source  string
	leg     Leg
	how     How
	private bool
	row     int // if it has causes of its own
}

// add adds a record of a text.
func (f *findings) add(t *squeezed, r *record) {
	row := &table()[r.row]
	k := kind{row.source, r.leg, r.how, r.private, 0}
	if row.causes != nil {
		k.row = r.row
	}
	if i, ok := f.at[k]; ok {
		f.all[i].Count++
		return
	}
	if f.at == nil {
		f.at = map[kind]int{}
	}
	f.at[k] = len(f.all)
	f.all = append(f.all, Finding{
		Text: t.excerpt(r.from, r.told), Count: 1, Source: row.source, Preset: row.preset, Leg: r.leg, How: r.how,
		Causes: causesOf(row, r),
	})
}
