// Package fonts holds the studio's typefaces: static TrueType files under the SIL Open Font License, vendored by
// fetch.sh from pinned packages. Each family's licence stands beside its files.
package fonts

import "embed"

//go:generate sh fetch.sh

// Files holds the typefaces by file name.
//
//go:embed *.ttf
var Files embed.FS
