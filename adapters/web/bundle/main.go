// Command bundle makes what browsers load out of its sources: one script and one sheet for each page, and the client for
// whoever writes pages of their own. It is run by `make generate`; a test fails when its results are not those that are
// embedded.
package main

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// entries are the sources of the bundles: each kind of page has a script of its own, and a sheet beside the one of all.
var entries = []string{"src/guest.ts", "src/studio.ts", "src/console.ts", "src/app.css", "src/studio.css", "src/console.css", "src/docs.css"}

// points are all bundles, with their sources: the pages', and the client's.
func points() []api.EntryPoint {
	all := []api.EntryPoint{{OutputPath: "client/client", InputPath: "client/convoke.ts"}}
	for _, source := range entries {
		name := strings.TrimSuffix(path.Base(source), path.Ext(source))
		all = append(all, api.EntryPoint{OutputPath: "dist/" + name, InputPath: source})
	}
	return all
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: bundle <folder of the pages>")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
}

// run replaces the bundles, so that none is left of a source that is gone.
func run(folder string) error {
	made, err := build(folder)
	if err != nil {
		return err
	}
	dist := filepath.Join(folder, "dist")
	if err := os.RemoveAll(dist); err != nil {
		return err
	}
	if err := os.MkdirAll(dist, 0o755); err != nil {
		return err
	}
	for name, content := range made {
		if err := os.WriteFile(filepath.Join(folder, filepath.FromSlash(name)), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// build returns the bundles by their paths in the folder, the same bytes wherever that is. It writes nothing.
func build(folder string) (map[string][]byte, error) {
	absolute, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	result := api.Build(api.BuildOptions{
		EntryPointsAdvanced: points(), AbsWorkingDir: absolute, Outdir: ".",
		Bundle: true, Write: false, Format: api.FormatESModule, Target: api.ES2022, Charset: api.CharsetUTF8,
		MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true,
		External:    []string{"*.woff2"}, // they lie beside the sheet when they are served
		TsconfigRaw: `{"compilerOptions":{"target":"es2022","strict":true}}`,
		LogLevel:    api.LogLevelSilent,
	})
	if len(result.Errors) > 0 {
		return nil, fmt.Errorf("%s", api.FormatMessages(result.Errors, api.FormatMessagesOptions{})[0])
	}
	made := map[string][]byte{}
	for _, file := range result.OutputFiles {
		name, err := filepath.Rel(absolute, file.Path)
		if err != nil {
			return nil, err
		}
		made[filepath.ToSlash(name)] = file.Contents
	}
	return made, nil
}
