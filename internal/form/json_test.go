package form

import "testing"

// TestJSON reads JSON and writes it again: numbers stay numbers, text text.
func TestJSON(t *testing.T) {
	for _, text := range []string{
		`{"a":1,"b":["1","x\"y\n",0.5],"c":{"d":-2e3}}`, `[]`, `"text"`, `12345678901234567890`,
	} {
		n, err := ParseJSON([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := string(n.JSON()); got != text {
			t.Errorf("got  %s\nwant %s", got, text)
		}
	}
	for text, want := range map[string]string{
		`{"a":1`:        "not JSON: unexpected end of JSON input",
		`{"a":1,"a":2}`: `JSON: duplicate key "a"`,
	} {
		if _, err := ParseJSON([]byte(text)); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
}
