package oplang

import (
	"context"
	"strings"
)

// A row says what an op is.
//
// The fields are written as in the language's description: names, in brackets
// if they may be missing or null. Every op but control ops may have "safe"
// besides.
type row struct {
	name    string
	subject string // the field printed after the name, if any
	fields  string
	kind    opKind

	do        valueFunc
	doBlock   blockFunc
	doControl controlFunc
}

// opKind says how an op is run and what it prints.
type opKind uint8

const (
	kindSync    opKind = iota // never suspends; prints one line after the fact
	kindAsync                 // prints a line before and one after
	kindBlock                 // an async op with a body
	kindControl               // decides which ops run next; prints lines of its own
)

type (
	// A valueFunc does a sync or async op and returns the value to print.
	valueFunc func(in *interp, ctx context.Context, o *op) (any, error)

	// A blockFunc does a block op. It returns what its body returned, and a
	// note for the end of the last line.
	blockFunc func(in *interp, ctx context.Context, o *op) (ret *returned, note string, err error)

	// A controlFunc does a control op. It returns what its bodies returned.
	controlFunc func(in *interp, ctx context.Context, o *op) (*returned, error)
)

// returned is the value of a return op on its way out of the coroutine; nil
// while none was executed.
type returned struct{ value any }

func syncOp(name, subject, fields string, f valueFunc) row {
	return row{name: name, subject: subject, fields: fields, kind: kindSync, do: f}
}

func asyncOp(name, subject, fields string, f valueFunc) row {
	return row{name: name, subject: subject, fields: fields, kind: kindAsync, do: f}
}

func blockOp(name, subject, fields string, f blockFunc) row {
	return row{name: name, subject: subject, fields: fields, kind: kindBlock, doBlock: f}
}

func controlOp(name, fields string, f controlFunc) row {
	return row{name: name, fields: fields, kind: kindControl, doControl: f}
}

// ops is the table of all ops. Only Parse looks things up in it; what runs is
// the row that Parse has found.
var ops = index(
	controlOps,
	basicOps,
	taskOps,
	futureOps,
	callbackOps,
	combinatorOps,
	timeoutOps,
	groupOps,
	lockOps,
	queueOps,
	readerOps,
)

func index(families ...[]row) map[string]*row {
	table := make(map[string]*row)
	for _, rows := range families {
		for i := range rows {
			table[rows[i].name] = &rows[i]
		}
	}
	return table
}

// A kind is a kind of object: its fields, and how to make one.
type kind struct {
	fields string
	make   func(in *interp, o *object)
}

// kinds is the table of all kinds of objects.
var kinds = map[string]*kind{
	"future":    {"", (*interp).makeFuture},
	"lock":      {"", (*interp).makeLock},
	"event":     {"", (*interp).makeEvent},
	"condition": {"[lock]", (*interp).makeCondition},
	"semaphore": {"[value]", (*interp).makeSemaphore},
	"bounded":   {"[value]", (*interp).makeBounded},
	"barrier":   {"parties", (*interp).makeBarrier},
	"queue":     {"[maxsize]", (*interp).makeQueue},
	"lifo":      {"[maxsize]", (*interp).makeLIFO},
	"priority":  {"[maxsize]", (*interp).makePriority},
	"reader":    {"[limit]", (*interp).makeReader},
}

// eachField calls f for each field of a row.
func eachField(fields string, f func(name string, optional bool) error) error {
	for _, field := range strings.Fields(fields) {
		name := strings.Trim(field, "[]")
		if err := f(name, name != field); err != nil {
			return err
		}
	}
	return nil
}
