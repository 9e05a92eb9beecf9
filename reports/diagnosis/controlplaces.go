package diagnosis

import (
	"fmt"

	"tenement/internal/words"
	"tenement/reports"
)

// sayLosses says what the loss of zones and cells costs.
func (c *Control) sayLosses() string {
	if len(c.Losses) == 0 {
		return ""
	}
	var names []string
	for _, l := range c.Losses {
		names = append(names, fmt.Sprintf("%s at %s for %s", l.Name, words.Span(l.AtS), words.Span(l.ForS)))
	}
	died := ControlDied(c.Base)
	with := "it"
	if len(names) > 1 {
		with = "them"
	}
	text := fmt.Sprintf("Lost: %s, and with %s %s", words.List(words.Some(names), "and"), with, words.Plural(died, "task", "tasks"))
	if s := c.Base.Series; s != nil {
		if at := min(int(c.Losses[0].AtS/s.BucketS), len(s.Alive)) - 1; at >= 0 && s.Alive[at] > 0 {
			text += fmt.Sprintf(" of up to %s that %s RUNNING", words.Number(uint64(s.Alive[at])), words.Were(uint64(s.Alive[at])))
		}
	}
	if n := c.All.Replaced; n > 0 {
		switch again := c.All.ReplacedRunning; {
		case n == 1 && again == 1:
			text += "; the one that is asked for again becomes RUNNING"
		case n == 1:
			text += "; the one that is asked for again does not become RUNNING"
		case again == n:
			text += fmt.Sprintf("; all %s that are asked for again become RUNNING", words.Number(n))
		default:
			text += fmt.Sprintf("; %s of %s that are asked for again %s RUNNING", words.Number(again), words.Number(n), become(again))
		}
	}
	text += "."
	if n := c.You.Died; n > 0 && c.Base.Tested() {
		text += fmt.Sprintf(" Of the lost, %s yours and RUNNING.", words.Plural(n, "was", "were"))
	}
	least, most := 0, 0
	for i := range c.Rows {
		n := ControlDied(c.Rows[i].Case.ControlPlane)
		if n < ControlDied(c.Rows[least].Case.ControlPlane) {
			least = i
		}
		if n > ControlDied(c.Rows[most].Case.ControlPlane) {
			most = i
		}
	}
	for _, i := range []int{least, most} {
		if i == 0 {
			continue
		}
		row := c.Rows[i].Case
		if died := ControlDied(row.ControlPlane); died > 0 {
			text += fmt.Sprintf(" With %q the loss takes %s.", row.Title, words.Plural(died, "task", "tasks"))
		} else {
			text += fmt.Sprintf(" With %q no task is lost.", row.Title)
		}
	}
	return text
}

// ControlDied is how many tasks were lost with zones and cells, RUNNING or not.
func ControlDied(c *reports.ControlPlane) (died uint64) {
	for i := range c.Zones {
		died += c.Zones[i].Died
	}
	return died
}

// sayPlane sets the other data plane beside that of the base.
func (c *Control) sayPlane() string {
	base := c.Rows[0].planeText("a task")
	for i := range c.Rows {
		row := &c.Rows[i]
		if row.Case.ControlPlane.Plane == c.Base.Plane {
			continue
		}
		if other := row.planeText("it"); base != "" && other != "" {
			return fmt.Sprintf("As it is, %s; with %q %s.", base, row.Case.Title, other)
		}
	}
	return ""
}

// planeText is what tasks have of a data plane, "" where none started.
func (r *ControlRow) planeText(task string) string {
	p, s := r.Case.ControlPlane, &r.You.Sharing
	if p.Capacity.WastedShare == nil || r.You.StartMS == nil {
		return ""
	}
	shares := "is alone on its instance"
	if p.Plane == reports.MicroVMPlane && s.OwnMean != nil {
		shares = "shares its host with " + others(*s.OwnMean+*s.OthersMean)
	}
	return fmt.Sprintf("%s %s, half start within %s, and %s of the vCPU hours are not used",
		task, shares, words.Milliseconds(r.You.StartMS.P50), words.Roughly(*p.Capacity.WastedShare))
}

// sayCells says how the cells are filled.
func (c *Control) sayCells() string {
	var most []string
	var largest, all uint64
	for i := range c.Base.Zones {
		for _, cell := range c.Base.Zones[i].Cells {
			largest = max(largest, cell.Most)
			all += cell.Most
			if i == 0 {
				most = append(most, words.Number(cell.Most))
			}
		}
	}
	if all == 0 {
		return ""
	}
	if len(most) == 1 {
		return fmt.Sprintf("The cell of the first zone holds %s at the most: if it fails, it takes %s at the most.", most[0], words.Plural(largest, "task", "tasks"))
	}
	return fmt.Sprintf("The cells of the first zone hold %s at the most, filled one after the other: a cell that fails takes %s at the most, and no task of another cell.",
		words.List(words.Some(most), "and"), words.Plural(largest, "task", "tasks"))
}

// sayRollout says how far new software comes.
func (c *Control) sayRollout() string {
	o := c.Base.Rollout
	if o == nil {
		return ""
	}
	reached, visits, failed := 0, uint64(0), uint64(0)
	var hit []string
	for i := range c.Base.Regions {
		g := &c.Base.Regions[i]
		if g.ToS == nil {
			continue
		}
		reached++
		visits, failed = visits+g.Visits, failed+g.Failed
		if g.Failed > 0 {
			hit = append(hit, g.Name)
		}
	}
	text := fmt.Sprintf("The new software of %s reaches %d of %s", o.Step, reached, words.Plural(uint64(len(c.Base.Regions)), "region", "regions"))
	if at := c.Base.Alarm; at != nil {
		text += fmt.Sprintf(" and is taken back after %s", words.Span(*at))
	}
	if visits > 0 && failed > 0 {
		text += fmt.Sprintf("; it fails %s of its visits, all in %s", words.Roughly(float64(failed)/float64(visits)), words.List(words.Some(hit), "and"))
	}
	return text + "."
}
