package waitq_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/goasyncio/asyncio/tasks"
	"github.com/google/go-cmp/cmp"
)

// The line against a slice of names, over random programs.
func TestLineAgainstAModel(t *testing.T) {
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 5))
		run(t, func(ctx context.Context) error {
			var g gate
			var got, want []string
			type waiter struct {
				name             string
				woken, cancelled bool
			}
			var model []*waiter
			all := map[string]*tasks.Task[struct{}]{}
			for n := range 200 {
				switch rng.IntN(6) {
				case 0, 1, 2:
					name := fmt.Sprint(n)
					all[name] = crowd(ctx, &g, &got, name)[name]
					model = append(model, &waiter{name: name})
				case 3:
					g.line.WakeNext()
					if i := slices.IndexFunc(model, func(w *waiter) bool { return !w.woken && !w.cancelled }); i >= 0 {
						model[i].woken = true
						want = append(want, model[i].name+" woken true false")
					}
				case 4:
					if i := slices.IndexFunc(model, func(w *waiter) bool { return !w.woken && !w.cancelled }); i >= 0 {
						i = i + rng.IntN(len(model)-i)
						if w := model[i]; !w.woken && !w.cancelled {
							w.cancelled = true
							all[w.name].Cancel()
							want = append(want, w.name+" woken false true")
						}
					}
				case 5:
					if err := pass(ctx); err != nil {
						return err
					}
					model = slices.DeleteFunc(model, func(w *waiter) bool { return w.woken || w.cancelled })
				}
				live := slices.ContainsFunc(model, func(w *waiter) bool { return !w.cancelled })
				if g.line.Len() != len(model) || g.line.Live() != live {
					t.Fatalf("seed %d, step %d: %d in the line, live %t; want %d, %t", seed, n, g.line.Len(), g.line.Live(), len(model), live)
				}
			}
			g.line.WakeAll()
			for _, w := range model {
				if !w.woken && !w.cancelled {
					want = append(want, w.name+" woken true false")
				}
			}
			if err := pass(ctx); err != nil {
				return err
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("seed %d (-want +got)\n%s", seed, diff)
			}
			return nil
		})
	}
}
