package database

import (
	"log/slog"
	"testing"
	"time"

	"convoke/application/bulk"
	"convoke/application/pulse"
)

func TestARowThatCanNotBeReadIsLeftOutAndToldOfOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, config Config) {
		warned := make(chan struct{}, 10)
		config.Log = slog.New(&signal{warned})
		k := newKit(t, config)
		now := time.Now()
		minutes := []pulse.Minute{{Start: now, Process: k.encoder.IDs.New()}, {Start: now, Process: k.encoder.IDs.New()}}
		operations := []bulk.Operation{{ID: k.encoder.IDs.New(), StartedAt: now}, {ID: k.encoder.IDs.New(), StartedAt: now}}
		for i := range 2 {
			if err := k.store.PutMinute(t.Context(), minutes[i]); err != nil {
				t.Fatal(err)
			}
			if err := k.store.PutOperation(t.Context(), operations[i]); err != nil {
				t.Fatal(err)
			}
		}
		spoil := k.store.write.WithContext(t.Context())
		if err := spoil.Model(&minuteRow{}).Where("process = ?", minutes[0].Process).Update("job_seconds", []byte("\xff?")).Error; err != nil {
			t.Fatal(err)
		}
		if err := spoil.Model(&operationRow{}).Where("id = ?", operations[1].ID).Update("filter", "{").Error; err != nil {
			t.Fatal(err)
		}
		for range 2 {
			hour, err := k.store.Minutes(t.Context(), time.Time{})
			if err != nil || len(hour) != 1 || hour[0].Process != minutes[1].Process {
				t.Errorf("%+v, %v", hour, err)
			}
			all, err := k.store.Operations(t.Context(), 10)
			if err != nil || len(all) != 1 || all[0].ID != operations[0].ID {
				t.Errorf("%+v, %v", all, err)
			}
		}
		if len(warned) != 2 {
			t.Errorf("%d warnings about two rows", len(warned))
		}
	})
}
