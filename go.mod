module github.com/goasyncio/asyncio

go 1.26

require (
	github.com/google/go-cmp v0.7.0
	golang.org/x/sys v0.40.0
)
