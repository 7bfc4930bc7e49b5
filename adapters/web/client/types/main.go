// Command types turns the schemas of the contract documents into the declarations of the TypeScript client. It is run by
// `make generate`; a test fails when its result is not the one that is checked in.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: types <folder of the contract> <file to write>")
		os.Exit(2)
	}
	made, err := generate(os.Args[1])
	if err == nil {
		err = os.WriteFile(os.Args[2], made, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "types:", err)
		os.Exit(1)
	}
}

// documents of the contract. A schema of the second that the first has, too, is the same.
var documents = []string{"openapi.yaml", "asyncapi.yaml"}

// roots are what the client takes and gives; what they refer to comes with them.
var roots = []string{
	"GenerateRequest", "RefineRequest", "JobAccepted", "JobWithAsset", "JobAnswer", "ServerList", "DesignAnswer", "DesignDiff",
	"OccasionInput", "OccasionPatch", "OccasionAnswer", "OccasionOpened", "Counts",
	"RsvpInput", "RsvpPatch", "RsvpCreated", "RsvpChanged", "RsvpAnswer", "RsvpPage", "Problem", "ProblemCode", "JobMessage", "OccasionCounts", "LiveErrorCode",
}

// generate returns the declarations of what the documents in a folder define.
func generate(folder string) ([]byte, error) {
	schemas := &schemas{byName: map[string]*schema{}}
	for _, name := range documents {
		content, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return nil, err
		}
		if err := schemas.read(content); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return schemas.declare(roots)
}
