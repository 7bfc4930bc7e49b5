package design

import (
	"errors"
	"testing"
)

func TestVersionsAreNumberedWithoutGaps(t *testing.T) {
	t.Parallel()
	d := New("d1")
	first := d.Add(Result{JobID: "a"})
	second := d.Add(Result{JobID: "b", ParentVersion: 1})
	if first.Number != 1 || second.Number != 2 || d.Latest() != 2 {
		t.Errorf("numbers %d, %d; latest %d", first.Number, second.Number, d.Latest())
	}
	if second.DesignID != "d1" || second.JobID != "b" || second.ParentVersion != 1 {
		t.Errorf("the second version is %+v", second)
	}
}

func TestARestoredDesignGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	d := Rehydrate("d1", 7)
	if v := d.Add(Result{}); d.ID() != "d1" || v.Number != 8 {
		t.Errorf("design %s, number %d", d.ID(), v.Number)
	}
}

func TestAnAssetHasAKnownTypeAndABoundedSize(t *testing.T) {
	t.Parallel()
	rows := []struct {
		mediaType MediaType
		bytes     int
		want      error
		extension string
	}{
		{SVGType, 1, nil, "svg"},
		{PNGType, MaxAssetBytes, nil, "png"},
		{JPEGType, 1, nil, "jpg"},
		{WebPType, 1, nil, "webp"},
		{"image/gif", 1, ErrAssetType, ""},
		{"", 1, ErrAssetType, ""},
		{SVGType, 0, ErrAssetEmpty, "svg"},
		{WebPType, MaxAssetBytes + 1, ErrAssetTooLarge, "webp"},
	}
	for _, row := range rows {
		asset, err := NewAsset(row.mediaType, make([]byte, row.bytes))
		if !errors.Is(err, row.want) || row.mediaType.Extension() != row.extension {
			t.Errorf("%q of %d bytes: %v (%s), want %v (%s)", row.mediaType, row.bytes, err,
				row.mediaType.Extension(), row.want, row.extension)
		}
		if err == nil && (asset.MediaType != row.mediaType || len(asset.Data) != row.bytes) {
			t.Errorf("%q: asset %s with %d bytes", row.mediaType, asset.MediaType, len(asset.Data))
		}
		if asset.IsText() != (err == nil && row.mediaType == SVGType) {
			t.Errorf("%q: text %v", row.mediaType, asset.IsText())
		}
	}
}
