package throttle

import (
	"fmt"
	"strconv"
	"strings"
)

// ParseLimit reads a token bucket on one line: its rate, burst and scope, such as
// 40,60,ip+path. A rate without a unit is per second. The scope may be left out, and
// is ip+path then. The error says what is wanted.
func ParseLimit(text string) (Limit, error) {
	parts := strings.Split(text, ",")
	if len(parts) != 2 && len(parts) != 3 {
		return Limit{}, fmt.Errorf("limit %q: want a rate, a burst and a scope, such as 40,60,ip+path", text)
	}
	rate := parts[0]
	if !strings.Contains(rate, "/") {
		rate += "/s"
	}
	l := Limit{Scope: IPPathScope}
	var err error
	if l.Rate, err = ParseRate(rate); err != nil {
		return Limit{}, err
	}
	if l.Burst, err = strconv.ParseInt(parts[1], 10, 64); err != nil || l.Burst < 1 {
		return Limit{}, fmt.Errorf("burst %q: want a whole number, 1 or more", parts[1])
	}
	if len(parts) == 3 {
		if l.Scope, err = ParseScope(parts[2]); err != nil {
			return Limit{}, err
		}
	}
	return l, l.Check()
}

// Line is a token bucket as ParseLimit reads it, with its scope.
func (l Limit) Line() string {
	return fmt.Sprintf("%s,%d,%v", strings.TrimSuffix(l.Rate.String(), "/s"), l.Burst, l.Scope)
}
