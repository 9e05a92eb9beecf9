package imds

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"tenement/internal/throttle"
)

// variant is how a fault changes a document. The zero variant changes nothing.
type variant struct {
	shift    time.Duration // of the expiration of credentials
	without  string        // the name of a field that is missing
	untagged bool          // the tags could not be read
}

// spoil changes a good answer as a fault demands.
func (h *Handler) spoil(p *reply, d *decision) {
	switch d.Effect.Kind {
	case throttle.ExpiryFault:
		p.variant.shift = d.Effect.Shift
	case throttle.LifeFault:
		if p.owner != nil {
			p.variant.shift = d.at + d.Effect.Shift - h.credentials.expiresAt(d.at, p.owner.Issued)
		}
	case throttle.TagsFault:
		p.variant.untagged = true
	case throttle.MissingFieldFault:
		p.variant.without = d.fault.Missing()
	case throttle.EmptyFault:
		p.document, p.body = noDocument, emptyObject
	case throttle.MalformedFault:
		body := p.body
		if p.document != noDocument {
			body = h.surface.render(p.owner, p.document, p.variant, d.at)
		}
		// Half a document, with the headers of a whole one.
		p.document, p.body = noDocument, body[:len(body)/2]
	}
}

// answerHeaders are those of a status with a body from the vocabulary of answers.
func answerHeaders(f *throttle.Fault) []field {
	fields := plainError
	if strings.HasPrefix(f.Body, "{") {
		fields = jsonText
	}
	if f.RetryAfter > 0 {
		seconds := strconv.FormatInt(int64(f.RetryAfter/time.Second), 10)
		fields = append(slices.Clip(fields), field{"Retry-After", []string{seconds}})
	}
	return fields
}

var emptyObject = []byte("{}")

// truncate sends the first half of a reply whose Content-Length is that of the
// whole, and closes the connection. It does not return.
func (h *Handler) truncate(w http.ResponseWriter, p *reply, now time.Duration) {
	body := h.dress(w, p, now)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body[:len(body)/2])
	_ = http.NewResponseController(w).Flush() // an error ends the connection too
	panic(http.ErrAbortHandler)
}

// without is a JSON object without the member of that name; the other bytes stay
// the same. A text that is no object, or lacks the member, stays as it is.
func without(object []byte, name string) []byte {
	d := json.NewDecoder(bytes.NewReader(object))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return object
	}
	for first := true; ; first = false {
		from := d.InputOffset()
		if !d.More() {
			return object
		}
		key, err := d.Token()
		if err != nil {
			return object
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return object
		}
		if key != name {
			continue
		}
		to := d.InputOffset()
		if first && d.More() {
			// The comma after the first member goes too.
			to += int64(bytes.IndexByte(object[to:], ',')) + 1
		}
		return append(bytes.Clone(object[:from]), object[to:]...)
	}
}
