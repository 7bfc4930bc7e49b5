// Package redis keeps cached values and carries hints on a Redis server. Neither is ever the truth, so a Redis that is
// down, slow, flushed or frozen costs time and queries, never a wrong answer.
//
// Cache: a value lives until its time is over, Redis needs the room, or Redis restarts, whichever is first. Writes of
// several processes to one key: the last one counts. Nothing is durable.
//
// Notifier: pub/sub on one channel. A hint reaches every process that is subscribed at that moment, at most once and, per
// sender, in order; what is sent while a process reconnects is lost for it. So are hints that a subscriber can not keep
// up with, and hints that are sent while Redis is ill.
//
// Every call is over within Config.Timeout, whatever Redis does. After a call that failed a circuit opens: for a moment
// calls fail at once with ErrIll, then one of them tries, and its success closes the circuit. The server need not be up
// at the start, and nothing has to be restarted when it comes back. A cluster or sentinels are not supported: there is
// nothing here worth keeping available.
package redis
