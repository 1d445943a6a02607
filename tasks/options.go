package tasks

// An Option configures a task.
type Option func(*options)

type options struct {
	name  string
	start startMode
}

// startMode says whether a task is started eagerly.
type startMode uint8

const (
	byLoop startMode = iota // as the loop's option says
	lazy
	eager
)

// WithName names the task in reports and traces.
func WithName(name string) Option { return func(o *options) { o.name = name } }

// Eager says whether the task takes its first step at once, within the call that
// creates it, up to its first await that must wait (asyncio: eager_start). It
// saves a turn of the loop where tasks often need none, and changes the order
// of what happens. The default is what the loop's options say: no.
func Eager(yes bool) Option {
	return func(o *options) {
		o.start = lazy
		if yes {
			o.start = eager
		}
	}
}

func collect(opts []Option) options {
	if len(opts) == 0 {
		return options{} // and nothing escapes to the heap
	}
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

func (o *options) eager(byDefault bool) bool {
	if o.start == byLoop {
		return byDefault
	}
	return o.start == eager
}
