package taskset_test

import (
	"strings"
	"testing"

	"github.com/goasyncio/asyncio/internal/taskset"
	"github.com/google/go-cmp/cmp"
)

// A named is a member that only has a name.
type named struct {
	taskset.Member
	name string
}

func (n named) Inspect() taskset.Info { return taskset.Info{Name: n.name} }

func task(name string) taskset.Member { return named{name: name} }

// names lists the set in its order.
func names(s *taskset.Set) string {
	var all []string
	for m := range s.All() {
		all = append(all, m.Inspect().Name)
	}
	return strings.Join(all, " ")
}

func TestOrder(t *testing.T) {
	var s taskset.Set
	nodes := map[string]*taskset.Node{}
	add := func(name string) {
		nodes[name] = &taskset.Node{Member: task(name)}
		s.Add(nodes[name])
	}
	var got []string
	look := func() { got = append(got, names(&s)) }
	look()
	add("a")
	add("b")
	add("c")
	look()
	s.EnterEager(task("x"))
	s.EnterEager(task("y")) // y starts within x
	add("d")
	look()
	if s.Len() != 6 {
		t.Errorf("%d tasks, want 6", s.Len())
	}
	s.LeaveEager()
	add("y")
	look()
	s.LeaveEager()
	for _, name := range []string{"b", "a", "y"} { // middle, first, last
		s.Remove(nodes[name])
		look()
	}
	s.Remove(nodes["a"]) // twice does nothing
	s.Remove(&taskset.Node{Member: task("never added")})
	look()
	add("e")
	look()
	want := []string{
		"", "a b c", "a b c d x y", "a b c d y x",
		"a c d y", "c d y", "c d", "c d", "c d e",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// Add and Remove against a plain slice, for every order of taking four apart.
func TestRemoveInAnyOrder(t *testing.T) {
	all := []string{"a", "b", "c", "d"}
	var permute func(order, rest []string)
	permute = func(order, rest []string) {
		if len(rest) > 0 {
			for i := range rest {
				others := append(append([]string(nil), rest[:i]...), rest[i+1:]...)
				permute(append(order[:len(order):len(order)], rest[i]), others)
			}
			return
		}
		var s taskset.Set
		nodes := map[string]*taskset.Node{}
		for _, name := range all {
			nodes[name] = &taskset.Node{Member: task(name)}
			s.Add(nodes[name])
		}
		left := strings.Join(all, " ")
		for _, name := range order {
			s.Remove(nodes[name])
			left = strings.Join(strings.Fields(strings.ReplaceAll(left, name, "")), " ")
			if got := names(&s); got != left {
				t.Errorf("order %v: %q after %s, want %q", order, got, name, left)
			}
		}
	}
	permute(nil, all)
}

func TestRangeMayStop(t *testing.T) {
	var s taskset.Set
	s.Add(&taskset.Node{Member: task("a")})
	s.Add(&taskset.Node{Member: task("b")})
	s.EnterEager(task("x"))
	s.EnterEager(task("y"))
	for _, stop := range []string{"a", "b", "x", "y"} {
		last := ""
		for m := range s.All() {
			if last = m.Inspect().Name; last == stop {
				break
			}
		}
		if last != stop {
			t.Errorf("stopped at %q, want %q", last, stop)
		}
	}
}

func TestNames(t *testing.T) {
	var a, b taskset.Set
	got := []int{a.NextName(), a.NextName(), b.NextName(), a.NextName()}
	if diff := cmp.Diff([]int{1, 2, 1, 3}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
