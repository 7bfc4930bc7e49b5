//go:build !race

package websocket

const raced = false
