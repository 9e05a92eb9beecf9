package process

import (
	"fmt"
	"slices"
	"time"

	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/words"
)

// together is how many calls are made at once, for the flight.
const together = 4

// cacheCells are what only a process that makes several calls can show: two calls
// with credentials of each lifetime; the same with an endpoint that then fails; and
// several calls at once, answered well, and not.
func (f *fingerprint) cacheCells() (kept, failing, flight []*cell) {
	if !f.battery.speaks {
		return nil, nil, nil
	}
	for _, life := range lifetimes {
		kept = append(kept, &cell{answers: fmt.Sprintf("ok:%ds", life/time.Second), calls: 2})
		failing = append(failing, &cell{answers: fmt.Sprintf("ok:%ds,404", life/time.Second), routes: service.CredentialsRoute, calls: 2})
	}
	flight = []*cell{
		{answers: "ok", calls: together, concurrency: together},
		{answers: "404", routes: service.CredentialsRoute, calls: together, concurrency: together},
	}
	return kept, failing, flight
}

// readCache finds the cache, the refresh window and the flight in those cells.
func (f *fingerprint) readCache(kept, failing, flight []*cell) {
	if len(kept) == 0 {
		f.unknown("cache, refresh window and flight: a process that makes one call has none; a driver that stays alive shows them (docs/drivers.md)")
		return
	}
	of := f.battery.config.Service
	again := make([]bool, len(lifetimes)) // the second call fetches
	twice := false                        // the first call fetches twice
	for i := range lifetimes {
		again[i] = len(asked(of, &kept[i].made[1], credentials)) > 0
		twice = twice || good(asked(of, &kept[i].made[0], credentials)) > 1
	}
	if twice {
		f.Strategy.FirstUse = 2
		f.saw("the first call looks at what it has loaded, and fetches again")
	}
	fresh := slices.Index(again, false)
	f.readFlight(flight, fresh < 0)
	if fresh < 0 {
		f.saw("every call fetches, however long the credentials live")
		return
	}
	if slices.Contains(again[fresh:], true) {
		f.unknown("the refresh window: a second call fetches %s", f.secondCalls(again))
		return
	}
	cache := &strategy.Refresh{}
	cache.Window = f.between(fresh, "a second call")
	f.Strategy.Cache = cache
	f.saw("a second call fetches %s", f.secondCalls(again))
	// Of the fetches in the window, those that fail the call are mandatory.
	mandatory := fresh
	for i := range fresh {
		calls := failing[i].made
		if calls[0].result == "ok" && calls[1].result == "ok" {
			mandatory = i
			break
		}
	}
	if fresh > 0 && mandatory < fresh {
		cache.Mandatory = f.between(mandatory, "a refresh that fails")
		f.saw("a refresh that fails is passed over from %s left on", short(lifetimes[mandatory]))
		if mandatory == 0 {
			cache.Behind = true
			f.unknown("whether it refreshes in the background, as said here: a refresh that fails never failed a call while the credentials were valid")
		}
	}
}

// secondCalls says at which lifetimes a second call fetches.
func (f *fingerprint) secondCalls(again []bool) string {
	var yes, no []string
	for i, life := range lifetimes {
		if again[i] {
			yes = append(yes, short(life))
		} else {
			no = append(no, short(life))
		}
	}
	if len(yes) == 0 {
		yes = []string{"none"}
	}
	return fmt.Sprintf("with a lifetime of %s, and not with %s", words.List(yes, "and"), words.List(no, "and"))
}

// short is a lifetime without zeros at its end.
func short(d time.Duration) string {
	if d%time.Hour == 0 {
		return fmt.Sprintf("%dh", d/time.Hour)
	}
	return fmt.Sprintf("%dm", d/time.Minute)
}

// between is the window that lies below the lifetime of an index, and above the one
// before.
func (f *fingerprint) between(i int, what string) time.Duration {
	if i == 0 {
		f.unknown("a window of less than %s, the shortest lifetime of the battery", short(lifetimes[0]))
		return 0
	}
	low, high := lifetimes[i-1], lifetimes[i]
	middle := (low + high) / 2
	if high-low > 2*time.Minute {
		f.unknown("the exact window of %s: it is between %s and %s", what, short(low), short(high))
	}
	return middle
}

// readFlight finds out what calls do that are made at once.
func (f *fingerprint) readFlight(flight []*cell, uncached bool) {
	of := f.battery.config.Service
	count := func(c *cell) int {
		n := 0
		for i := range c.made {
			n += len(asked(of, &c.made[i], credentials))
		}
		return n
	}
	loads, failures := count(flight[0]), count(flight[1])
	single := max(f.tries["404"], 1)
	f.saw("%d calls at once: %s if they are answered, %d if all get 404", together, words.Plural(uint64(loads), "request", "requests"), failures)
	switch {
	case loads >= together:
		f.Strategy.Flight.Kind = strategy.Each
		if !uncached {
			f.unknown("whether the calls also fetch each for itself once something is held (first_each)")
		}
	case failures >= together*single:
		f.Strategy.Flight.Kind = strategy.Serial
	default:
		f.Strategy.Flight.Kind = strategy.Join
	}
	f.unknown("how long a call waits for another's fetch (max_wait)")
}
