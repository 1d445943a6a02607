package streams_test

// What each way to read returns and what it leaves.

import (
	"context"
	"testing"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/streams"
)

const data = "line1\nline2\nline3\n"

// big is a limit that no test reaches.
const big = streams.DefaultLimit

// Cases after test_streams.StreamTests. A case feeds some data before it reads,
// and some while the read waits.
func TestReads(t *testing.T) {
	type feed []string
	const eof = "EOF" // in a feed: the end
	tests := []struct {
		id     string
		limit  int
		before feed
		while  feed
		op     read
		want   string
		rest   string
	}{
		{"test_read_zero", big, feed{data}, nil, some(0), "no data", data},
		{"test_read", big, nil, feed{data}, some(30), quoted(data), ""},
		{"test_read_line_breaks", big, feed{"line1", "line2"}, nil, some(5), `"line1"`, "line2"},
		{"test_read_eof", big, nil, feed{eof}, some(1024), "EOF", ""},
		{"test_read_until_eof", big, nil, feed{"chunk1\n", "chunk2", eof}, some(-1), `"chunk1\nchunk2"`, ""},
		{"read_until_eof of nothing", big, nil, feed{eof}, some(-1), "no data", ""},
		{"test_read_limit", 3, feed{"chunk"}, nil, some(5), `"chunk"`, ""},
		{"read until the end beyond the limit", 3, feed{"chunk and more", eof}, nil, some(-1), `"chunk and more"`, ""},
		{"read takes what is there", big, feed{"ab"}, nil, some(5), `"ab"`, ""},

		{"test_readline", big, feed{"chunk1 "}, feed{"chunk2 ", "chunk3 ", "\n chunk4"}, line(), `"chunk1 chunk2 chunk3 \n"`, " chunk4"},
		{"test_readline_limit_with_existing_data, 1", 3, feed{"li", "ne1\nline2\n"}, nil, line(), "line too long for 3", "line2\n"},
		{"test_readline_limit_with_existing_data, 2", 3, feed{"li", "ne1", "li"}, nil, line(), "line too long for 3", ""},
		{"test_readline_limit, 1", 7, nil, feed{"chunk1", "chunk2", "chunk3\n", eof}, line(), "line too long for 7", ""},
		{"test_readline_limit, 2", 7, nil, feed{"chunk1", "chunk2\n", "chunk3\n"}, line(), "line too long for 7", "chunk3\n"},
		{"test_readline_limit, 3", 7, feed{"1234567\n"}, nil, line(), `"1234567\n"`, ""},
		{"test_readline_limit, 4", 7, feed{"12345678\n"}, nil, line(), "line too long for 7", ""},
		{"test_readline_limit, 5", 7, feed{"12345678"}, nil, line(), "line too long for 7", ""},
		{"test_readline_nolimit_nowait", big, feed{data[:6], data[6:]}, nil, line(), `"line1\n"`, data[6:]},
		{"test_readline_eof", big, feed{"some data", eof}, nil, line(), `"some data"`, ""},
		{"test_readline_empty_eof", big, feed{eof}, nil, line(), "EOF", ""},

		{"test_readuntil_separator, 1", big, feed{data}, nil, until(""), streams.ErrNoSeparator.Error(), data},
		{"test_readuntil_separator, 2", big, feed{data}, nil, until("a", ""), streams.ErrNoSeparator.Error(), data},
		{"test_readuntil_separator, 3", big, feed{data}, nil, until(), streams.ErrNoSeparator.Error(), data},
		{"test_readuntil_multi_chunks, 1", big, feed{"lineAAA"}, nil, until("AAA"), `"lineAAA"`, ""},
		{"test_readuntil_multi_chunks, 2", big, feed{"lineAAAxxx"}, nil, until("AAA"), `"lineAAA"`, "xxx"},
		{"test_readuntil_multi_chunks_1, 1", big, feed{"QWEaa", "XYaa", "a"}, nil, until("aaa"), `"QWEaaXYaaa"`, ""},
		{"test_readuntil_multi_chunks_1, 2", big, feed{"QWEaa", "XYa", "aa"}, nil, until("aaa"), `"QWEaaXYaaa"`, ""},
		{"test_readuntil_multi_chunks_1, 3", big, feed{"aaa"}, nil, until("aaa"), `"aaa"`, ""},
		{"test_readuntil_multi_chunks_1, 4", big, nil, feed{"XXX", "a", "a", "a"}, until("aaa"), `"XXXaaa"`, ""},
		{"test_readuntil_eof", big, feed{"some dataAA", eof}, nil, until("AAA"), `incomplete: "some dataAA" of -1`, ""},
		{"test_readuntil_limit_found_sep, 1", 3, feed{"some dataAA"}, nil, until("AAA"), "overrun: 9, found false", "some dataAA"},
		{"test_readuntil_limit_found_sep, 2", 3, feed{"some dataAAA"}, nil, until("AAA"), "overrun: 9, found true", "some dataAAA"},
		{"test_readuntil_multi_separator, 1", big, feed{"line 1\nline 2\r"}, nil, until("\r", "\n"), `"line 1\n"`, "line 2\r"},
		{"test_readuntil_multi_separator, 2", big, feed{"line 2\r"}, nil, until("\r", "\n"), `"line 2\r"`, ""},
		{"test_readuntil_multi_separator, 3", big, feed{"ABCDEFG"}, nil, until("DEF", "BCDE"), `"ABCDE"`, "FG"},
		{"test_readuntil_multi_separator_limit", 3, feed{"some dataA"}, nil, until("A", "ome dataA"), "overrun: 9, found true", "some dataA"},
		{"test_readuntil_multi_separator_negative_offset", big, feed{"data"}, feed{"Z", "Aaaa"}, until("A", "long sep"), `"dataZA"`, "aaa"},
		{"separator at the limit", 3, feed{"abcA"}, nil, until("A"), `"abcA"`, ""},
		{"no separator at the limit", 3, feed{"abc"}, feed{"A"}, until("A"), `"abcA"`, ""},

		{"test_readexactly_zero_or_less, 1", big, feed{data}, nil, exactly(0), "no data", data},
		{"test_readexactly_zero_or_less, 2", big, feed{data}, nil, exactly(-1), streams.ErrNegativeCount.Error(), data},
		{"test_readexactly", big, nil, feed{data, data, data}, exactly(2 * len(data)), quoted(data + data), data},
		{"test_readexactly_limit", 3, feed{"chunk"}, nil, exactly(5), `"chunk"`, ""},
		{"test_readexactly_eof", big, nil, feed{data, eof}, exactly(36), `incomplete: "line1\nline2\nline3\n" of 36`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.id, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				r := streams.NewReader(tt.limit)
				ended := false
				take := func(f feed) {
					for _, s := range f {
						if ended = s == eof; ended {
							r.FeedEOF()
						} else {
							r.FeedData([]byte(s))
						}
					}
				}
				take(tt.before)
				if tt.while != nil {
					eventloop.FromContext(ctx).CallSoon(func() { take(tt.while) })
				}
				does(t, "read", ctx, r, tt.op, tt.want)
				equal(t, "rest", rest(ctx, r), tt.rest)
			})
		})
	}
}

func quoted(s string) string { return describe([]byte(s), nil) }

// A read that waits several times, with chunks in several iterations, goes on where
// its search was.
func TestReadsThatWaitAgain(t *testing.T) {
	leak.Check(t)
	for _, tt := range []struct {
		op   read
		want string
	}{
		{until("<end>"), `"one <en two <end>"`},
		{exactly(17), `"one <en two <end>"`},
		{line(), `"one <en two <end>tail\n"`},
		{some(1000), `"on"`},
		{some(-1), `"one <en two <end>tail\n"`},
	} {
		run(t, func(ctx context.Context) {
			r := streams.NewReader(big)
			task := start(t, ctx, r, tt.op)
			for _, s := range []string{"", "on", "e <e", "n two <", "en", "d>tail", "\n"} {
				r.FeedData([]byte(s))
				turn(t, ctx)
			}
			r.FeedEOF()
			equal(t, "read", describe(task.Await(ctx)), tt.want)
		})
	}
}

// test_streams.StreamTests.test_readline_read_byte_count
func TestReadsInTurn(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		var r streams.Reader // the zero value works
		r.FeedData([]byte(data))
		does(t, "ReadLine", ctx, &r, line(), `"line1\n"`)
		does(t, "Read", ctx, &r, some(7), `"line2\nl"`)
		does(t, "ReadUntil", ctx, &r, until("n"), `"in"`)
		does(t, "ReadExactly", ctx, &r, exactly(2), `"e3"`)
		equal(t, "rest", rest(ctx, &r), "\n")
	})
}

// test_streams.StreamTests.test_at_eof
func TestAtEOF(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		r := streams.NewReader(big)
		equal(t, "AtEOF of a new reader", r.AtEOF(), false)
		r.FeedData([]byte("some data\n"))
		equal(t, "AtEOF with data", r.AtEOF(), false)
		does(t, "ReadLine", ctx, r, line(), `"some data\n"`)
		equal(t, "AtEOF of an empty reader", r.AtEOF(), false)
		r.FeedData([]byte("some data\n"))
		r.FeedEOF()
		equal(t, "AtEOF with data before the end", r.AtEOF(), false)
		does(t, "ReadLine", ctx, r, line(), `"some data\n"`)
		equal(t, "AtEOF at the end", r.AtEOF(), true)
		for _, op := range []read{some(3), line()} {
			does(t, "a read at the end", ctx, r, op, "EOF")
		}
		does(t, "ReadExactly at the end", ctx, r, exactly(3), `incomplete: "" of 3`)
		does(t, "ReadUntil at the end", ctx, r, until("x"), `incomplete: "" of -1`)
	})
}

// What is returned is the caller's own, and what is fed is copied.
func TestDataIsCopied(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		r := streams.NewReader(big)
		chunk := []byte("abcd")
		r.FeedData(chunk)
		copy(chunk, "xxxx")
		got, err := r.Read(ctx, 2)
		equal(t, "the error", err, nil)
		r.FeedData([]byte("efghefghefghefgh"))
		copy(got[:cap(got)], "yyyyyyyy")
		equal(t, "rest", rest(ctx, r), "cdefghefghefghefgh")
	})
}

func TestSeparatorsAreNotReordered(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		r := streams.NewReader(big)
		r.FeedData([]byte("a,"))
		seps := [][]byte{[]byte("long"), []byte(",")}
		_, err := r.ReadUntil(ctx, seps...)
		equal(t, "the error", err, nil)
		equal(t, "separators", seps, [][]byte{[]byte("long"), []byte(",")})
	})
}

func TestLines(t *testing.T) {
	tests := []struct {
		name string
		feed string
		end  func(r *streams.Reader)
		stop int // after so many
		want []string
	}{
		{"until the end", data, (*streams.Reader).FeedEOF, 9, []string{`"line1\n"`, `"line2\n"`, `"line3\n"`}},
		{"last line without a newline", "a\nb", (*streams.Reader).FeedEOF, 9, []string{`"a\n"`, `"b"`}},
		{"nothing", "", (*streams.Reader).FeedEOF, 9, nil},
		{"an error", "a\nb", func(r *streams.Reader) { r.SetError(errTest) }, 9, []string{`"a\n"`, "an error"}},
		{"a line too long", "a\n" + data[:5] + data + "\n", (*streams.Reader).FeedEOF, 9, []string{`"a\n"`, "line too long for 5"}},
		{"break", data, (*streams.Reader).FeedEOF, 2, []string{`"line1\n"`, `"line2\n"`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				r := streams.NewReader(5)
				r.FeedData([]byte(tt.feed))
				eventloop.FromContext(ctx).CallLater(1, func() { tt.end(r) })
				var got []string
				for l, err := range r.Lines(ctx) {
					if got = append(got, describe(l, err)); len(got) == tt.stop {
						break
					}
				}
				equal(t, "lines", got, tt.want)
			})
		})
	}
}
