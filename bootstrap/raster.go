package bootstrap

import (
	"runtime"

	"convoke/adapters/memory"
	"convoke/adapters/raster"
	"convoke/application/designs"
)

// provideRenderings draws designs as PNG on half of the cores. What is drawn is kept in this process, apart from other
// caches, so that large pictures do not crowd out small answers.
func provideRenderings(store Store) (*designs.Renderings, error) {
	cache, err := memory.NewCache(memory.CacheConfig{})
	if err != nil {
		return nil, err
	}
	return designs.NewRenderings(store, raster.Rasterizer{}, cache, runtime.GOMAXPROCS(0)/2), nil
}
