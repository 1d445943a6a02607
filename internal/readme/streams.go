package main

import (
	"context"
	"fmt"

	"github.com/goasyncio/asyncio"
)

// shout serves clients that send lines.
func shout(ctx context.Context) error {
	server, err := asyncio.StartServer(ctx, func(ctx context.Context, r *asyncio.StreamReader, w *asyncio.StreamWriter) error {
		defer w.Close()
		for line, err := range r.Lines(ctx) {
			if err != nil {
				return err
			}
			fmt.Fprintf(w, "%d bytes: %s", len(line), line)
			if err := w.Drain(ctx); err != nil {
				return err
			}
		}
		return nil
	}, "tcp", "localhost:8888")
	if err != nil {
		return err
	}
	return server.Serve(ctx)
}

// ask is one of its clients.
func ask(ctx context.Context) (string, error) {
	r, w, err := asyncio.OpenConnection(ctx, "tcp", "localhost:8888")
	if err != nil {
		return "", err
	}
	defer w.Close()
	fmt.Fprintln(w, "hello")
	line, err := r.ReadLine(ctx)
	return string(line), err
}
