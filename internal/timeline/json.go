package timeline

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"tenement/internal/words"
)

// several is the JSON of several timelines.
type several struct {
	Strategies []Timeline `json:"strategies"`
}

// WriteJSON writes a timeline as JSON, or several as {"strategies":[…]}.
func WriteJSON(w io.Writer, all []Timeline) error {
	var v any = several{all}
	if len(all) == 1 {
		v = all[0]
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("writing timelines: %w", err)
	}
	_, err := w.Write(words.VisibleJSON(b.Bytes()))
	return err
}

// mostJSON bounds the JSON that ReadJSON reads.
const mostJSON = 256 << 20

// ReadJSON reads what WriteJSON writes.
func ReadJSON(r io.Reader) ([]Timeline, error) {
	text, err := io.ReadAll(io.LimitReader(r, mostJSON+1))
	if err != nil {
		return nil, err
	}
	if len(text) > mostJSON {
		return nil, fmt.Errorf("more than %d MiB: no timeline is as long", mostJSON>>20)
	}
	var v struct {
		several
		Timeline
	}
	if err := json.Unmarshal(text, &v); err != nil {
		return nil, fmt.Errorf("no timeline: %w", unmarshalled(err))
	}
	all := v.Strategies
	if all == nil {
		all = []Timeline{v.Timeline}
	}
	for i := range all {
		if len(all[i].Calls) == 0 {
			return nil, errors.New("no timeline: it has no calls")
		}
		for j := range all[i].Calls { // a gate that knows neither lets everything pass
			switch c := &all[i].Calls[j]; {
			case c.Result == "":
				return nil, fmt.Errorf("no timeline: call %d has no result", j+1)
			case c.Attempts == nil:
				return nil, fmt.Errorf("no timeline: call %d has no attempts: want a list, which may be empty", j+1)
			}
		}
	}
	if len(all) == 0 {
		return nil, errors.New("no timeline: it has no strategies")
	}
	return all, nil
}

// unmarshalled is an error of json.Unmarshal without the names of Go's types.
func unmarshalled(err error) error {
	wrong, ok := errors.AsType[*json.UnmarshalTypeError](err)
	if !ok {
		return err
	}
	place := "it" // the whole text
	if at := strings.TrimPrefix(strings.TrimPrefix(wrong.Field, "Timeline."), "several."); at != "" {
		place = at
	}
	return fmt.Errorf("%s is not to be a JSON %s", place, wrong.Value)
}
