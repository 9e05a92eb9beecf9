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

import (
	"errors"
	"fmt"
)

// Longest is how many bytes of text are looked at: a larger text is refused.
const Longest = 16 << 20

// ErrTooLong is the error for a text of more than Longest bytes.
var ErrTooLong = errors.New("the text is too long")

// Finding is a text that was recognised.
type Finding struct {
	Text   string // as it stands in the input, on one line, shortened
	Count  int    // how often the same was found
	Source string // who writes such texts
	Preset string // of package sdk, whose settings help; "" if there is none
	// Settings are what a user of that SDK can set, retries first. Diagnose leaves them
	// out: who knows the presets puts them in.
	Settings []string
	Leg      Leg     // which request it is
	How      How     // how that failed, as far as the text tells
	Causes   []Cause // the likely ones, the likeliest first
}

// Diagnose returns what is recognised in a text: each thing once, in the order in which
// they first stand there. Its time is linear in the text.
func Diagnose(text string) ([]Finding, error) {
	if len(text) > Longest {
		return nil, fmt.Errorf("%w: at most %d MiB are looked at", ErrTooLong, Longest>>20)
	}
	t := squeeze(text)
	type kind struct {
		source  string
		leg     Leg
		how     How
		private bool
		row     int // if it has causes of its own
	}
	var all []Finding
	at := make(map[kind]int)
	for _, r := range records(t) {
		row := &table()[r.row]
		k := kind{row.source, r.leg, r.how, r.private, 0}
		if row.causes != nil {
			k.row = r.row
		}
		if i, ok := at[k]; ok {
			all[i].Count++
			continue
		}
		at[k] = len(all)
		f := Finding{Text: t.excerpt(r.from, r.told), Count: 1, Source: row.source, Preset: row.preset, Leg: r.leg, How: r.how}
		f.Causes = causesOf(row, &r)
		all = append(all, f)
	}
	return all, nil
}
