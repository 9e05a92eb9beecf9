package plan

// FirstSidecars calls start as Sidecars does, for each task of a host that lives as long
// as the run. Tasks of a replay that ask for several things have none, because nothing says
// which of them it refreshes.
func (p *Plan) FirstSidecars(host int, start func(Occurrence)) {
	for group := range p.Groups {
		g := &p.Groups[group]
		if r, replayed := g.Pattern.(*Replay); g.Dynamic() || replayed && len(r.resources) != 1 {
			continue
		}
		present, _ := p.Present(host, group)
		task := Occurrence{Arrival: Arrival{At: p.Started(host, group), Group: uint32(group)}, Kind: TaskStarts}
		for place := range present {
			task.Task, task.Slot = uint32(place), int32(p.Slot(group, place, 0))
			p.Sidecars(&task, start)
		}
	}
}

// Sidecars calls start for each sidecar (strategy.Sidecar) that a task has, which starts
// itself: with the call that the sidecar is, due at that instant. If the task's clients
// are an agent of the host, its sidecar may have been started before.
func (p *Plan) Sidecars(task *Occurrence, start func(Occurrence)) {
	group := int(task.Group)
	if !p.Groups[group].tended {
		return
	}
	for activity := range max(len(p.Groups[group].Activities), 1) {
		if !p.Strategy(group, activity).Sidecar.On {
			continue
		}
		o := *task
		o.Kind, o.Activity, o.Resource = CallDue, uint8(activity), p.wanted(group, activity)
		o.Lane = uint32(p.Lane(group, int(task.Side), activity))
		start(o)
	}
}

// wanted is the resource that the calls of a group's activity ask for.
func (p *Plan) wanted(group, activity int) uint32 {
	g := &p.Groups[group]
	if activity < len(g.Activities) {
		return g.Activities[activity].Resource
	}
	return g.Resource
}
