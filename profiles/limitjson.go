package profiles

import (
	"bytes"
	"time"

	"tenement/internal/form"
	"tenement/internal/throttle"
)

// NewLimit reads a whole limit as JSON, with the keys and the values that it has in a
// profile, except `schedule`. The key `limit` is its name; without it, it is called
// name. Its errors are like those of ReadFault.
func NewLimit(name string, text []byte) (throttle.Limit, error) {
	n, err := form.ParseJSON(text)
	if err != nil {
		return throttle.Limit{}, err
	}
	key := ""
	if n.Get("limit") != nil {
		key = "limit"
	}
	var r form.Reader
	if n.Get("schedule") != nil {
		r.Fail(n.At("schedule"), "schedule", "a limit that is added while the server runs has none: change it when the time comes")
		return throttle.Limit{}, r.Errs
	}
	v := limitKinds(key).Form().Read(&r, n, "")
	if len(r.Errs) > 0 {
		return throttle.Limit{}, r.Errs
	}
	l := v.compiled()
	if key == "" {
		l.Name = name
	}
	return l, nil
}

// IsWholeLimit reports whether a JSON text is a whole limit, as NewLimit reads it,
// rather than a change of one, as ReadLimit does: it has a kind, a scope or a name.
func IsWholeLimit(text []byte) bool {
	n, err := form.ParseJSON(text)
	return err == nil && (n.Get(form.KindKey) != nil || n.Get("scope") != nil || n.Get("limit") != nil)
}

// ReadLife reads how long credentials are to live: the JSON of an object that may have
// the key `expires_in`. It is 0 without it. Its errors are like those of ReadFault.
func ReadLife(text []byte) (time.Duration, error) {
	if len(bytes.TrimSpace(text)) == 0 {
		return 0, nil
	}
	n, err := form.ParseJSON(text)
	if err != nil {
		return 0, err
	}
	var r form.Reader
	f := form.Object(time.Duration(0), []form.Key[time.Duration]{
		form.Field("expires_in", "How long the credentials live.", form.Seconds(time.Second), func(v *time.Duration) *time.Duration { return v }),
	}, nil)
	d := f.Read(&r, n, "")
	if len(r.Errs) > 0 {
		return 0, r.Errs
	}
	return d, nil
}
