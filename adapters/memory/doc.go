// Package memory keeps everything in the process: a bus, a store, a cache and a notifier that behave as their grown-up
// relatives do, for tests and for runs that may forget.
//
// The bus gives at-least-once delivery, order per key in Ordered groups, and partitions by the hash of the key. An
// acknowledged message is as durable as the process. Several connections to one bus (Bus.Connect) stand for several
// processes; Bus.Cut ends one as a crash would. Nothing here survives a restart.
package memory
