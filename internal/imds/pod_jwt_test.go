package imds

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"tenement/internal/service"
)

// segment is a part of a token.
func segment(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// The texts have been compared with those of golang-jwt/jwt v5.3.0.
func TestParseToken(t *testing.T) {
	const head = `{"alg":"RS256","kid":"k"}`
	none := claims{from: math.MinInt64, until: math.MaxInt64}
	for _, test := range []struct {
		name, token string
		want        claims
		err         string
	}{
		{"empty claims", segments(head, `{}`, "s"), none, ""},
		{"claims that are null", segments(head, `null`, "s"), none, ""},
		{"no signature", segments(head, `{}`, ""), none, ""},
		{"a signature that is none", segments(head, `{}`, "%"), none, ""},
		{"a pod", segments(head, `{"exp":20,"nbf":10,"iat":10,"iss":"i","sub":"s","jti":"j","aud":["a"],"kubernetes.io":{"pod":{"name":"n","uid":"u"}}}`, "s"), claims{10, 20, "u"}, ""},
		{"a fraction of a second", segments(head, `{"exp":20.9,"nbf":-10.5}`, "s"), claims{-11, 20, ""}, ""},
		{"dates in quotes", segments(head, `{"exp":"20"}`, "s"), claims{math.MinInt64, 20, ""}, ""},
		{"dates that are null", segments(head, `{"exp":null,"nbf":null,"aud":null}`, "s"), none, ""},
		{"an audience of one", segments(head, `{"aud":"a"}`, "s"), none, ""},
		{"dates out of range", segments(head, `{"exp":1e300,"nbf":-1e300}`, "s"), claims{-1 << 53, 1 << 53, ""}, ""},
		{"a pod that is none", segments(head, `{"exp":20,"kubernetes.io":{"pod":5}}`, "s"), claims{math.MinInt64, 20, ""}, ""},

		{"nothing", "", none, "token is malformed: token contains an invalid number of segments"},
		{"dots", "..", none, "token is malformed: could not JSON decode header: unexpected end of JSON input"},
		{"too many dots", "...", none, "token is malformed: token contains an invalid number of segments"},
		{"padding", "e30=.e30.", none, "token is malformed: could not base64 decode header: illegal base64 data at input byte 3"},
		{"header is text", segments(`x`, `{}`, ""), none, "token is malformed: could not JSON decode header: invalid character 'x' looking for beginning of value"},
		{"header is a number", segments(`5`, `{}`, ""), none, "token is malformed: could not JSON decode header: json: cannot unmarshal number into Go value of type map[string]interface {}"},
		{"claims are not base64", segment(head) + ".*.", none, "token is malformed: could not base64 decode claim: illegal base64 data at input byte 0"},
		{"claims are a number", segments(head, `5`, ""), none, "token is malformed: could not JSON decode claim: json: cannot unmarshal number into Go value of type jwt.RegisteredClaims"},
		{"claims end early", segments(head, `{"exp":`, ""), none, "token is malformed: could not JSON decode claim: unexpected end of JSON input"},
		{"issuer is a number", segments(head, `{"iss":5}`, ""), none, "token is malformed: could not JSON decode claim: json: cannot unmarshal number into Go struct field RegisteredClaims.iss of type string"},
		{"a date that is true", segments(head, `{"exp":true}`, ""), none, "token is malformed: could not JSON decode claim: could not parse NumericData: json: cannot unmarshal bool into Go value of type json.Number"},
		{"a date beyond numbers", segments(head, `{"nbf":1e400}`, ""), none, "token is malformed: could not JSON decode claim: could not convert json number value to float: strconv.ParseFloat: parsing \"1e400\": value out of range"},
		{"an audience that is a number", segments(head, `{"aud":5}`, ""), none, "token is malformed: could not JSON decode claim: invalid type for claim"},
		{"an audience with a number", segments(head, `{"aud":["a",5]}`, ""), none, "token is malformed: could not JSON decode claim: invalid type for claim"},
		{"no algorithm", segments(`{"alg":5}`, `{}`, ""), none, "token is unverifiable: signing method (alg) is unspecified"},
		{"an unknown algorithm", segments(`{"alg":"RS256 RS384"}`, `{}`, ""), none, "token is unverifiable: signing method (alg) is unavailable"},
		{"an empty algorithm", segments(`{"alg":""}`, `{}`, ""), none, "token is unverifiable: signing method (alg) is unavailable"},
		{"claims are looked at before the algorithm", segments(`{}`, `x`, ""), none, "token is malformed: could not JSON decode claim: invalid character 'x' looking for beginning of value"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := parseToken(test.token)
			text := ""
			if err != nil {
				text, got = err.Error(), none
			}
			if text != test.err || got != test.want {
				t.Errorf("got %+v, %q, want %+v, %q", got, text, test.want, test.err)
			}
		})
	}
}

// FuzzToken parses any token: twice the same, and what is wrong is said in a text
// that grows no faster than the token.
func FuzzToken(f *testing.F) {
	golden, err := os.ReadFile("testdata/pod-token.golden")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(strings.TrimSpace(string(golden)))
	f.Add(segments(`{"alg":"none"}`, `{"exp":1}`, "x"))
	f.Add(segments(`{}`, `{"exp":"x"}`, "x"))
	f.Add(segments(`{"alg":"RS256"}`, `{"aud":[[[]]],"kubernetes.io":{"pod":{"uid":""}}}`, "x"))
	f.Add(strings.Repeat("[", 1000) + "..")
	f.Fuzz(func(t *testing.T, token string) {
		c, err := parseToken(token)
		if again, same := parseToken(token); again != c || (same == nil) != (err == nil) {
			t.Fatalf("got %+v, then %+v", c, again)
		}
		if err != nil {
			if len(err.Error()) > 400+6*len(token) {
				t.Fatalf("got an error of %d bytes for %d", len(err.Error()), len(token))
			}
			return
		}
		_ = c.wrong(podBegan.Unix())
	})
}

// FuzzTokenAnswer shows any token to the agent: it is turned away or not, with a
// text of one line that is no longer than it has to be.
func FuzzTokenAnswer(f *testing.F) {
	task := Identify(1, 0, "app", 0)
	s := New(Config{Service: service.PodIdentity, Seed: 1, Tasks: []Task{task}, Began: podBegan})
	good := tokenOf(task, podBegan, 0)
	f.Add(good, service.PodIdentity.Row().IPv4)
	f.Add("Bearer "+good, "localhost:80")
	f.Add("", "[::1]")
	f.Add(segments(`{"alg":"none"}`, `{"exp":1}`, "x"), "[")
	f.Add(segments(`{}`, `{"exp":"x"}`, "x"), "a\nb")
	f.Fuzz(func(t *testing.T, token, host string) {
		w := send(s, "GET", "/v1/credentials", calling(host, token))
		body := w.Body.Bytes()
		switch w.Code {
		case 200:
			if !json.Valid(body) {
				t.Fatalf("got %s", body)
			}
		case 400, 403:
			if !strings.HasSuffix(string(body), "\n") || len(body) > 400+6*len(host)+6*len(token) {
				t.Fatalf("got %d %q", w.Code, body)
			}
		default:
			t.Fatalf("got %d %s", w.Code, body)
		}
	})
}

// TestTokenTime is of a token far in the future, which is not yet good.
func TestTokenTime(t *testing.T) {
	c, err := parseToken(segments(`{"alg":"none"}`, `{"nbf":1e300}`, ""))
	if err != nil || c.wrong(time.Now().Unix()) == "" {
		t.Errorf("got %+v, %v, want a token that is not valid yet", c, err)
	}
}
