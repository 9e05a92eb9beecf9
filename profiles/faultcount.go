package profiles

import (
	"slices"
	"strconv"
	"time"

	"tenement/internal/form"
	"tenement/internal/throttle"
)

// after is the key `after` of a fault: for a cut how long it waits, for all others how
// many requests it leaves alone first. A number without a unit is the latter.
type after struct {
	wait time.Duration
	skip int
}

func afterForm() form.Form[after] {
	wait, skip := form.Duration(1, 0), form.Integer(1, mostCount)
	return form.Form[after]{
		Read: func(r *form.Reader, n *form.Node, path string) after {
			if _, err := strconv.ParseInt(n.Text, 10, 64); n.Kind == form.Scalar && err == nil && n.Text != "0" {
				return after{skip: skip.Read(r, n, path)}
			}
			return after{wait: wait.Read(r, n, path)}
		},
		Write: func(v after, full bool) *form.Node {
			if v.skip > 0 {
				return skip.Write(v.skip, full)
			}
			return wait.Write(v.wait, full)
		},
		Schema: func() *form.Schema { return &form.Schema{AnyOf: []*form.Schema{skip.Schema(), wait.Schema()}} },
	}
}

// sequenceKey is another name for the key `answers` of a fault.
const sequenceKey = "sequence"

// sequenceSchema is the schema of the kind answers for `sequence`.
func sequenceSchema(answers *form.Schema) *form.Schema {
	other := *answers
	other.Names = &form.Schema{Enum: slices.Clone(answers.Names.Enum)}
	other.Names.Enum[slices.Index(answers.Names.Enum, any("answers"))] = sequenceKey
	other.Required = []string{sequenceKey, "fault"}
	return &other
}

// withSequence lets `sequence` stand for `answers`, without a kind if need be.
func withSequence(f form.Form[fault]) form.Form[fault] {
	const answers = "answers"
	read, schema := f.Read, f.Schema
	f.Read = func(r *form.Reader, n *form.Node, path string) fault {
		if n.Get(sequenceKey) == nil {
			return read(r, n, path)
		}
		named := *n
		named.Pairs = slices.Clone(n.Pairs)
		for i := range named.Pairs {
			if key := named.Pairs[i].Key; key.Text == sequenceKey {
				if n.Get(answers) != nil {
					r.Fail(key, path, "sequence and answers are the same: want one of them")
					return fault{}
				}
				renamed := *key
				renamed.Text = answers
				named.Pairs[i].Key = &renamed
			}
		}
		if n.Get(form.KindKey) == nil {
			named.Pairs = append(named.Pairs, form.Pair{Key: form.Plain(form.KindKey), Value: form.Plain(throttle.AnswersFault.String())})
		}
		return read(r, &named, path)
	}
	f.Schema = func() *form.Schema {
		s := schema()
		same := *s.Properties[answers]
		same.Description = "Another name for answers."
		s.Properties[sequenceKey] = &same
		for _, kind := range s.OneOf {
			if kind.Properties[form.KindKey].Const == throttle.AnswersFault.String() {
				s.OneOf = append(s.OneOf, sequenceSchema(kind))
				break
			}
		}
		return s
	}
	return f
}
