// Package scopes has cancel scopes, as Trio has them.
package scopes
