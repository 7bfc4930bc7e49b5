package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"convoke/test/postgres"
	"convoke/test/realkafka"
	"convoke/test/realredis"
)

// servers are what the product runs on beside itself.
type servers struct {
	postgres *postgres.Server // nil: embedded
	settings []string         // that point the product to them
	parts    []part
	closers  []func() error
}

// startServers starts nothing for embedded, and throw-away real servers otherwise.
func startServers(ctx context.Context, backends string) (s *servers, err error) {
	s = &servers{}
	if backends == embedded {
		return s, nil
	}
	for _, start := range []func() error{s.startPostgres, s.startKafka, s.startRedis} {
		if err := errors.Join(ctx.Err(), start()); err != nil {
			return nil, errors.Join(err, s.close())
		}
	}
	return s, nil
}

func (s *servers) startPostgres() (err error) {
	if s.postgres, err = postgres.Run(); err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	s.closers = append(s.closers, s.postgres.Close)
	s.parts = append(s.parts, part{"postgres", s.postgres.PID()})
	url, err := s.postgres.Create("convoke")
	s.settings = append(s.settings, "DATABASE_URL="+url)
	return err
}

func (s *servers) startKafka() error {
	cluster, err := realkafka.Run(realkafka.Options{})
	if err != nil {
		return fmt.Errorf("kafka: %w", err)
	}
	s.closers = append(s.closers, func() error { cluster.Close(); return nil })
	for _, pid := range cluster.PIDs() {
		s.parts = append(s.parts, part{"kafka", pid})
	}
	s.settings = append(s.settings, "KAFKA_BROKERS="+strings.Join(cluster.Addrs, ","))
	return nil
}

func (s *servers) startRedis() error {
	server, err := realredis.Run()
	if errors.Is(err, realredis.ErrMissing) {
		fmt.Println("without Redis:", err)
		return nil
	}
	if err != nil {
		return fmt.Errorf("redis: %w", err)
	}
	s.closers = append(s.closers, server.Close)
	s.parts = append(s.parts, part{"redis", server.PID()})
	s.settings = append(s.settings, "REDIS_URL="+server.URL())
	return nil
}

func (s *servers) close() error {
	var problems []error
	for i := len(s.closers) - 1; i >= 0; i-- {
		problems = append(problems, s.closers[i]())
	}
	s.closers = nil
	return errors.Join(problems...)
}
