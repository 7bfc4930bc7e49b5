package envelope

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"convoke/domain/design"
	"convoke/domain/event"
)

// The wire forms of the events' data. Field names are promises; docs/EVENTS.md lists them.
type (
	sizeData struct {
		Width  int `json:"width"`
		Height int `json:"height"`
	}
	briefData struct {
		Description  string       `json:"description"`
		Style        design.Style `json:"style,omitempty"`
		ColorPalette []string     `json:"colorPalette,omitempty"`
		Size         sizeData     `json:"size"`
	}
	assetData struct {
		MediaType design.MediaType `json:"mediaType"`
		Encoding  string           `json:"encoding"`
		Data      string           `json:"data"`
	}
	parentData struct {
		DesignID     string          `json:"designId"`
		Version      int             `json:"version"`
		Brief        briefData       `json:"brief"`
		Spec         json.RawMessage `json:"spec,omitempty"`
		Asset        assetData       `json:"asset"`
		Instructions string          `json:"instructions"`
	}
	requestData struct {
		JobID    string      `json:"jobId"`
		Attempt  int         `json:"attempt"`
		Brief    briefData   `json:"brief"`
		ServerID string      `json:"serverId,omitempty"`
		Parent   *parentData `json:"parent,omitempty"`
		Deadline time.Time   `json:"deadline"`
	}
	progressData struct {
		JobID    string `json:"jobId"`
		Attempt  int    `json:"attempt"`
		WorkerID string `json:"workerId"`
		Progress int    `json:"progress"`
		Message  string `json:"message"`
	}
	readyData struct {
		JobID      string          `json:"jobId"`
		Attempt    int             `json:"attempt"`
		WorkerID   string          `json:"workerId,omitempty"`
		Asset      assetData       `json:"asset"`
		Generator  string          `json:"generator"`
		DurationMS int64           `json:"durationMs"`
		Spec       json.RawMessage `json:"spec,omitempty"`
		Metadata   map[string]any  `json:"metadata"`
	}
	failedData struct {
		JobID        string `json:"jobId"`
		Attempt      int    `json:"attempt"`
		WorkerID     string `json:"workerId,omitempty"`
		ErrorCode    string `json:"errorCode"`
		ErrorMessage string `json:"errorMessage"`
		Retryable    bool   `json:"retryable"`
	}
	cancelledData struct {
		JobID   string `json:"jobId"`
		Attempt int    `json:"attempt,omitempty"`
	}
	changedData struct {
		JobID   string `json:"jobId"`
		Version uint64 `json:"version"`
	}
	generatorData struct {
		ID     string       `json:"id"`
		Health event.Health `json:"health"`
		Detail string       `json:"detail,omitempty"`
	}
	runData struct {
		JobID   string `json:"jobId"`
		Attempt int    `json:"attempt"`
	}
	seenData struct {
		WorkerID    string          `json:"workerId"`
		Generators  []generatorData `json:"generators"`
		Concurrency int             `json:"concurrency"`
		Running     []runData       `json:"running"`
	}
	goneData struct {
		WorkerID string    `json:"workerId"`
		Running  []runData `json:"running"`
	}
	replayData struct {
		Group string `json:"group"`
		Epoch uint64 `json:"epoch"`
	}
)

func encodeData(d event.Data) (json.RawMessage, error) {
	switch d := d.(type) {
	case event.DesignRequested:
		return marshal(requestData{d.JobID, d.Attempt, toBrief(d.Brief), d.ServerID, toParent(d.Parent), d.Deadline.UTC()})
	case event.DesignProgressed:
		return marshal(progressData(d))
	case event.DesignReady:
		metadata := d.Metadata
		if metadata == nil {
			metadata = map[string]any{}
		}
		return marshal(readyData{d.JobID, d.Attempt, d.WorkerID, toAsset(d.Asset), d.Generator, d.Duration.Milliseconds(), d.Spec, metadata})
	case event.DesignFailed:
		return marshal(failedData{d.JobID, d.Attempt, d.WorkerID, d.Code, d.Message, d.Retryable})
	case event.JobCancelled:
		return marshal(cancelledData(d))
	case event.JobChanged:
		return marshal(changedData(d))
	case event.WorkerSeen:
		generators := make([]generatorData, len(d.Generators))
		for i, g := range d.Generators {
			generators[i] = generatorData(g)
		}
		return marshal(seenData{d.WorkerID, generators, d.Concurrency, toRuns(d.Running)})
	case event.WorkerGone:
		return marshal(goneData{d.WorkerID, toRuns(d.Running)})
	case event.GroupReplay:
		return marshal(replayData(d))
	case event.RSVPChange:
		return marshal(toRSVP(d))
	case event.OccasionChange:
		return marshal(toOccasion(d))
	case event.OccasionChanged:
		return marshal(occasionChangedData(d))
	}
	return nil, fmt.Errorf("%w: %T", ErrUnknownType, d)
}

func decodeData(t event.Type, raw json.RawMessage) (event.Data, error) {
	switch t {
	case event.TypeDesignRequested:
		return decode(t, raw, fromRequest)
	case event.TypeDesignProgressed:
		return decode(t, raw, func(w progressData) (event.Data, error) { return event.DesignProgressed(w), named(w.JobID) })
	case event.TypeDesignReady:
		return decode(t, raw, fromReady)
	case event.TypeDesignFailed:
		return decode(t, raw, func(w failedData) (event.Data, error) {
			return event.DesignFailed{
				JobID: w.JobID, Attempt: w.Attempt, WorkerID: w.WorkerID, Code: w.ErrorCode, Message: w.ErrorMessage, Retryable: w.Retryable,
			}, named(w.JobID)
		})
	case event.TypeJobCancelled:
		return decode(t, raw, func(w cancelledData) (event.Data, error) { return event.JobCancelled(w), named(w.JobID) })
	case event.TypeJobChanged:
		return decode(t, raw, func(w changedData) (event.Data, error) { return event.JobChanged(w), named(w.JobID) })
	case event.TypeWorkerSeen:
		return decode(t, raw, fromSeen)
	case event.TypeWorkerGone:
		return decode(t, raw, func(w goneData) (event.Data, error) {
			return event.WorkerGone{WorkerID: w.WorkerID, Running: fromRuns(w.Running)}, named(w.WorkerID)
		})
	case event.TypeGroupReplay:
		return decode(t, raw, func(w replayData) (event.Data, error) { return event.GroupReplay(w), named(w.Group) })
	case event.TypeRSVPCreated, event.TypeRSVPUpdated, event.TypeRSVPDeleted, event.TypeRSVPCancelled:
		return decode(t, raw, fromRSVP(t))
	case event.TypeOccasionCreated, event.TypeOccasionUpdated, event.TypeOccasionDeleted:
		return decode(t, raw, fromOccasion(t))
	case event.TypeOccasionChanged:
		return decode(t, raw, func(w occasionChangedData) (event.Data, error) { return event.OccasionChanged(w), named(w.OccasionID) })
	}
	return nil, fmt.Errorf("%w: %s", ErrUnknownType, t)
}

func decode[W any](t event.Type, raw json.RawMessage, from func(W) (event.Data, error)) (event.Data, error) {
	var w W
	if err := json.Unmarshal(raw, &w); err != nil {
		return nil, fmt.Errorf("data of %s: %w", t, err)
	}
	d, err := from(w)
	if err != nil {
		return nil, fmt.Errorf("data of %s: %w", t, err)
	}
	return d, nil
}

func named(subject string) error {
	if subject == "" {
		return fmt.Errorf("it names no subject")
	}
	return nil
}

func fromRequest(w requestData) (event.Data, error) {
	parent, err := fromParent(w.Parent)
	if err != nil {
		return nil, err
	}
	return event.DesignRequested{
		JobID: w.JobID, Attempt: w.Attempt, Brief: fromBrief(w.Brief), ServerID: w.ServerID, Parent: parent, Deadline: w.Deadline,
	}, named(w.JobID)
}

func fromReady(w readyData) (event.Data, error) {
	asset, err := fromAsset(w.Asset)
	if err != nil {
		return nil, err
	}
	return event.DesignReady{
		JobID: w.JobID, Attempt: w.Attempt, WorkerID: w.WorkerID, Asset: asset, Generator: w.Generator,
		Duration: time.Duration(w.DurationMS) * time.Millisecond, Spec: w.Spec, Metadata: w.Metadata,
	}, named(w.JobID)
}

func fromSeen(w seenData) (event.Data, error) {
	seen := event.WorkerSeen{WorkerID: w.WorkerID, Concurrency: w.Concurrency, Running: fromRuns(w.Running)}
	for _, g := range w.Generators {
		seen.Generators = append(seen.Generators, event.GeneratorStatus(g))
	}
	return seen, named(w.WorkerID)
}

func toBrief(b design.Brief) briefData {
	return briefData{b.Description, b.Style, b.Palette, sizeData(b.Size)}
}

func fromBrief(w briefData) design.Brief {
	return design.Brief{Description: w.Description, Style: w.Style, Palette: w.ColorPalette, Size: design.Size(w.Size)}
}

func toParent(p *design.Parent) *parentData {
	if p == nil {
		return nil
	}
	return &parentData{p.DesignID, p.Version, toBrief(p.Brief), p.Spec, toAsset(p.Asset), p.Instructions}
}

func fromParent(w *parentData) (*design.Parent, error) {
	if w == nil {
		return nil, nil //nolint:nilnil // a first design has no parent
	}
	asset, err := fromAsset(w.Asset)
	if err != nil {
		return nil, err
	}
	return &design.Parent{
		DesignID: w.DesignID, Version: w.Version, Instructions: w.Instructions,
		Brief: fromBrief(w.Brief), Spec: w.Spec, Asset: asset,
	}, nil
}

func toAsset(a design.Asset) assetData {
	if a.IsText() {
		return assetData{a.MediaType, "utf-8", string(a.Data)}
	}
	return assetData{a.MediaType, "base64", base64.StdEncoding.EncodeToString(a.Data)}
}

func fromAsset(w assetData) (design.Asset, error) {
	switch w.Encoding {
	case "utf-8":
		return design.Asset{MediaType: w.MediaType, Data: []byte(w.Data)}, nil
	case "base64":
		data, err := base64.StdEncoding.DecodeString(w.Data)
		if err != nil {
			return design.Asset{}, fmt.Errorf("asset: %w", err)
		}
		return design.Asset{MediaType: w.MediaType, Data: data}, nil
	}
	return design.Asset{}, fmt.Errorf("asset: encoding %q is neither utf-8 nor base64", w.Encoding)
}

func toRuns(runs []event.Run) []runData {
	wire := make([]runData, len(runs))
	for i, r := range runs {
		wire[i] = runData(r)
	}
	return wire
}

func fromRuns(wire []runData) []event.Run {
	runs := make([]event.Run, len(wire))
	for i, w := range wire {
		runs[i] = event.Run(w)
	}
	return runs
}
