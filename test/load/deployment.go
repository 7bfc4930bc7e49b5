package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

const adminToken = "an-admin-token-for-load" //nolint:gosec // of a server that lives for minutes on loopback

// shape says of which processes the product consists on real servers. Embedded it is always one.
type shape struct {
	apis, workers, consumers int
	settings                 []string
}

// deployment is the running product with its servers.
type deployment struct {
	*servers
	binary    string
	folder    string
	settings  []string
	processes []*process
}

// deploy starts the product. close must be called at the end, after an error too if there is a deployment.
func (r *rig) deploy(ctx context.Context, backends string, s shape) (d *deployment, err error) {
	if backends == embedded && s.apis > 1 {
		return nil, errors.New("several api processes need -backends=real")
	}
	d = &deployment{binary: r.Binary}
	if d.folder, err = os.MkdirTemp("", "convoke-load-"); err != nil {
		return nil, err
	}
	if d.servers, err = startServers(ctx, backends); err != nil {
		return nil, errors.Join(err, os.RemoveAll(d.folder))
	}
	d.settings = append([]string{
		"RATE_LIMIT=off", "GENERATE_RATE_LIMIT=off", "WS_MAX_PER_IP=100000", "GENERATOR=noop", "ADMIN_TOKEN=" + adminToken,
		"SECRET_KEY=a-secret-key-for-load",
	}, d.servers.settings...)
	d.settings = append(append(d.settings, s.settings...), r.Set...)
	if err := d.start(ctx, backends, s); err != nil {
		return nil, errors.Join(err, d.close())
	}
	d.introduce(backends)
	return d, nil
}

func (d *deployment) start(ctx context.Context, backends string, s shape) error {
	if backends == embedded {
		return d.add(ctx, "all", 1)
	}
	return errors.Join(d.add(ctx, "api", s.apis), d.add(ctx, "worker", s.workers), d.add(ctx, "consumers", s.consumers))
}

// add starts n more processes of a role.
func (d *deployment) add(ctx context.Context, role string, n int) error {
	for range n {
		folder := filepath.Join(d.folder, fmt.Sprintf("%s-%d", role, len(d.processes)))
		p, err := launch(ctx, d.binary, role, folder, d.settings)
		if err != nil {
			return err
		}
		d.processes = append(d.processes, p)
		d.parts = append(d.parts, part{role, p.pid()})
	}
	return nil
}

func (d *deployment) introduce(backends string) {
	fmt.Printf("%s: ", backends)
	for _, p := range d.processes {
		fmt.Printf("%s ready after %s; ", p.role, p.ready.Round(time.Millisecond))
	}
	fmt.Println()
}

// apis are the processes that serve clients.
func (d *deployment) apis() (all []*process) {
	for _, p := range d.processes {
		if p.role == "api" || p.role == "all" {
			all = append(all, p)
		}
	}
	return all
}

func (d *deployment) addresses() (all []string) {
	for _, p := range d.apis() {
		all = append(all, p.address)
	}
	return all
}

// printMemory tells what each process holds.
func (d *deployment) printMemory(when string) {
	fmt.Printf("memory %s:", when)
	for _, p := range d.processes {
		fmt.Printf(" %s %d MB", p.role, resident(p.pid())>>20)
	}
	fmt.Println()
}

// finish is for defer: it ends everything and adds what went wrong to a command's error.
func (d *deployment) finish(err *error) { *err = errors.Join(*err, d.close()) }

// close stops the product in the order of its needs, then the servers, and removes the folder.
func (d *deployment) close() error {
	var problems []error
	for i := len(d.processes) - 1; i >= 0; i-- {
		problems = append(problems, d.processes[i].stop())
	}
	d.printComplaints()
	return errors.Join(append(problems, d.servers.close(), os.RemoveAll(d.folder))...)
}

// warmedUp has complaints count from here on: a cluster that was made a moment ago is not ready for everything at once.
func (d *deployment) warmedUp() {
	for _, p := range d.processes {
		p.forgive()
	}
}

// printComplaints shows, once, what the logs warn of: figures of a system that complains are not worth much.
func (d *deployment) printComplaints() {
	for _, p := range d.processes {
		all := p.complaints()
		for _, line := range all[:min(3, len(all))] {
			fmt.Printf("log of %s: %.400s\n", p.role, line)
		}
		if len(all) > 3 {
			fmt.Printf("log of %s: and %d more warnings and errors\n", p.role, len(all)-3)
		}
		p.forgive()
	}
}
