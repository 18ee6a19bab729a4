package hostile

// list makes a list of items as short as holds allows: delta debugging
// (https://doi.org/10.1109/32.988498). holds is given candidates, and tells of each
// whether it still shows what is looked for.
func list1[T any](items []T, holds func([][]T) []bool) []T {
	for parts := 2; len(items) > 0; {
		size := (len(items) + parts - 1) / parts
		var candidates [][]T
		for start := 0; start < len(items); start += size {
			candidates = append(candidates, append(append([]T(nil), items[:start]...), items[min(start+size, len(items)):]...))
		}
		shorter := -1
		for i, ok := range holds(candidates) {
			if ok {
				shorter = i
				break
			}
		}
		switch {
		case shorter >= 0:
			items, parts = candidates[shorter], max(2, parts-1)
		case size == 1:
			return items
		default:
			parts = min(2*parts, len(items))
		}
	}
	return items
}
