package rsvps

import (
	"cmp"
	"context"

	"convoke/application/envelope"
	"convoke/application/idempotency"
	"convoke/domain/rsvp"
)

// Reply is a guest's answer to an occasion, given by the guest or by the host.
type Reply struct {
	OccasionID string // empty: the deployment's own
	Answer     rsvp.Answer
	Who        Caller // a host's token lets the host add a guest; the zero Caller and a guest's are a guest's
	Trace      string
	Key        idempotency.Key
}

// Reply takes a guest's answer and returns it, admitted or waiting, with the guest's token. It is durable then. A
// repeated request gets the same answer and token again. Whoever comes as a host must be this occasion's.
func (s *Service) Reply(ctx context.Context, cmd Reply) (rsvp.Reply, string, error) {
	now, id := s.Clock.Now(), s.IDs.New()
	c := &Change{
		Key: cmd.Key, Trace: envelope.TraceOr(cmd.Trace), OccasionID: cmp.Or(cmd.OccasionID, rsvp.DefaultID), Email: rsvp.NormalEmail(cmd.Answer.Email),
		Decide: func(d *Desk) error {
			take := d.Occasion.Reply
			if cmd.Who.hosts() {
				if err := cmd.Who.mustHost(d.Occasion.State()); err != nil {
					return err
				}
				take = d.Occasion.Enter
			}
			r, err := take(id, cmd.Answer, now)
			if err == nil {
				d.Put(r)
			}
			return err
		},
	}
	if err := s.commit(ctx, c); err != nil {
		return rsvp.Reply{}, "", err
	}
	if c.Reply == nil { // the first answer's reply has been removed since
		return rsvp.Reply{}, "", ErrReplyNotFound
	}
	if !c.Replayed {
		s.Pulse.Replied(s.Clock.Now().Sub(now))
	}
	return *c.Reply, s.guestToken(*c.Reply), nil
}

// Change changes a reply, as its guest or its host may.
func (s *Service) Change(ctx context.Context, who Caller, id string, p rsvp.Patch, trace string) (rsvp.Reply, error) {
	now := s.Clock.Now()
	email := ""
	if p.Email != nil {
		email = rsvp.NormalEmail(*p.Email)
	}
	return s.act(ctx, who, id, email, trace, func(d *Desk, host bool) error {
		changed, err := d.Occasion.Change(d.Reply, p, host, now)
		if err == nil {
			d.Put(changed)
		}
		return err
	})
}

// Withdraw takes a reply back: its guest cancels it, its host removes it from the list. It returns the reply as it was
// left, and the occasion's revision.
func (s *Service) Withdraw(ctx context.Context, who Caller, id, trace string) (rsvp.Reply, error) {
	now := s.Clock.Now()
	return s.act(ctx, who, id, "", trace, func(d *Desk, host bool) error {
		if host {
			d.Remove()
			return d.Occasion.Remove(d.Reply, now)
		}
		cancelled, err := d.Occasion.Cancel(d.Reply, now)
		if err == nil {
			d.Put(cancelled)
		}
		return err
	})
}

// ByToken returns the guest's own reply, whatever has become of it, and its occasion.
func (s *Service) ByToken(ctx context.Context, who Caller) (rsvp.Reply, rsvp.State, error) {
	if who.Claim == nil {
		return rsvp.Reply{}, rsvp.State{}, ErrNoToken
	}
	if who.Claim.Role != Guest {
		return rsvp.Reply{}, rsvp.State{}, ErrForeign
	}
	r, o, err := s.find(ctx, who.Claim.ID)
	if err == nil {
		err = who.mustGuest(r, o, s.Clock.Now())
	}
	return r, o, err
}

// act commits a decision about an existing reply, if the caller may. The reply is looked at twice: once to know its
// occasion, and under the occasion's lock, where the decision counts.
func (s *Service) act(ctx context.Context, who Caller, id, email, trace string, decide func(d *Desk, host bool) error) (rsvp.Reply, error) {
	if who.Claim == nil && !who.Admin {
		return rsvp.Reply{}, ErrNoToken
	}
	before, o, err := s.find(ctx, id)
	if err != nil {
		return rsvp.Reply{}, err
	}
	now := s.Clock.Now()
	c := &Change{OccasionID: o.ID, ReplyID: id, Email: email, Trace: envelope.TraceOr(trace), Decide: func(d *Desk) error {
		host, err := who.mustOwn(d.Reply, d.Occasion.State(), now)
		if err != nil {
			return err
		}
		return decide(d, host)
	}}
	if err := s.commit(ctx, c); err != nil {
		return rsvp.Reply{}, err
	}
	if c.Reply == nil {
		before.Revision = c.Occasion.Revision
		return before, nil
	}
	return *c.Reply, nil
}

func (s *Service) find(ctx context.Context, id string) (rsvp.Reply, rsvp.State, error) {
	r, err := s.Store.Reply(ctx, id)
	if err != nil {
		return r, rsvp.State{}, err
	}
	o, err := s.Store.Occasion(ctx, r.OccasionID)
	return r, o, err
}

func (s *Service) guestToken(r rsvp.Reply) string {
	return s.Signer.Sign(Claim{Guest, r.ID, r.TokenVersion})
}
