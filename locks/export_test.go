package locks

// How many wait, for the tests.

func (l *Lock) Waiters() int             { return l.line.Len() }
func (e *Event) Waiters() int            { return e.line.Len() }
func (c *Condition) Waiters() int        { return c.line.Len() }
func (s *Semaphore) Waiters() int        { return s.line.Len() }
func (s *BoundedSemaphore) Waiters() int { return s.sem.Waiters() }
func (b *Barrier) Waiters() int          { return b.cond.Waiters() }

// Value returns the number of free slots.
func (s *Semaphore) Value() int { return s.value }
