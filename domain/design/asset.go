package design

import "convoke/domain/fault"

// MaxAssetBytes is the largest asset that is stored and sent.
const MaxAssetBytes = 5 << 20

// MediaType is the type of an asset.
type MediaType string

// The closed list of asset types.
const (
	SVGType  MediaType = "image/svg+xml"
	PNGType  MediaType = "image/png"
	JPEGType MediaType = "image/jpeg"
	WebPType MediaType = "image/webp"
)

// Faults of an asset. They are the generator's, not the host's: none is worth a retry with the same answer.
var (
	ErrAssetTooLarge = fault.New(fault.Invalid, "asset-too-large", "the design is larger than 5 MB")
	ErrAssetType     = fault.New(fault.Invalid, "asset-type", "the design is neither SVG, PNG, JPEG nor WebP")
	ErrAssetEmpty    = fault.New(fault.Invalid, "asset-empty", "the design is empty")
)

// Extension returns the file name extension of the type, without a dot, or "" for an unknown type.
func (m MediaType) Extension() string {
	switch m {
	case SVGType:
		return "svg"
	case PNGType:
		return "png"
	case JPEGType:
		return "jpg"
	case WebPType:
		return "webp"
	}
	return ""
}

// Asset is a finished drawing: its bytes and their type. Data is not to be modified.
type Asset struct {
	MediaType MediaType
	Data      []byte
}

// NewAsset checks type and size. It does not look inside; see ParseSVG for that.
func NewAsset(mediaType MediaType, data []byte) (Asset, error) {
	switch {
	case mediaType.Extension() == "":
		return Asset{}, ErrAssetType
	case len(data) == 0:
		return Asset{}, ErrAssetEmpty
	case len(data) > MaxAssetBytes:
		return Asset{}, ErrAssetTooLarge
	}
	return Asset{MediaType: mediaType, Data: data}, nil
}

// IsText reports whether the asset is markup that may be shown as a string.
func (a Asset) IsText() bool { return a.MediaType == SVGType }
