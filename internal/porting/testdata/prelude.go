// Package porting declares what the code in docs/porting.md uses: the program
// that is being ported, without its bodies.
package porting

import (
	"context"
	"crypto/tls"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/threads"
)

type conn struct{}

func (*conn) talk(ctx context.Context) error  { return nil }
func (*conn) close(ctx context.Context) error { return nil }

func connect(ctx context.Context) (*conn, error) { return nil, nil }

func page(ctx context.Context, url string) (string, error) { return "", nil }

func work(ctx context.Context) error      { return nil }
func store(ctx context.Context) error     { return nil }
func serve(ctx context.Context) error     { return nil }
func forever(ctx context.Context) error   { return nil }
func heartbeat(ctx context.Context) error { return nil }

func poll() {}

func slow(ctx context.Context, path string) (int, error) { return 0, nil }

var url, path string

var pool *threads.Pool

var results chan int

var urls []string

var items []string

var c *conn

var config *tls.Config

var loop *asyncio.Loop

var fut *asyncio.Future[int]

var task *asyncio.Task[string]

var all []*asyncio.Task[string]

var pages []asyncio.Awaitable[string]
