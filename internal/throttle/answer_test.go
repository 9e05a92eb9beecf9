package throttle_test

import (
	"strings"
	"testing"
	"time"

	"tenement/internal/service"
	"tenement/internal/throttle"
)

func TestParseAnswer(t *testing.T) {
	for text, want := range map[string]throttle.Answer{
		"429":         {Kind: throttle.StatusFault, Status: 429},
		"599":         {Kind: throttle.StatusFault, Status: 599},
		"503json":     {Kind: throttle.StatusFault, Status: 503, JSON: true},
		"429ra:5":     {Kind: throttle.StatusFault, Status: 429, Span: 5 * time.Second},
		"badjson":     {Kind: throttle.MalformedFault},
		"empty":       {Kind: throttle.EmptyFault},
		"missing":     {Kind: throttle.MissingFieldFault},
		"truncate":    {Kind: throttle.TruncateFault},
		"hang":        {Kind: throttle.HangFault},
		"refuse":      {Kind: throttle.RefuseFault},
		"cut":         {Kind: throttle.CutFault},
		"reset":       {Kind: throttle.ResetFault},
		"slow:0.25":   {Kind: throttle.SlowFault, Span: 250 * ms},
		"expired:90":  {Kind: throttle.LifeFault, Span: -90 * time.Second},
		"ok:15m":      {Kind: throttle.LifeFault, Span: 15 * time.Minute},
		"ok":          {},
		"slow:3600":   {Kind: throttle.SlowFault, Span: time.Hour},
		"503ra:86400": {Kind: throttle.StatusFault, Status: 503, Span: 24 * time.Hour},
	} {
		got, err := throttle.ParseAnswer(text)
		if err != nil || got != want {
			t.Errorf("%s: got %+v, %v, want %+v", text, got, err, want)
		}
		if got.String() != text {
			t.Errorf("%s: it is written as %s", text, got)
		}
	}
	for text, want := range map[string]string{"ok:900s": "ok:15m", "ok:899": "ok:899s", "ok:60m": "ok:1h", "ok:1d": "ok:24h", "expired:1.5d": "expired:129600", "ok:1d12h": "ok:36h", "expired:1h": "expired:3600", "slow:250ms": "slow:0.25", "429ra:2s": "429ra:2"} {
		if got, err := throttle.ParseAnswer(text); err != nil || got.String() != want {
			t.Errorf("%s: got %s, %v, want %s", text, got, err, want)
		}
	}
}

func TestParseAnswersErrors(t *testing.T) {
	for list, want := range map[string]string{
		"":                                 "answer 1: \"\": want 429, 429json, 429ra:S, badjson, ",
		"429,":                             `answer 2: "": want 429`,
		"429,,ok":                          `answer 2: "": want 429`,
		"429,okay":                         `answer 2: "okay": want 429`,
		"ok, 399":                          "answer 2: status 399: want 400 to 599",
		"600":                              "answer 1: status 600: want 400 to 599",
		"429jsonra:2":                      `answer 1: "429jsonra:2": want`,
		"429ra":                            `answer 1: "429ra": want`,
		"429ra:":                           `answer 1: "429ra:": want seconds, or a duration such as`,
		"429ra:0.5":                        "answer 1: 429ra: want whole seconds",
		"slow":                             `answer 1: "slow": want`,
		"slow:0":                           `answer 1: "slow:0": want more than 0`,
		"slow:-1":                          `answer 1: "slow:-1": want more than 0`,
		"slow:1e300":                       `answer 1: "slow:1e300": want seconds, or a duration`,
		"ok:soon":                          `answer 1: "ok:soon": want seconds, or a duration`,
		"ok:99999h":                        `answer 1: "ok:99999h": want at most 10 years`,
		"expired:1.5":                      `answer 1: "expired:1.5": want whole seconds`,
		"ok:1.5s":                          `answer 1: "ok:1.5s": want whole seconds`,
		"0429":                             `answer 1: "0429": want 429`,
		"+429json":                         `answer 1: "+429json": want 429`,
		"hang:5":                           `answer 1: "hang:5": want`,
		"429 ok":                           `answer 1: "429 ok": want`,
		"\x1b[31m":                         `answer 1: "\x1b[31m": want`,
		strings.Repeat("429,", 1000) + "4": "1001 answers: want at most 1000",
	} {
		got, err := throttle.ParseAnswers(list)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20s: got %v, %v, want an error with %s", list, got, err, want)
		}
	}
}

// answers is an endpoint whose requests get a list of answers.
func answers(t *testing.T, list string, f throttle.Fault, limits ...throttle.Limit) *throttle.Endpoint {
	t.Helper()
	all, err := throttle.ParseAnswers(list)
	if err != nil {
		t.Fatal(err)
	}
	f.Kind, f.Answers = throttle.AnswersFault, all
	return throttle.New(throttle.Config{Faults: []throttle.Fault{f}, Limits: limits, Slots: 2})
}

// told is what a sequence of requests gets: a status, the kind of the effect, or
// how far the expiration is moved.
func told(e *throttle.Endpoint, routes ...service.Routes) string {
	var all []string
	for i, route := range routes {
		v := decide(e, time.Duration(i)*ms, asking(route))
		text := v.Effect.Kind.String()
		if v.Status != 0 {
			text = throttle.Answer{Kind: throttle.StatusFault, Status: v.Status}.String()
		}
		all = append(all, text)
	}
	return strings.Join(all, " ")
}

// A list of answers is a sequence, which requests use up that the next answer can
// change and that nothing else refuses.
func TestAnswers(t *testing.T) {
	const c, k, r = service.CredentialsRoute, service.TokenRoute, service.RoleRoute
	for _, test := range []struct {
		name, list string
		fault      throttle.Fault
		asks       []service.Routes
		want       string
	}{
		{"itself again", "429,500,ok", throttle.Fault{}, []service.Routes{c, c, c, c}, "429 500 none none"},
		{"the last stays", "429,reset", throttle.Fault{Stay: true}, []service.Routes{c, c, c, c}, "429 reset reset reset"},
		{"ok is a document", "ok,429", throttle.Fault{}, []service.Routes{k, r, c, k, c}, "none none none 429 none"},
		{"ok on a route", "ok,429", throttle.Fault{Routes: k}, []service.Routes{c, k, c, k, k}, "none none none 429 none"},
		{"what needs a document waits for one", "missing,badjson,empty,expired:1,hang", throttle.Fault{}, []service.Routes{k, c, r, c, c, k, c, k}, "none missing-field none malformed empty none life hang"},
		{"other routes use nothing", "429", throttle.Fault{Routes: c}, []service.Routes{k, r, c, c}, "none none 429 none"},
		{"later", "429", throttle.Fault{From: 2 * ms}, []service.Routes{c, c, c, c}, "none none 429 none"},
		{"not for long", "429", throttle.Fault{Stay: true, For: 2 * ms}, []service.Routes{c, c, c, c}, "429 429 none none"},
		{"the whole vocabulary", "slow:1,cut,refuse,truncate,ok:1h", throttle.Fault{}, []service.Routes{c, c, c, c, c}, "slow cut refuse truncate life"},
	} {
		if got := told(answers(t, test.list, test.fault), test.asks...); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
}

// A request that a limit refuses, or that an earlier fault decides, uses up no
// answer.
func TestAnswersThatNobodyGets(t *testing.T) {
	one := throttle.Limit{Rate: throttle.Rate{Tokens: 1, Seconds: 1}, Burst: 1, Scope: throttle.HostScope}
	e := answers(t, "500,503", throttle.Fault{}, one)
	for _, step := range []struct {
		at   time.Duration
		want int
	}{{0, 500}, {1, 429}, {2, 429}, {time.Second, 503}, {time.Second + 1, 429}, {2 * time.Second, 0}} {
		if v := decide(e, step.at, asking(service.CredentialsRoute)); v.Status != step.want {
			t.Errorf("at %v: got %d, want %d", step.at, v.Status, step.want)
		}
	}
	e = throttle.New(throttle.Config{Slots: 2, Faults: []throttle.Fault{
		{Kind: throttle.StatusFault, Status: 404, For: 2 * ms},
		{Kind: throttle.AnswersFault, Answers: []throttle.Answer{{Kind: throttle.StatusFault, Status: 500}}},
	}})
	if got, want := told(e, 0, 0, 0, 0), "404 404 500 none"; got != want {
		t.Errorf("after another fault: got %s, want %s", got, want)
	}
}

// Once its answers are used, a fault is over: it is not listed, and cannot be
// lifted. Another host begins with the first answer.
func TestAnswersEnd(t *testing.T) {
	e := answers(t, "429", throttle.Fault{Name: "a"})
	if n := len(e.Faults(0)); n != 1 {
		t.Errorf("before: got %d faults, want 1", n)
	}
	told(e, 0)
	if n := len(e.Faults(1)); n != 0 || e.Lift(1, "a") {
		t.Errorf("after: got %d faults, or one to lift, want none", n)
	}
	e.NextHost(1)
	if got := told(e, 0, 0); got != "429 none" {
		t.Errorf("on the next host: got %s, want 429 none", got)
	}
}

// Blame tells an answer as the fault that it stands for; documents of an answer
// expire at whole seconds.
func TestAnswersInDetail(t *testing.T) {
	e := answers(t, "429ra:7,503json,slow:0.5,ok:60,expired:60", throttle.Fault{Name: "a"})
	got := make([]throttle.Verdict, 5)
	var blamed []throttle.Fault
	for i := range got {
		got[i] = decide(e, 1300*ms, asking(service.CredentialsRoute))
		f, _ := e.Blame(got[i])
		blamed = append(blamed, f)
	}
	if f := blamed[0]; f.Kind != throttle.StatusFault || f.Status != 429 || f.RetryAfter != 7*time.Second || f.Body != "Too Many Requests\n" || f.Name != "a" {
		t.Errorf("429ra:7: got %+v", f)
	}
	if f := blamed[1]; f.Status != 503 || !strings.HasPrefix(f.Body, `{"code":"InternalServerException"`) {
		t.Errorf("503json: got %+v", f)
	}
	if got[2].After != 500*ms {
		t.Errorf("slow:0.5: got it after %v", got[2].After)
	}
	if got[3].Effect.Shift != 59700*ms || got[4].Effect.Shift != -60300*ms {
		t.Errorf("ok:60 and expired:60: got %v and %v, want 59.7s and -60.3s", got[3].Effect.Shift, got[4].Effect.Shift)
	}
}

func TestAnswersCheck(t *testing.T) {
	refuse, missing := throttle.Answer{Kind: throttle.RefuseFault}, throttle.Answer{Kind: throttle.MissingFieldFault}
	for _, test := range []struct {
		fault throttle.Fault
		want  string
	}{
		{throttle.Fault{}, "answers: 0 of them: want 1 to 1000"},
		{throttle.Fault{Answers: make([]throttle.Answer, 1001)}, "answers: 1001 of them: want 1 to 1000"},
		{throttle.Fault{Answers: []throttle.Answer{{}, {Kind: throttle.StatusFault}}}, "answer 2: status 0: want 400 to 599"},
		{throttle.Fault{Answers: []throttle.Answer{missing}, Routes: service.TokenRoute}, "answer 1: missing: changes nothing on token"},
		{throttle.Fault{Answers: []throttle.Answer{refuse}, Routes: service.TokenRoute}, "answer 1: refuse: a connection is refused before it asks"},
		{throttle.Fault{Answers: []throttle.Answer{refuse}, Share: 0.5}, "answer 1: refuse: a connection is refused before it asks"},
	} {
		test.fault.Kind = throttle.AnswersFault
		if err := test.fault.Check(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: got %v, want %s", test.fault, err, test.want)
		}
	}
}

func BenchmarkParseAnswers(b *testing.B) {
	list := strings.Repeat("429ra:5,", 999) + "ok"
	for b.Loop() {
		if _, err := throttle.ParseAnswers(list); err != nil {
			b.Fatal(err)
		}
	}
}

// Whatever is read is written so that it is read the same.
func FuzzParseAnswer(f *testing.F) {
	for _, form := range throttle.AnswerForms() {
		f.Add(strings.NewReplacer("S", "5", "LIFETIME", "15m").Replace(form.Form))
	}
	f.Add("slow:0.000000001")
	f.Add("expired:1h5")
	f.Fuzz(func(t *testing.T, text string) {
		a, err := throttle.ParseAnswer(text)
		if err != nil {
			return
		}
		if again, err := throttle.ParseAnswer(a.String()); err != nil || again != a {
			t.Errorf("%q is %+v, is written as %s and read as %+v, %v", text, a, a, again, err)
		}
	})
}
