package oplang

// How a trace writes numbers, values and outcomes.

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/goasyncio/asyncio/internal/future"
)

// raw is a value that is printed without quotes.
type raw string

// number writes an integral number as an integer, any other as the shortest
// decimal.
func number(x float64) string {
	switch {
	case x == 0:
		return "0" // not -0
	case x == math.Trunc(x):
		return strconv.FormatFloat(x, 'f', 0, 64)
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

// maxLists is how many lists may stand in one another before they are cut short:
// results of results can grow exponentially.
const maxLists = 3

// valueText writes a value.
func valueText(v any) string { return valueIn(v, 1) }

func valueIn(v any, depth int) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	case int:
		return strconv.Itoa(v)
	case float64:
		return number(v)
	case string:
		return quote(v)
	case []byte:
		return quoteBytes(v)
	case raw:
		return string(v)
	case error:
		return "!" + errorText(v)
	case []any:
		if depth > maxLists {
			return "[..]"
		}
		texts := make([]string, len(v))
		for i, e := range v {
			texts[i] = valueIn(e, depth+1)
		}
		return "[" + strings.Join(texts, ",") + "]"
	}
	return fmt.Sprintf("?%T", v)
}

// quote writes a JSON string in ASCII.
func quote(s string) string {
	b := []byte{'"'}
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r >= ' ' && r <= '~':
			b = append(b, byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r == '\b':
			b = append(b, `\b`...)
		case r == '\f':
			b = append(b, `\f`...)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			b = fmt.Appendf(b, `\u%04x\u%04x`, high, low)
		default:
			b = fmt.Appendf(b, `\u%04x`, r)
		}
	}
	return string(append(b, '"'))
}

// quoteBytes writes bytes as the JSON string of their Latin-1 characters.
func quoteBytes(b []byte) string {
	s := make([]rune, len(b))
	for i, c := range b {
		s[i] = rune(c)
	}
	return quote(string(s))
}

// statusText writes the state of a future, without counting as having seen its
// error.
func statusText(f awaited) string {
	s := outcomeText(f)
	if t, ok := f.(interface{ Cancelling() int }); ok && t.Cancelling() > 0 {
		s += fmt.Sprintf(" cancelling=%d", t.Cancelling())
	}
	return s
}

func outcomeText(f awaited) string {
	switch f.Core().State() {
	case future.Pending:
		return "pending"
	case future.Cancelled:
		return "cancelled"
	}
	if err := f.Core().Peek(); err != nil {
		return "error(" + errorText(err) + ")"
	}
	v, _ := f.Result()
	return "result(" + valueText(v) + ")"
}
