package prometheus

import (
	"strings"
	"sync"
)

// maxLabels is how many label values the lookup key holds; no declaration has more.
const maxLabels = 4

type labelKey [maxLabels]string

// family is one declared measurement with the series that it has so far. Finding a known series takes no allocation,
// unlike the client's own lookup.
type family[T any] struct {
	labels  int
	resolve func(values ...string) (T, error)

	mu       sync.RWMutex
	children map[labelKey]T
}

// newFamily resolves a measurement without labels at once, so that it is shown from the start, as zero.
func newFamily[T any](labels []string, resolve func(values ...string) (T, error)) *family[T] {
	f := &family[T]{labels: len(labels), resolve: resolve, children: map[labelKey]T{}}
	if len(labels) == 0 {
		f.child(nil)
	}
	return f
}

// child returns the series of the label values; ok is false when they do not fit, or for the nil family of an unknown
// name.
func (f *family[T]) child(values []string) (series T, ok bool) {
	if f == nil || len(values) != f.labels || len(values) > maxLabels {
		return series, false
	}
	var key labelKey
	copy(key[:], values)
	f.mu.RLock()
	series, ok = f.children[key]
	f.mu.RUnlock()
	if ok {
		return series, true
	}
	return f.add(key)
}

// add makes a series. It keeps copies of the values: a caller's string may be reused memory of a request.
func (f *family[T]) add(key labelKey) (series T, ok bool) {
	for i := range key {
		key[i] = strings.ToValidUTF8(strings.Clone(key[i]), "?")
	}
	series, err := f.resolve(key[:f.labels]...)
	if err != nil {
		return series, false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.children[key] = series
	return series, true
}
