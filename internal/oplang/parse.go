package oplang

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"time"
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
	top, err := readMembers(source)
	if err != nil {
		return nil, err
	}
	p := &Program{options: options{resolution: 1, maxSteps: 1000}}
	for _, m := range top {
		switch m.name {
		case "id":
			p.ID, err = readID(m.value)
		case "options":
			err = p.options.read(m.value)
		case "objects":
			p.objects, err = readObjects(m.value)
		case "callbacks":
			p.callbacks, err = readLists(m.value)
		case "coros":
			p.coros, err = readLists(m.value)
		}
		if err != nil {
			return nil, within(m.name, err)
		}
	}
	if p.coros["main"] == nil {
		return nil, errors.New("coros.main is missing; it is where a program starts")
	}
	for name, list := range p.callbacks {
		for i, o := range list {
			if o.kind != kindSync && o.name != "raise" {
				return nil, fmt.Errorf("callbacks.%s[%d]: %s in a callback; it can do sync ops and raise only", name, i, o.name)
			}
		}
	}
	return p, nil
}

// member is a member of a JSON object.
type member struct {
	name  string
	value json.RawMessage
}

// readMembers reads a JSON object and keeps the order of its members.
func readMembers(raw []byte) ([]member, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	if t, err := dec.Token(); err != nil {
		return nil, notJSON(err)
	} else if t != json.Delim('{') {
		return nil, errors.New("want an object")
	}
	var members []member
	seen := make(map[string]bool)
	for dec.More() {
		t, err := dec.Token()
		if err != nil {
			return nil, notJSON(err)
		}
		m := member{name: t.(string)}
		if err := dec.Decode(&m.value); err != nil {
			return nil, notJSON(err)
		}
		if seen[m.name] {
			return nil, fmt.Errorf("%q stands there twice", m.name)
		}
		seen[m.name] = true
		members = append(members, m)
	}
	if _, err := dec.Token(); err != nil {
		return nil, notJSON(err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errors.New("not JSON: something follows the end of the object")
	}
	return members, nil
}

func notJSON(err error) error {
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("not JSON: %w", err)
}

// within says where an error was found.
func within(place string, err error) error {
	var p *placeError
	if errors.As(err, &p) {
		sep := "."
		if p.place[0] == '[' {
			sep = ""
		}
		return &placeError{place + sep + p.place, p.err}
	}
	return &placeError{place, err}
}

// placeError is an error at a place within the program, such as
// coros.main[2].body[0].
type placeError struct {
	place string
	err   error
}

func (e *placeError) Error() string { return e.place + ": " + e.err.Error() }
func (e *placeError) Unwrap() error { return e.err }

func readID(raw json.RawMessage) (string, error) {
	v, err := readValue(raw)
	switch v := v.(type) {
	case string:
		return v, err
	case float64:
		return number(v), err
	}
	return "", errors.New("want a string or a number")
}

func (o *options) read(raw json.RawMessage) error {
	members, err := readMembers(raw)
	if err != nil {
		return err
	}
	for _, m := range members {
		var t delay
		switch m.name {
		case "eager":
			err = readBool(m.value, &o.eager)
		case "clock_resolution":
			if err = readDelay(m.value, &t); err == nil {
				o.resolution = t.or(1)
			}
		case "max_steps":
			err = readInt(m.value, &o.maxSteps)
		}
		if err != nil {
			return within(m.name, err)
		}
	}
	return nil
}

func readObjects(raw json.RawMessage) ([]*object, error) {
	members, err := readMembers(raw)
	if err != nil {
		return nil, err
	}
	var objects []*object
	for _, m := range members {
		o, err := readObject(m)
		if err != nil {
			return nil, within(m.name, err)
		}
		if o.lock != "" && !slices.ContainsFunc(objects, func(p *object) bool { return p.label == o.lock }) {
			return nil, within(m.name, fmt.Errorf("lock %q does not come before it", o.lock))
		}
		objects = append(objects, o)
	}
	return objects, nil
}

// readLists reads the named lists of ops that coros and callbacks are.
func readLists(raw json.RawMessage) (map[string][]*op, error) {
	members, err := readMembers(raw)
	if err != nil {
		return nil, err
	}
	lists := make(map[string][]*op, len(members))
	for _, m := range members {
		list, err := readOps(m.value)
		if err != nil {
			return nil, within(m.name, err)
		}
		lists[m.name] = list
	}
	return lists, nil
}

// readElements reads a JSON array.
func readElements(raw json.RawMessage) ([]json.RawMessage, error) {
	var elements []json.RawMessage
	if err := json.Unmarshal(raw, &elements); err != nil || elements == nil {
		return nil, errors.New("want a list")
	}
	return elements, nil
}

// readList reads a JSON array of what read reads.
func readList[T any](raw json.RawMessage, read func(json.RawMessage) (T, error)) ([]T, error) {
	elements, err := readElements(raw)
	if err != nil {
		return nil, err
	}
	list := make([]T, len(elements))
	for i, e := range elements {
		if list[i], err = read(e); err != nil {
			return nil, within("["+strconv.Itoa(i)+"]", err)
		}
	}
	return list, nil
}

func readOps(raw json.RawMessage) ([]*op, error) { return readList(raw, readOp) }

func isNull(raw json.RawMessage) bool { return string(raw) == "null" }

func readString(raw json.RawMessage, s *string) error {
	if json.Unmarshal(raw, s) != nil || isNull(raw) {
		return errors.New("want a string")
	}
	return nil
}

func readBool(raw json.RawMessage, b *bool) error {
	if json.Unmarshal(raw, b) != nil || isNull(raw) {
		return errors.New("want true or false")
	}
	return nil
}

func readInt(raw json.RawMessage, n *int) error {
	if json.Unmarshal(raw, n) != nil || isNull(raw) {
		return errors.New("want an integer")
	}
	return nil
}

func readFloat(raw json.RawMessage, x *float64) error {
	if json.Unmarshal(raw, x) != nil || isNull(raw) {
		return errors.New("want a number")
	}
	return nil
}

// maxDelay is the longest time of a program, in seconds: 31 years.
const maxDelay = 1e9

// readDelay reads a number of seconds.
func readDelay(raw json.RawMessage, t *delay) error {
	var x float64
	if err := readFloat(raw, &x); err != nil {
		return err
	}
	if math.Abs(x) > maxDelay {
		return fmt.Errorf("want a time within %g seconds", float64(maxDelay))
	}
	*t = delay{time.Duration(math.Round(x * float64(time.Second))), true}
	return nil
}

// readValue reads what programs compute with.
func readValue(raw json.RawMessage) (any, error) {
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		return nil, notJSON(err)
	}
	if !isValue(v) {
		return nil, errors.New("want null, a bool, a number, a string or a list of such")
	}
	return v, nil
}

func isValue(v any) bool {
	list, _ := v.([]any)
	for _, e := range list {
		if !isValue(e) {
			return false
		}
	}
	_, isMap := v.(map[string]any)
	return !isMap
}
