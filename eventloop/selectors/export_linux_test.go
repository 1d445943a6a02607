package selectors

// Posted reports whether a goroutine waits in place of whoever calls Select.
func Posted(s Selector) bool { return s.(*epoll).park.out.posted.Load() }

// IsEpoll reports whether s may do that at all.
func IsEpoll(s Selector) bool { _, ok := s.(*epoll); return ok }
