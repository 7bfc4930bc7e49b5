package design

import "slices"

// references counts what would be drawn if every reference were followed: a drawing of two hundred bytes can ask for
// a billion shapes. Elements with an id are nodes; an edge leads to what a node contains or refers to.
type references struct {
	nodes []refNode
	byID  map[string]int
	sheet []string // ids that style rules paint with
}

type refNode struct {
	element  string
	id       string
	size     int // elements of its own: without those of nodes inside it
	inside   []int
	targets  []string
	weight   int
	visiting bool
}

func newReferences() references {
	return references{nodes: []refNode{{}}, byID: map[string]int{}}
}

// enter counts an element and returns the node that it belongs to: its own if it has an id that is free, else its
// parent's.
func (g *references) enter(parent int, element, id string) int {
	if _, taken := g.byID[id]; id == "" || taken || !isID(id) {
		g.nodes[parent].size++
		return parent
	}
	node := len(g.nodes)
	g.nodes = append(g.nodes, refNode{element: element, id: id, size: 1})
	g.nodes[parent].inside = append(g.nodes[parent].inside, node)
	g.byID[id] = node
	return node
}

// owns reports whether the node was entered with this id, which is false for the second element of the same id.
func (g *references) owns(node int, id string) bool {
	return g.nodes[node].id == id && g.byID[id] == node
}

func (g *references) paint(node int, target string) {
	g.nodes[node].targets = append(g.nodes[node].targets, target)
}

func (g *references) check() error {
	for _, target := range g.sheet {
		if node, known := g.byID[target]; known && !flat[g.nodes[node].element] {
			return unsafeSVG("a style rule of the design refers to more than a gradient")
		}
	}
	weight, err := g.weigh(0, 0)
	if err == nil && weight > maxExpansion {
		err = unsafeSVG("the design repeats its parts more than %d times", maxExpansion)
	}
	return err
}

// weigh returns how many elements a node draws. The depth bounds the recursion over long chains of references.
func (g *references) weigh(node, depth int) (int, error) {
	n := &g.nodes[node]
	switch {
	case n.visiting:
		return 0, unsafeSVG("a part of the design contains itself")
	case n.weight > 0:
		return n.weight, nil
	case depth > 4*maxDepth:
		return 0, unsafeSVG("the design's references are nested too deep")
	}
	n.visiting = true
	total := n.size
	next := slices.Clone(n.inside)
	for _, target := range n.targets {
		if to, known := g.byID[target]; known {
			next = append(next, to)
		}
	}
	for _, to := range next {
		weight, err := g.weigh(to, depth+1)
		if err != nil {
			return 0, err
		}
		total = min(total+weight, maxExpansion+1)
	}
	n.visiting, n.weight = false, total
	return total, nil
}
