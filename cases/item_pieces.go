package cases

import "github.com/ssecheck/ssecheck/cases/strictyaml"

// pieces are what the item writes together: itself, where it is no list.
func (i *Item) pieces() []Item {
	if i.Pieces != nil {
		return i.Pieces
	}
	return []Item{*i}
}

// readPieces reads one write that is made of several texts, bytes and repeats.
func (i *Item) readPieces(n strictyaml.Node) {
	const hint = `a piece is "text", {hex: "ef bb bf"}, {base64: ...} or {repeat: "x", times: 100}`
	if n.IsEmptyList() {
		n.Errorf(`write "" for a write of nothing`, "a write without pieces")
	}
	for _, at := range n.Items() {
		if at.Kind() == strictyaml.List {
			at.Errorf(hint, "a list of pieces within another")
			continue
		}
		var piece Item
		piece.ReadYAML(at)
		if !piece.Writes() && !at.Spoiled() {
			at.Errorf(hint, "this is no text and no bytes, so it is no piece of a write")
		}
		i.Pieces = append(i.Pieces, piece)
	}
}
