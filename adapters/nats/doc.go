// Package nats puts the bus on NATS JetStream: on a server elsewhere (Connect), or on one inside the process (Embed)
// that listens on no port and keeps its files in a folder.
//
// Topics: one stream per topic, named after it, one partition. Streams of topics with a retention drop their oldest
// messages when their space is used up; those kept for ever refuse new ones.
//
// Publishing: at least once. A message is acknowledged when the server has written it. The embedded server syncs to
// disk once a second, so Embedded has port.LateSync; elsewhere the server's configuration decides. Header ce-id
// becomes the message id, by which the server drops repetitions for ten seconds. Messages of a key are pipelined over
// one connection that never reconnects: when it breaks, everything after the break fails with it. Only a server that
// refuses one message and accepts the next, as one at its limits may, can let a later message of a key pass.
//
// Consuming: at least once. Shared groups spread single messages over their members; what a killed member held is
// delivered again after ten seconds. Ordered groups have one active member; the others stand by and take over at once
// when it leaves, within about twelve seconds when it is killed, from the first message that was not committed.
//
// Not supported: partitions, blanks around header values and line breaks in them.
package nats
