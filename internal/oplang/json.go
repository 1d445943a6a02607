package oplang

// Reading JSON so that the order of an object's members is kept.

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A node is a JSON value: nil, a bool, a float64, a string, a []node or a
// members.
type node any

// members are those of a JSON object, in the order of the source.
type members []member

type member struct {
	name  string
	value node
}

// maxDepth is how deep lists and objects may stand in one another.
const maxDepth = 1000

// readJSON reads a JSON value that is the whole of source.
func readJSON(source []byte) (node, error) {
	dec := json.NewDecoder(bytes.NewReader(source))
	v, err := readNode(dec, 0)
	if err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errors.New("not JSON: something follows the end")
	}
	return v, nil
}

func readNode(dec *json.Decoder, depth int) (node, error) {
	t, err := readToken(dec)
	if err != nil {
		return nil, err
	}
	if _, ok := t.(json.Delim); ok && depth >= maxDepth {
		return nil, fmt.Errorf("lists and objects are more than %d deep", maxDepth)
	}
	switch t {
	case json.Delim('['):
		list := []node{}
		for dec.More() {
			v, err := readNode(dec, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err = readToken(dec)
		return list, err
	case json.Delim('{'):
		var all members
		for dec.More() {
			name, err := readToken(dec)
			if err != nil {
				return nil, err
			}
			v, err := readNode(dec, depth+1)
			if err != nil {
				return nil, err
			}
			if _, twice := all.get(name.(string)); twice {
				return nil, fmt.Errorf("%q stands twice in an object", name)
			}
			all = append(all, member{name.(string), v})
		}
		_, err = readToken(dec)
		return all, err
	}
	return t, nil
}

func readToken(dec *json.Decoder) (json.Token, error) {
	t, err := dec.Token()
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	return t, nil
}

func (all members) get(name string) (value node, ok bool) {
	for _, m := range all {
		if m.name == name {
			return m.value, true
		}
	}
	return nil, false
}

// read reads one field of an object. One that is optional may be null too.
func (all members) read(name string, optional bool, read func(node) error) error {
	v, ok := all.get(name)
	switch {
	case ok && (v != nil || !optional):
		if err := read(v); err != nil {
			return within(name, err)
		}
	case !optional:
		return fmt.Errorf("%q is missing", name)
	}
	return nil
}

// within says where an error was found.
func within(place string, err error) error {
	var p *placeError
	if !errors.As(err, &p) {
		return &placeError{place, err}
	}
	if !strings.HasPrefix(p.place, "[") {
		place += "."
	}
	return &placeError{place + p.place, p.err}
}

// placeError is an error at a place within the program, such as
// coros.main[2].body[0].
type placeError struct {
	place string
	err   error
}

func (e *placeError) Error() string { return e.place + ": " + e.err.Error() }

func readObject(v node) (members, error) {
	all, ok := v.(members)
	if !ok {
		return nil, errors.New("want an object")
	}
	return all, nil
}

// readList reads a list of what read reads.
func readList[T any](v node, read func(node) (T, error)) ([]T, error) {
	nodes, ok := v.([]node)
	if !ok {
		return nil, errors.New("want a list")
	}
	list := make([]T, len(nodes))
	for i, e := range nodes {
		var err error
		if list[i], err = read(e); err != nil {
			return nil, within("["+strconv.Itoa(i)+"]", err)
		}
	}
	return list, nil
}

func readString(v node) (string, error) {
	s, ok := v.(string)
	if !ok {
		return "", errors.New("want a string")
	}
	return s, nil
}

// readBytes reads a string whose characters are bytes (Latin-1).
func readBytes(v node) ([]byte, error) {
	s, err := readString(v)
	b := make([]byte, 0, len(s))
	for _, r := range s {
		if r > 0xff {
			return nil, errors.New("want a string of characters up to U+00FF")
		}
		b = append(b, byte(r))
	}
	return b, err
}

// readChoice returns a function that reads one of a few words.
func readChoice(words ...string) func(node) (string, error) {
	return func(v node) (string, error) {
		s, ok := v.(string)
		if !ok || !slices.Contains(words, s) {
			return "", fmt.Errorf("want one of %q", words)
		}
		return s, nil
	}
}

func readBool(v node) (bool, error) {
	b, ok := v.(bool)
	if !ok {
		return false, errors.New("want true or false")
	}
	return b, nil
}

func readFloat(v node) (float64, error) {
	x, ok := v.(float64)
	if !ok {
		return 0, errors.New("want a number")
	}
	return x, nil
}

// maxInt is the largest integer, in absolute value, that programs count with.
const maxInt = 1e9

func readInt(v node) (int, error) {
	x, ok := v.(float64)
	if !ok || x != math.Trunc(x) || math.Abs(x) > maxInt {
		return 0, fmt.Errorf("want an integer within %g", float64(maxInt))
	}
	return int(x), nil
}

// readCeil reads a number and rounds it up: a queue is full as soon as there are
// not less items than its maxsize, which need not be whole.
func readCeil(v node) (int, error) {
	x, err := readFloat(v)
	if err != nil {
		return 0, err
	}
	return readInt(math.Ceil(x))
}

// readIntFrom reads an integer that is not less than least.
func readIntFrom(least int, v node) (int, error) {
	n, err := readInt(v)
	if err == nil && n < least {
		err = fmt.Errorf("want an integer from %d", least)
	}
	return n, err
}

// maxDelay is the longest time of a program, in seconds: 31 years.
const maxDelay = 1e9

// readDelay reads a number of seconds.
func readDelay(v node) (delay, error) {
	x, err := readFloat(v)
	if err != nil {
		return delay{}, err
	}
	if math.Abs(x) > maxDelay {
		return delay{}, fmt.Errorf("want a time within %g seconds", float64(maxDelay))
	}
	return delay{time.Duration(math.Round(x * float64(time.Second))), true}, nil
}

// readValue reads what programs compute with.
func readValue(v node) (any, error) {
	switch v := v.(type) {
	case []node:
		return readList(v, readValue)
	case members:
		return nil, errors.New("want null, a bool, a number, a string or a list of such")
	}
	return v, nil
}
