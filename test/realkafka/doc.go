// Package realkafka runs Apache Kafka 4.3.0 (KRaft, no Docker) on loopback for tests: one broker or three, with or
// without security, and with the means to hurt single brokers.
//
// It needs Java 17 or newer and Kafka's jars, which lie in a cache folder: CONVOKE_KAFKA_LIBS, or else
// <user cache>/convoke/kafka-4.3.0. Without them a test is skipped with the reason; with CONVOKE_TEST_REAL=1 the jars
// are fetched by Maven and a failure to do so fails the test.
package realkafka
