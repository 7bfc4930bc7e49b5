package rsvps

import (
	"context"

	"convoke/application/envelope"
	"convoke/application/idempotency"
	"convoke/domain/fault"
	"convoke/domain/rsvp"
)

// Open makes a new occasion.
type Open struct {
	Details rsvp.Details
	Trace   string
	Key     idempotency.Key
}

// Open makes an occasion and returns it with its host's token. A repeated request gets the same token again.
func (s *Service) Open(ctx context.Context, cmd Open) (rsvp.State, string, error) {
	o, err := rsvp.New(s.IDs.New(), cmd.Details, s.Clock.Now())
	if err != nil {
		return rsvp.State{}, "", err
	}
	c := &Change{Key: cmd.Key, Trace: envelope.TraceOr(cmd.Trace), New: o, OccasionID: o.State().ID}
	if err := s.commit(ctx, c); err != nil {
		return rsvp.State{}, "", err
	}
	return c.Occasion, s.hostToken(c.Occasion), nil
}

// Occasion returns an occasion as the public may see it, or rsvp.ErrNoOccasion.
func (s *Service) Occasion(ctx context.Context, id string) (rsvp.State, error) {
	return s.Store.Occasion(ctx, id)
}

// Edit changes an occasion's details, as its host may. edit gets the details as they are. Raising the capacity seats
// those who wait.
func (s *Service) Edit(ctx context.Context, who Caller, id string, trace string, edit func(*rsvp.Details)) (rsvp.State, error) {
	return s.TryEdit(ctx, who, id, trace, func(d *rsvp.Details) error {
		edit(d)
		return nil
	})
}

// TryEdit is Edit, unless edit finds that the details as they are do not allow it: then nothing changes.
func (s *Service) TryEdit(ctx context.Context, who Caller, id string, trace string, edit func(*rsvp.Details) error) (rsvp.State, error) {
	now := s.Clock.Now()
	c := &Change{OccasionID: id, Trace: envelope.TraceOr(trace), Decide: func(d *Desk) error {
		if err := who.mustHost(d.Occasion.State()); err != nil {
			return err
		}
		details := d.Occasion.State().Details
		if err := edit(&details); err != nil {
			return err
		}
		return d.Occasion.Edit(details, now)
	}}
	if err := s.host(ctx, c); err != nil {
		return rsvp.State{}, err
	}
	if c.Occasion.Promoting {
		if err := s.promoteRest(ctx, id); err != nil {
			s.Log.Warn("waiting guests could not all be seated; the leader goes on", "occasion", id, "error", err)
		}
		return s.Store.Occasion(ctx, id)
	}
	return c.Occasion, nil
}

// ErrOwnOccasion is the fault of deleting the deployment's own occasion, which replies without one belong to.
var ErrOwnOccasion = fault.New(fault.Conflict, "default-occasion", "the default occasion can not be deleted")

// Delete ends an occasion, as its host may. The deployment's own can not be deleted.
func (s *Service) Delete(ctx context.Context, who Caller, id, trace string) error {
	now := s.Clock.Now()
	return s.host(ctx, &Change{OccasionID: id, Trace: envelope.TraceOr(trace), Decide: func(d *Desk) error {
		if err := who.mustHost(d.Occasion.State()); err != nil {
			return err
		}
		if id == rsvp.DefaultID {
			return ErrOwnOccasion
		}
		return d.Occasion.Delete(now)
	}})
}

// host commits a host's change, which this process shows at once.
func (s *Service) host(ctx context.Context, c *Change) error {
	err := s.commit(ctx, c)
	if err == nil {
		s.Reads.Seen(c.OccasionID, c.Occasion.Revision)
	}
	return err
}

func (s *Service) hostToken(o rsvp.State) string {
	return s.Signer.Sign(Claim{Host, o.ID, o.TokenVersion})
}
