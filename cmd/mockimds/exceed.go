package main

import (
	"errors"
	"net/http"
	"strconv"

	"tenement/internal/imds"
	"tenement/internal/throttle"
)

// exceed is the value of --on-exceed.
type exceed throttle.OnExceed

// Set implements pflag.Value.
func (e *exceed) Set(s string) error {
	switch s {
	case throttle.Drop.String():
		*e = exceed{Action: throttle.Drop}
		return nil
	case throttle.Delay.String():
		*e = exceed{Action: throttle.Delay}
		return nil
	}
	status, err := strconv.Atoi(s)
	if err != nil || status < 400 || status > 599 {
		return errors.New("want a status from 400 to 599, drop or delay")
	}
	*e = exceed{Status: status}
	return nil
}

// String implements pflag.Value.
func (e *exceed) String() string { return throttle.OnExceed(*e).String() }

// Type implements pflag.Value.
func (*exceed) Type() string { return "ACTION" }

// onExceed is what a service does beyond its limit: what it was told, else
// what it is known to answer with.
func (o *options) onExceed() throttle.OnExceed {
	e := throttle.OnExceed(o.exceed)
	if e == (throttle.OnExceed{}) && imds.Service(o.service) == imds.IMDS {
		e.Status = http.StatusServiceUnavailable // the one that AWS documents
	}
	return e
}
