package oplang

// How ops are read.

import (
	"errors"
	"fmt"
)

func readOps(v node) ([]*op, error) { return readList(v, readOp) }

// readOp reads an op by the fields that its row has.
func readOp(v node) (*op, error) {
	all, err := readObject(v)
	if err != nil {
		return nil, err
	}
	var name string
	if err := all.read("op", false, func(v node) (err error) { name, err = readString(v); return err }); err != nil {
		return nil, err
	}
	o := &op{row: ops[name]}
	if o.row == nil {
		return nil, fmt.Errorf("there is no op %q", name)
	}
	fields := "i " + o.fields
	if o.kind != kindControl {
		fields += " [safe]"
	}
	err = eachField(fields, func(field string, optional bool) error {
		return all.read(field, optional, func(v node) error { return o.readField(field, v) })
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if o.name == "burn" && o.t.d < 0 {
		return nil, within("t", errors.New("want a time that is not negative"))
	}
	o.head = fmt.Sprintf("#%d %s", o.num, name)
	if o.subject != "" {
		subject, _ := all.get(o.subject)
		o.head += " " + subject.(string)
	}
	return o, nil
}

// readField reads one field.
func (o *op) readField(name string, v node) (err error) {
	switch name {
	case "i":
		o.num, err = readInt(v)
	case "task":
		o.task, err = readString(v)
	case "coro":
		o.coro, err = readString(v)
	case "fut":
		o.fut, err = readString(v)
	case "cb":
		o.cb, err = readString(v)
	case "h":
		o.h, err = readString(v)
	case "tg":
		o.tg, err = readString(v)
	case "to":
		o.to, err = readString(v)
	case "var":
		o.variable, err = readString(v)
	case "obj":
		o.obj, err = readString(v)
	case "msg":
		o.msg, err = readString(v)
	case "data":
		o.data, err = readBytes(v)
	case "sep":
		o.sep, err = readBytes(v)
	case "exc":
		o.exc, err = readExc(v)
	case "when":
		o.when, err = readWhen(v)
	case "mode":
		o.mode, err = readMode(v)
	case "safe":
		o.safe, err = readBool(v)
	case "at":
		o.at, err = readBool(v)
	case "immediate":
		o.immediate, err = readBool(v)
	case "return_exceptions":
		o.returnExceptions, err = readBool(v)
	case "eager":
		o.eager, err = pointer(readBool(v))
	case "t":
		o.t, err = readDelay(v)
	case "timeout":
		o.timeout, err = readDelay(v)
	case "n":
		o.n, err = pointer(readInt(v))
	case "limit":
		o.limit, err = pointer(readInt(v))
	case "keep":
		if o.keep, err = readInt(v); err == nil && o.keep < 1 {
			err = errors.New("want a positive integer")
		}
	case "ge":
		o.ge, err = readFloat(v)
	case "value":
		o.value, err = readValue(v)
	case "aw":
		o.aw, err = readSource(v)
	case "aws":
		o.aws, err = readList(v, readSource)
	case "futs":
		o.futs, err = readList(v, readString)
	case "body":
		o.body, err = readOps(v)
	case "then":
		o.then, err = readOps(v)
	case "else":
		o.otherwise, err = readOps(v)
	case "finally":
		o.finally, err = readOps(v)
	case "except":
		o.except, err = readList(v, readHandler)
	default:
		panic("oplang: no field " + name)
	}
	return err
}

var (
	readWhen  = readChoice("all", "first", "exception")
	readMode  = readChoice("plain", "async")
	readExc   = readChoice("A", "B", "C", "timeout", "cancelled")
	readCatch = readChoice("any", "cancelled", "error", "timeout", "group", "A", "B", "C")
)

func pointer[T any](v T, err error) (*T, error) { return &v, err }

// readSource reads an awaitable.
func readSource(v node) (source, error) {
	var s source
	all, err := readObject(v)
	if err != nil {
		return s, err
	}
	if _, ok := all.get("fut"); ok {
		return s, all.read("fut", false, func(v node) (err error) { s.fut, err = readString(v); return err })
	}
	if err := all.read("coro", false, func(v node) (err error) { s.coro, err = readString(v); return err }); err != nil {
		return s, err
	}
	return s, all.read("task", false, func(v node) (err error) { s.task, err = readString(v); return err })
}

// readHandler reads one of the except clauses of a try.
func readHandler(v node) (handler, error) {
	var h handler
	all, err := readObject(v)
	if err != nil {
		return h, err
	}
	err = all.read("catch", false, func(v node) (err error) { h.catch, err = readCatch(v); return err })
	if err != nil {
		return h, err
	}
	err = all.read("body", true, func(v node) (err error) { h.body, err = readOps(v); return err })
	if err != nil {
		return h, err
	}
	return h, all.read("reraise", true, func(v node) (err error) { h.reraise, err = readBool(v); return err })
}
