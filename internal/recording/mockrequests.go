package recording

import (
	"bytes"
	"strconv"
	"time"

	"tenement/internal/service"
)

// mockRequests is the log of all requests that `mockimds --requests` writes: JSON, a
// line for each, in the order in which it was known what became of them. Times are
// exact and are of the arrival. IDs are taken out as in mockFormat. The lines about
// the port and about resets are no requests.
//
// Source: internal/admin/requestline.go.
var mockRequests = Format{
	Name: "mockimds-requests",
	Doc:  "the log of all requests that mockimds --requests writes",
	Sniff: func(head []byte) bool {
		l := firstLine(head)
		return bytes.HasPrefix(l, []byte(`{"time":"`)) && bytes.Contains(l, []byte(`,"at_s":`)) && bytes.Contains(l, []byte(`,"outcome":"`))
	},
	Lines: func(Options) (LineDecoder, error) {
		d := &mockDecoder{texts: make(texts)}
		return d.request, nil
	},
}

// request is the LineDecoder of mockRequests.
func (d *mockDecoder) request(b []byte, e *Entry) error {
	if all, err := members(b, d.fields); err == nil {
		d.fields = all
		if event, ok := textOf(all, "event"); ok {
			return Foreign("mockimds: " + d.texts.shown(event))
		}
	}
	if err := d.line(b, e); err != nil {
		return err
	}
	if name, ok := textOf(d.fields, "service"); ok {
		of, err := service.Parse(string(name))
		switch {
		case err != nil:
			return &Damage{Text: "service: " + err.Error()}
		case !of.Row().Issues():
			return Foreign("mockimds: " + of.String())
		}
		e.Service = of
	}
	if agent, ok := textOf(d.fields, "agent"); ok {
		e.Agent = d.texts.shown(agent)
	}
	if took := valueOf(d.fields, "took_s"); took != nil {
		seconds, err := strconv.ParseFloat(string(took), 64)
		if err != nil || !(seconds >= 0 && seconds <= longestLatency.Seconds()) {
			return &Damage{Text: "took_s: want seconds, a day at most, got " + quoted(took)}
		}
		e.Lat = time.Duration(seconds*1e6) * time.Microsecond
	}
	return nil
}
