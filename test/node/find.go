package node

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
)

const (
	oldest  = 20        // the first version that the client is for
	fetched = "22.23.3" // the version that is fetched where there is none
)

// There reports whether scripts can run without fetching anything.
func There() bool {
	_, err := find()
	return err == nil
}

// find returns the machine's Node, or the one that was fetched before.
var find = sync.OnceValues(func() (string, error) {
	for _, path := range []string{"node", kept()} {
		out, err := exec.Command(path, "--version").Output()
		if err != nil {
			continue
		}
		major, _, _ := strings.Cut(strings.TrimPrefix(string(out), "v"), ".")
		if n, err := strconv.Atoi(major); err == nil && n >= oldest {
			return path, nil
		}
	}
	return "", fmt.Errorf("there is no Node %d or later on this machine", oldest)
})

// kept is where a fetched Node is.
func kept() string {
	cache, _ := os.UserCacheDir()
	return filepath.Join(cache, "convoke", "node-"+fetched, "bin", "node")
}

// fetch has npm install Node beside its folder and moves it there at once, so that an interrupted fetch is never mistaken
// for a complete one.
var fetch = sync.OnceValues(func() (string, error) {
	folder := filepath.Dir(filepath.Dir(kept()))
	if err := os.MkdirAll(filepath.Dir(folder), 0o755); err != nil {
		return "", err
	}
	work, err := os.MkdirTemp(filepath.Dir(folder), "fetch-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(work)
	name := fmt.Sprintf("node-%s-%s", runtime.GOOS, strings.Replace(runtime.GOARCH, "amd64", "x64", 1))
	install := exec.Command("npm", "install", "--prefix", work, "--ignore-scripts", "--no-audit", "--no-fund", name+"@"+fetched)
	if out, err := install.CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm: %w\n%s", err, out)
	}
	_ = os.RemoveAll(folder)
	return kept(), os.Rename(filepath.Join(work, "node_modules", name), folder)
})

// path returns a Node, which is fetched if it must be there.
func path() (string, error) {
	found, err := find()
	if err == nil || os.Getenv("CONVOKE_TEST_REAL") != "1" {
		return found, err
	}
	fetchedNow, failed := fetch()
	if failed != nil {
		return "", errors.Join(err, failed)
	}
	return fetchedNow, nil
}
