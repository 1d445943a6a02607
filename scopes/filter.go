package scopes

import (
	"errors"
	"reflect"

	"github.com/goasyncio/asyncio/internal/future"
	"github.com/goasyncio/asyncio/taskgroups"
)

// filter takes the cancellations of scopes out of errors. With bare, a bare
// context.Canceled is one: that is what a ctx derived from a scope's ends with.
type filter struct{ bare bool }

// strip returns what is left of err, and whether there was a cancellation in it.
// What wraps a group of errors cannot be kept without them, and is left alone.
func (f filter) strip(err error) (rest error, found bool) {
	if future.IsScoped(err, f.bare) {
		return nil, true
	}
	switch e := err.(type) {
	case *taskgroups.GroupError:
		errs, found := f.all(e.Errors)
		switch {
		case !found:
			return err, false
		case len(errs) == 0:
			return nil, true
		}
		return &taskgroups.GroupError{Errors: errs}, true
	case interface{ Unwrap() []error }:
		if reflect.TypeOf(err) != joined {
			break
		}
		if errs, found := f.all(e.Unwrap()); found {
			return errors.Join(errs...), true
		}
	}
	return err, false
}

// joined is what errors.Join returns.
var joined = reflect.TypeOf(errors.Join(errors.ErrUnsupported))

// all returns what is left of errs.
func (f filter) all(errs []error) (rest []error, found bool) {
	for _, err := range errs {
		err, was := f.strip(err)
		found = found || was
		if err != nil {
			rest = append(rest, err)
		}
	}
	return rest, found
}
