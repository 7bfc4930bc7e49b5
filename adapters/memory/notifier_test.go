package memory

import (
	"testing"

	"convoke/application/port"
	"convoke/test/conformance/notifier"
)

func TestNotifierConforms(t *testing.T) {
	t.Parallel()
	notifier.Run(t, notifier.Harness{Start: func(*testing.T) func(*testing.T) port.Notifier {
		first := NewNotifier()
		return func(*testing.T) port.Notifier { return first.Connect() }
	}})
}
