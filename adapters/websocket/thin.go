package websocket

import (
	"bufio"
	"io"
	"net"
	"reflect"
	"sync"

	"github.com/gofiber/fiber/v2"
)

// The server leaves the buffer of the handshake, 8 KB and empty by now, in between for as long as a socket lives, which is
// more than all else that a socket takes. What would have to be set for that has no setter, so it is reached by its name.
// Where things look different from what is known here they stay as they are, and TestASocketKeepsNoBufferOfItsHandshake
// fails.

// readersOf is where the app's server keeps buffers that are not in use; nil: it is not known.
func readersOf(app *fiber.App) *sync.Pool { return reach[sync.Pool](app.Server(), "readerPool") }

// thin has a connection read from the network itself, and gives the buffer back.
func thin(conn net.Conn, readers *sync.Pool) {
	hijacked, ok := conn.(interface{ UnsafeConn() net.Conn })
	if !ok || readers == nil {
		return
	}
	reader := reach[io.Reader](conn, "r")
	if reader == nil {
		return
	}
	if buffer, ok := (*reader).(*bufio.Reader); ok && buffer.Buffered() == 0 {
		*reader = hijacked.UnsafeConn()
		readers.Put(buffer)
	}
}

// reach returns the field of a struct behind a pointer; nil: there is none of that name and type.
func reach[T any](pointer any, name string) *T {
	v := reflect.ValueOf(pointer)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return nil
	}
	field := v.Elem().FieldByName(name)
	if !field.IsValid() || field.Type() != reflect.TypeFor[T]() {
		return nil
	}
	return (*T)(field.Addr().UnsafePointer())
}
