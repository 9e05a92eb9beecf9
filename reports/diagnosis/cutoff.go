package diagnosis

import (
	"fmt"

	"tenement/internal/stat"
	"tenement/internal/strategy"
	"tenement/internal/words"
)

// cutOffShare is the least share of calls whose task ended before them that is mentioned.
const cutOffShare = 0.001

// cutOff is the share of calls that were still open when their task ended.
func (t *Totals) cutOff() float64 {
	return stat.Ratio(t.Results[strategy.Stopped], t.Results.Total())
}

// sayCutOff says how many of your calls are no success and no failure, because their task
// ended first: in the base, and in the case with the most of them.
func (d *Diagnosis) sayCutOff() string {
	now, worst := d.You.cutOff(), &d.Rows[0]
	for i := range d.Rows {
		if d.Rows[i].You.cutOff() > worst.You.cutOff() {
			worst = &d.Rows[i]
		}
	}
	const why = "neither succeed nor fail: they are still open when their task ends, and count as stopped"
	most := words.Roughly(worst.You.cutOff())
	switch {
	case worst.You.cutOff() < cutOffShare:
		return ""
	case now < cutOffShare:
		return fmt.Sprintf("With %s, %s of your calls %s.", called(worst), most, why)
	case most == words.Roughly(now):
		return fmt.Sprintf("%s of your calls %s.", most, why)
	}
	return fmt.Sprintf("%s of your calls %s; with %s it is %s.", words.Roughly(now), why, called(worst), most)
}
