package oplang

import (
	"errors"
	"fmt"
	"slices"
)

// Parse reads one program. It returns an error that says where, for text that is
// not JSON, for ops and kinds that do not exist, and for fields that are missing
// or of the wrong type; fields that an op does not have are ignored. A name of a
// coroutine or callback that is not defined is no error before it is used: the
// op that does so raises a KeyError.
func Parse(source []byte) (*Program, error) {
	p, err := parse(source)
	if err != nil {
		return nil, fmt.Errorf("oplang: %w", err)
	}
	return p, nil
}

func parse(source []byte) (*Program, error) {
	v, err := readJSON(source)
	if err != nil {
		return nil, err
	}
	top, err := readObject(v)
	if err != nil {
		return nil, err
	}
	p := &Program{options: options{resolution: 1, maxSteps: 1000}}
	for _, m := range top {
		switch m.name {
		case "id":
			p.ID, err = readID(m.value)
		case "options":
			p.options, err = readOptions(p.options, m.value)
		case "objects":
			p.objects, err = readThings(m.value)
		case "callbacks":
			p.callbacks, err = readBodies(m.value)
		case "coros":
			p.coros, err = readBodies(m.value)
		}
		if err != nil {
			return nil, within(m.name, err)
		}
	}
	if p.coros["main"] == nil {
		return nil, errors.New("coros.main is missing; it is where a program starts")
	}
	return p, p.checkCallbacks()
}

// checkCallbacks refuses callbacks that would have to wait.
func (p *Program) checkCallbacks() error {
	for name, list := range p.callbacks {
		for i, o := range list {
			if o.kind != kindSync && o.name != "raise" {
				return fmt.Errorf("callbacks.%s[%d]: %s in a callback; it can do sync ops and raise only", name, i, o.name)
			}
		}
	}
	return nil
}

func readID(v node) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case float64:
		return number(v), nil
	}
	return "", errors.New("want a string or a number")
}

// readOptions reads a program's options over o.
func readOptions(o options, v node) (options, error) {
	all, err := readObject(v)
	if err != nil {
		return o, err
	}
	for _, m := range all {
		switch m.name {
		case "eager":
			o.eager, err = readBool(m.value)
		case "clock_resolution":
			var t delay
			if t, err = readDelay(m.value); err == nil && t.d <= 0 {
				err = errors.New("want a positive time")
			}
			o.resolution = t.d
		case "max_steps":
			o.maxSteps, err = readInt(m.value)
		}
		if err != nil {
			return o, within(m.name, err)
		}
	}
	return o, nil
}

// readThings reads the objects of a program.
func readThings(v node) ([]*object, error) {
	all, err := readObject(v)
	if err != nil {
		return nil, err
	}
	var objects []*object
	for _, m := range all {
		o, err := readThing(m)
		if err != nil {
			return nil, within(m.name, err)
		}
		isLock := func(p *object) bool { return p.label == o.lock && p.kind == kinds["lock"] }
		if o.lock != "" && !slices.ContainsFunc(objects, isLock) {
			return nil, within(m.name, fmt.Errorf("no lock %q comes before it", o.lock))
		}
		objects = append(objects, o)
	}
	return objects, nil
}

// readThing reads an object by the fields that its kind has.
func readThing(m member) (*object, error) {
	all, err := readObject(m.value)
	if err != nil {
		return nil, err
	}
	var name string
	if err := all.read("kind", false, func(v node) (err error) { name, err = readString(v); return err }); err != nil {
		return nil, err
	}
	o := &object{kind: kinds[name], label: m.name, value: 1, limit: 16}
	if o.kind == nil {
		return nil, fmt.Errorf("there is no kind %q of object", name)
	}
	err = eachField(o.fields, func(field string, optional bool) error {
		return all.read(field, optional, func(v node) error { return o.readField(field, v) })
	})
	return o, err
}

// readField reads one field of an object.
func (o *object) readField(name string, v node) (err error) {
	switch name {
	case "lock":
		o.lock, err = readString(v)
	case "value":
		o.value, err = readIntFrom(0, v)
	case "parties":
		o.parties, err = readIntFrom(1, v)
	case "maxsize":
		o.maxsize, err = readCeil(v)
	case "limit":
		o.limit, err = readIntFrom(1, v)
	default:
		panic("oplang: no field " + name)
	}
	return err
}

// readBodies reads the named lists of ops that coroutines and callbacks are.
func readBodies(v node) (map[string][]*op, error) {
	all, err := readObject(v)
	if err != nil {
		return nil, err
	}
	bodies := make(map[string][]*op, len(all))
	for _, m := range all {
		if bodies[m.name], err = readOps(m.value); err != nil {
			return nil, within(m.name, err)
		}
	}
	return bodies, nil
}
