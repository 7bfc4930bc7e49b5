// Package kafka is the bus on Apache Kafka, by github.com/segmentio/kafka-go.
//
// Durability: a message is acknowledged when all in-sync replicas have it (acks=all); how many those must be is the
// topic's min.insync.replicas. Publish repeats what it may repeat until its context ends, through leader changes and
// outages. There is no idempotent producer, so a message whose answer was lost can be in the topic twice.
//
// Order: keys go to partitions as Java's default partitioner sends them (murmur2), so messages of one key keep their
// order within a Publish and between one Publish and the next. Between concurrent ones there is no order.
//
// Delivery: at least once. A group's partitions are spread over its members, one batch at a time per partition, and
// Shared and Ordered are the same. What a handler has done is committed within the generation in which it did it; when
// the group rebalances, handlers give way first, then their commits are made, then the partition moves. A killed member
// is noticed after 10 s. Offsets that retention has passed are skipped to the first one there is, logged and counted.
//
// Broadcast topics are read without a group, every partition from a point in time on.
//
// Message.Time is the producer's clock (CreateTime), because kafka-go does not read the broker's. Not supported:
// transactions, compacted topics.
package kafka
