package imds

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tenement/internal/service"
)

// putEvents is a request with events, each at a time from now on.
func putEvents(now time.Time, ages ...time.Duration) string {
	var all []string
	for _, age := range ages {
		all = append(all, fmt.Sprintf(`{"timestamp":%d,"message":"a"}`, now.Add(age).UnixMilli()))
	}
	return `{"logGroupName":"/ecs/app","logStreamName":"app/1","logEvents":[` + strings.Join(all, ",") + `]}`
}

// Which events are taken depends on their time.
func TestLogEventsHaveTimes(t *testing.T) {
	const day = 24 * time.Hour
	for _, test := range []struct {
		name string
		ages []time.Duration
		want string // in the answer
	}{
		{"now", []time.Duration{0, 0, time.Minute}, ""},
		{"14 days ago", []time.Duration{-14 * day}, ""},
		{"a day apart", []time.Duration{-day, 0}, ""},
		{"more than a day apart", []time.Duration{-day - time.Millisecond, 0}, "cannot span more than 24 hours"},
		{"too old ones do not count", []time.Duration{-30 * day, -14*day - time.Millisecond, 0}, `"rejectedLogEventsInfo":{"tooOldLogEventEndIndex":2}`},
		{"nor do too new ones", []time.Duration{0, 2 * time.Hour, 2*time.Hour + time.Millisecond, 9 * day}, `"rejectedLogEventsInfo":{"tooNewLogEventStartIndex":2}`},
		{"all of them", []time.Duration{-15 * day, 15 * day}, `"rejectedLogEventsInfo":{"tooNewLogEventStartIndex":1,"tooOldLogEventEndIndex":1}`},
		{"not in order", []time.Duration{0, -1 * time.Millisecond}, "must be in chronological order."},
	} {
		synctest.Test(t, func(t *testing.T) {
			h := New(Config{Service: service.Logs, Seed: 1, Began: time.Now(), API: APIConfig{LogGroups: []string{"/ecs/app"}}})
			post(h, "Logs_20140328.CreateLogStream", `{"logGroupName":"/ecs/app","logStreamName":"app/1"}`)
			time.Sleep(time.Hour)
			w := post(h, "Logs_20140328.PutLogEvents", putEvents(time.Now(), test.ages...))
			if status := w.Code; (status == http.StatusOK) != (test.want == "" || strings.Contains(test.want, "Info")) ||
				!strings.Contains(w.Body.String(), test.want) || test.want == "" && strings.Contains(w.Body.String(), "rejected") {
				t.Errorf("%s: got %d, %s, want %q", test.name, status, w.Body, test.want)
			}
			var read struct{ NextSequenceToken string }
			if err := json.Unmarshal(w.Body.Bytes(), &read); err != nil || w.Code == http.StatusOK && len(read.NextSequenceToken) != 56 {
				t.Errorf("%s: got %s, %v", test.name, w.Body, err)
			}
		})
	}
}

// A request without events, or with events that are none, is refused.
func TestLogEventsAreChecked(t *testing.T) {
	const form = "1 validation error detected: "
	long := strings.Repeat(`\u001b`, 1<<20-eventBytes)
	for _, test := range []struct{ events, want string }{
		{``, form + "Value '[]' at 'logEvents' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		{`{"timestamp":1,"message":"a"},{"message":"a"}`, form + "Value null at 'logEvents.2.member.timestamp' failed to satisfy constraint: Member must not be null"},
		{`{"timestamp":-1,"message":"a"}`, form + "Value '-1' at 'logEvents.1.member.timestamp' failed to satisfy constraint: Member must have value greater than or equal to 0"},
		{`{"timestamp":1}`, form + "Value null at 'logEvents.1.member.message' failed to satisfy constraint: Member must not be null"},
		{`{"timestamp":1,"message":""}`, form + "Value '' at 'logEvents.1.member.message' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		{`{"timestamp":1,"message":"a"}` + strings.Repeat(`,{"timestamp":1,"message":"a"}`, mostEvents), "Member must have length less than or equal to 10000"},
		{`{"timestamp":1,"message":"` + long + `"}`, ""},
		{`{"timestamp":1,"message":"` + long + `a"}`, "Upload too large: 1048577 bytes exceeds limit of 1048576"},
		{`{"timestamp":"1","message":"a"}`, "SerializationException"},
	} {
		// Without a list of groups every stream is there.
		w := post(newAPI(service.Logs, APIConfig{}), "Logs_20140328.PutLogEvents", `{"logGroupName":"a","logStreamName":"b","logEvents":[`+test.events+`]}`)
		if (w.Code == http.StatusOK) != (test.want == "") || !strings.Contains(w.Body.String(), test.want) {
			t.Errorf("%.90s: got %d, %s, want %q", test.events, w.Code, w.Body, test.want)
		}
	}
}

// What the server has no room to remember is there.
func TestStreamsBeyondTheMostAreThere(t *testing.T) {
	g := newLogGroups([]string{"a"})
	for i := range maxLogStreams + 1 {
		if grouped, added := g.addStream("a", fmt.Sprint(i)); !grouped || !added {
			t.Fatalf("stream %d: got %t, %t", i, grouped, added)
		}
	}
	if grouped, there := g.has("a", fmt.Sprint(maxLogStreams)); !grouped || !there {
		t.Errorf("got %t, %t", grouped, there)
	}
	if grouped, _ := g.has("b", "1"); grouped {
		t.Error("there is a group that nobody made")
	}
	for i := range maxLogStreams {
		g.addGroup(fmt.Sprint("g", i))
	}
	if grouped, added := g.addStream(fmt.Sprint("g", maxLogStreams-1), "1"); !grouped || !added {
		t.Errorf("the last group: got %t, %t", grouped, added)
	}
	if grouped, there := g.has(fmt.Sprint("g", maxLogStreams-1), "1"); !grouped || !there {
		t.Errorf("the last group has its stream: got %t, %t", grouped, there)
	}
}
