package tune

import (
	"cmp"
	"context"
	"slices"

	"tenement/reports/tuning"
)

// The judgement: how many candidates of the front are judged, over how many blocks of seeds
// that the search did not see, and over how many in each variant.
const (
	mostFinalists = 14
	judgeBlocks   = 40
	variantBlocks = 20
)

// judgement is the size of the judgement: smaller after a small search.
type judgement struct{ finalists, blocks, variantBlocks int }

// smallSearch is how many blocks a search has whose judgement is small.
const smallSearch = 300

func judgementOf(blocks int) judgement {
	if blocks < smallSearch {
		return judgement{mostFinalists / 2, judgeBlocks * 2 / 5, variantBlocks * 2 / 5}
	}
	return judgement{mostFinalists, judgeBlocks, variantBlocks}
}

// judge makes the result: it simulates what the search found, and today's settings, with
// seeds and in variants that the search did not see. After an error the result is what is
// known without.
func (t *Tuner) judge(ctx context.Context, found []judged) (*tuning.Result, error) {
	standard := t.standardOf(found)
	winners := map[string]judged{}
	var finalists []judged
	take := func(j judged) {
		if !slices.ContainsFunc(finalists, func(o judged) bool { return o.trial == j.trial }) {
			finalists = append(finalists, j)
		}
	}
	for _, j := range found {
		if j.key == "" {
			take(j)
		}
	}
	for i := range goals {
		g := &goals[i]
		first := g.ranked(found, standard)[0]
		if g.name == Yours && t.o.Weights == nil || g.name == Alone && !winners[Safest].others || g.name == Kindest && !t.neighbours {
			continue
		}
		winners[g.name] = first
		take(first)
	}
	for _, j := range spread(front(found), t.judged.finalists-len(finalists)) {
		take(j)
	}
	r := t.heading()
	t.progress.say("judging %d candidates", len(finalists))
	err := t.fill(ctx, &t.unseen, t.judged.blocks, trialsOf(finalists)...)
	basis := &t.unseen
	if err != nil {
		basis = &t.search
	}
	blocks := len(basis.of(finalists[0].trial))
	for i := range finalists {
		blocks = min(blocks, len(basis.of(finalists[i].trial)))
	}
	for i := range finalists {
		finalists[i].vector = vectorOf(basis.of(finalists[i].trial)[:blocks], finalists[i].work)
	}
	if err == nil {
		r.Spent.JudgedOn = blocks
		for i := range t.variants {
			t.progress.say("judging under %s", t.variants[i].title)
			under := []*trial{finalists[0].trial}
			for _, w := range winners {
				if !slices.Contains(under, w.trial) {
					under = append(under, w.trial)
				}
			}
			slices.SortFunc(under, func(a, b *trial) int { return cmp.Compare(a.key, b.key) })
			if err = t.fill(ctx, t.seriesOf(i), t.judged.variantBlocks, under...); err != nil {
				break
			}
		}
	}
	for name, w := range winners {
		if !t.helps(w, finalists[0], basis, blocks) {
			winners[name] = finalists[0]
		}
	}
	t.present(r, finalists, winners, basis, blocks)
	r.Spent.Candidates, r.Spent.Runs, r.Spent.Calls = t.spent.Candidates, t.spent.Runs, t.spent.Calls
	return r, err
}

// helps reports whether a winner is better than today's settings in anything but effort,
// beyond chance and by more than the resolution of the goals. The search takes the best of
// its own seeds, which may be best by luck alone.
func (t *Tuner) helps(w, today judged, basis *series, blocks int) bool {
	is, was := vectorOf(basis.of(w.trial)[:blocks], w.work), vectorOf(basis.of(today.trial)[:blocks], 0)
	now, before := is.steps(), was.steps()
	for _, c := range t.changes(basis.of(w.trial)[:blocks], basis.of(today.trial)[:blocks]) {
		i := slices.Index(Objectives(), c.Objective)
		if c.Better() && now[i] < before[i] {
			return true
		}
	}
	return false
}

// spread are at most n of a front, evenly over its failure rates.
func spread(all []judged, n int) []judged {
	slices.SortFunc(all, func(a, b judged) int {
		return cmp.Or(cmp.Compare(a.fail, b.fail), cmp.Compare(a.work, b.work), cmp.Compare(a.key, b.key))
	})
	if len(all) <= n {
		return all
	}
	var out []judged
	for i := range max(n, 0) {
		out = append(out, all[i*len(all)/n])
	}
	return out
}

// present puts the finalists, of which today's is the first, and the winners of the goals
// into a result.
func (t *Tuner) present(r *tuning.Result, finalists []judged, winners map[string]judged, basis *series, blocks int) {
	today := basis.of(finalists[0].trial)[:blocks]
	onFront := front(finalists)
	slices.SortStableFunc(finalists[1:], func(a, b judged) int {
		return cmp.Or(cmp.Compare(a.fail, b.fail), cmp.Compare(a.work, b.work), cmp.Compare(a.key, b.key))
	})
	shown := map[*trial]tuning.Candidate{}
	letter := 0
	for _, j := range finalists {
		c := tuning.Candidate{Name: "today", Settings: t.settings(j.candidate), Figures: t.figures(basis.of(j.trial)[:blocks], j.work)}
		c.OnFront = slices.ContainsFunc(onFront, func(o judged) bool { return o.trial == j.trial })
		if j.key != "" {
			c.Name = string(rune('A' + letter))
			letter++
		}
		shown[j.trial] = c
		won := false
		for _, w := range winners {
			won = won || w.trial == j.trial
		}
		if c.OnFront || won {
			r.Front = append(r.Front, c)
		}
		if j.key == "" {
			r.Today = c
		}
	}
	for i := range goals {
		w, ok := winners[goals[i].name]
		if !ok {
			continue
		}
		one := tuning.Recommendation{
			Name: goals[i].name, Title: goals[i].title, Candidate: shown[w.trial],
			Changes: t.changes(basis.of(w.trial)[:blocks], today),
		}
		for v := range t.variants {
			s := t.seriesOf(v)
			was, is := s.of(finalists[0].trial), s.of(w.trial)
			if len(was) < t.judged.variantBlocks || len(is) < t.judged.variantBlocks || was[0].Invalid != "" || is[0].Invalid != "" {
				continue
			}
			u := tuning.Under{
				Variant: t.variants[v].name, Today: ratios[0].figure(was), Figure: ratios[0].figure(is),
				Change: ratios[0].change(is, was),
			}
			if t.neighbours {
				harm := ratios[2].change(is, was)
				u.Harm = &harm
			}
			one.Under = append(one.Under, u)
		}
		r.Recommendations = append(r.Recommendations, one)
	}
}

// settings are what a candidate changes, and how.
func (t *Tuner) settings(c candidate) []tuning.Setting {
	all := []tuning.Setting{}
	for i, v := range c {
		if v == 0 {
			continue
		}
		p := &t.space.Parameters[i]
		value := &p.Values[v-1]
		one := tuning.Setting{
			Parameter: p.Name, Who: p.Who, Value: value.Text, Effort: p.Effort.String(),
			Option: p.Option, Code: value.Code, Change: p.Change,
		}
		for _, s := range value.Sets {
			one.Paths = append(one.Paths, tuning.Path{Path: s.Path, Value: s.Value})
		}
		all = append(all, one)
	}
	return all
}
