package oplang

// How the fields of ops and objects are read.

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// readOp reads an op by the fields that its row has.
func readOp(raw json.RawMessage) (*op, error) {
	members, err := readFields(raw)
	if err != nil {
		return nil, err
	}
	var name string
	if err := members.read("op", false, func(raw json.RawMessage) error { return readString(raw, &name) }); err != nil {
		return nil, err
	}
	o := &op{row: ops[name]}
	if o.row == nil {
		return nil, fmt.Errorf("there is no op %q", name)
	}
	if err := members.read("i", false, func(raw json.RawMessage) error { return readInt(raw, &o.num) }); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	fields := o.fields
	if o.kind != kindControl {
		fields += " [safe]"
	}
	err = eachField(fields, func(field string, optional bool) error {
		return members.read(field, optional, func(raw json.RawMessage) error { return o.readField(field, raw) })
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	o.head = fmt.Sprintf("#%d %s", o.num, name)
	if o.subject != "" {
		var s string
		if err := readString(members[o.subject], &s); err != nil {
			return nil, err
		}
		o.head += " " + s
	}
	return o, nil
}

// readObject reads an object by the fields that its kind has.
func readObject(m member) (*object, error) {
	members, err := readFields(m.value)
	if err != nil {
		return nil, err
	}
	var name string
	if err := members.read("kind", false, func(raw json.RawMessage) error { return readString(raw, &name) }); err != nil {
		return nil, err
	}
	o := &object{kind: kinds[name], label: m.name, value: 1, limit: 16}
	if o.kind == nil {
		return nil, fmt.Errorf("there is no kind %q of object", name)
	}
	err = eachField(o.fields, func(field string, optional bool) error {
		return members.read(field, optional, func(raw json.RawMessage) error { return o.readField(field, raw) })
	})
	return o, err
}

// fieldSet is the members of a JSON object, by name.
type fieldSet map[string]json.RawMessage

func readFields(raw json.RawMessage) (fieldSet, error) {
	members, err := readMembers(raw)
	if err != nil {
		return nil, err
	}
	set := make(fieldSet, len(members))
	for _, m := range members {
		set[m.name] = m.value
	}
	return set, nil
}

// read reads one field. One that is optional may be null too, with the exception
// of a value, for which null is one.
func (s fieldSet) read(name string, optional bool, read func(json.RawMessage) error) error {
	raw, ok := s[name]
	switch {
	case ok && !(optional && isNull(raw)):
		if err := read(raw); err != nil {
			return within(name, err)
		}
	case !optional:
		return fmt.Errorf("%q is missing", name)
	}
	return nil
}

// readField reads one field of an op.
func (o *op) readField(name string, raw json.RawMessage) (err error) {
	switch name {
	case "task":
		err = readString(raw, &o.task)
	case "coro":
		err = readString(raw, &o.coro)
	case "fut":
		err = readString(raw, &o.fut)
	case "cb":
		err = readString(raw, &o.cb)
	case "h":
		err = readString(raw, &o.h)
	case "tg":
		err = readString(raw, &o.tg)
	case "to":
		err = readString(raw, &o.to)
	case "var":
		err = readString(raw, &o.variable)
	case "obj":
		err = readString(raw, &o.obj)
	case "msg":
		err = readString(raw, &o.msg)
	case "data":
		err = readString(raw, &o.data)
	case "sep":
		err = readString(raw, &o.sep)
	case "exc":
		err = readChoice(raw, &o.exc, excs)
	case "when":
		err = readChoice(raw, &o.when, whens)
	case "mode":
		err = readChoice(raw, &o.mode, modes)
	case "safe":
		err = readBool(raw, &o.safe)
	case "at":
		err = readBool(raw, &o.at)
	case "immediate":
		err = readBool(raw, &o.immediate)
	case "return_exceptions":
		err = readBool(raw, &o.returnExceptions)
	case "eager":
		o.eager = new(bool)
		err = readBool(raw, o.eager)
	case "t":
		err = readDelay(raw, &o.t)
	case "timeout":
		err = readDelay(raw, &o.timeout)
	case "n":
		o.n = new(int)
		err = readInt(raw, o.n)
	case "limit":
		o.limit = new(int)
		err = readInt(raw, o.limit)
	case "keep":
		if err = readInt(raw, &o.keep); err == nil && o.keep < 1 {
			err = errors.New("want a positive integer")
		}
	case "ge":
		err = readFloat(raw, &o.ge)
	case "value":
		o.value, err = readValue(raw)
	case "aw":
		o.aw, err = readSource(raw)
	case "aws":
		o.aws, err = readList(raw, readSource)
	case "futs":
		o.futs, err = readList(raw, readLabel)
	case "body":
		o.body, err = readOps(raw)
	case "then":
		o.then, err = readOps(raw)
	case "else":
		o.otherwise, err = readOps(raw)
	case "finally":
		o.finally, err = readOps(raw)
	case "except":
		o.except, err = readList(raw, readHandler)
	default:
		panic("oplang: no field " + name)
	}
	return err
}

// readField reads one field of an object.
func (o *object) readField(name string, raw json.RawMessage) error {
	switch name {
	case "lock":
		return readString(raw, &o.lock)
	case "value":
		return readInt(raw, &o.value)
	case "parties":
		return readInt(raw, &o.parties)
	case "maxsize":
		return readInt(raw, &o.maxsize)
	case "limit":
		return readInt(raw, &o.limit)
	}
	panic("oplang: no field " + name)
}

var (
	whens   = []string{"all", "first", "exception"}
	modes   = []string{"plain", "async"}
	excs    = []string{"A", "B", "C", "timeout", "cancelled"}
	catches = []string{"any", "cancelled", "error", "timeout", "group", "A", "B", "C"}
)

// readChoice reads one of a few words.
func readChoice(raw json.RawMessage, s *string, words []string) error {
	if readString(raw, s) != nil || !slices.Contains(words, *s) {
		return fmt.Errorf("want one of %q", words)
	}
	return nil
}

func readLabel(raw json.RawMessage) (label string, err error) {
	err = readString(raw, &label)
	return label, err
}

// readSource reads an awaitable.
func readSource(raw json.RawMessage) (source, error) {
	var s source
	members, err := readFields(raw)
	if err != nil {
		return s, err
	}
	text := func(to *string) func(json.RawMessage) error {
		return func(raw json.RawMessage) error { return readString(raw, to) }
	}
	if _, ok := members["fut"]; ok {
		return s, members.read("fut", false, text(&s.fut))
	}
	if err := members.read("coro", false, text(&s.coro)); err != nil {
		return s, err
	}
	return s, members.read("task", false, text(&s.task))
}

// readHandler reads one of the except clauses of a try.
func readHandler(raw json.RawMessage) (handler, error) {
	var h handler
	members, err := readFields(raw)
	if err != nil {
		return h, err
	}
	err = members.read("catch", false, func(raw json.RawMessage) error { return readChoice(raw, &h.catch, catches) })
	if err != nil {
		return h, err
	}
	err = members.read("body", true, func(raw json.RawMessage) (err error) { h.body, err = readOps(raw); return err })
	if err != nil {
		return h, err
	}
	return h, members.read("reraise", true, func(raw json.RawMessage) error { return readBool(raw, &h.reraise) })
}
