package strictyaml

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/ssecheck/ssecheck/cases/nearest"
)

// A Reader reads itself from a node: for values whose form YAML tags cannot
// say. It reports what is wrong on the node.
type Reader interface{ ReadYAML(n Node) }

// Decode reads the value into what v points to, by the yaml tags of its type:
// structs (a key without a field is reported, with the nearest), slices, maps
// with text keys, pointers, text, booleans, whole numbers, durations written
// as "20ms", and every [Reader]. A text whose field has the tag
// strictyaml:"number" may be a number, too, and is read as it is written: 1.0 is
// "1.0". What cannot be read keeps its zero value.
func (n Node) Decode(v any) {
	n.decode(reflect.ValueOf(v).Elem())
}

var durationType = reflect.TypeFor[time.Duration]()

func (n Node) decode(v reflect.Value) {
	if reader, ok := v.Addr().Interface().(Reader); ok {
		reader.ReadYAML(n)
		return
	}
	if v.Type() == durationType {
		n.decodeDuration(v)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		n.decode(v.Elem())
	case reflect.Struct:
		n.DecodeStruct(v.Addr().Interface())
	case reflect.Slice:
		n.decodeSlice(v)
	case reflect.Map:
		n.decodeMap(v)
	case reflect.String:
		if text, ok := n.Text(); ok {
			v.SetString(text)
		}
	case reflect.Bool:
		if b, ok := n.node.(*ast.BoolNode); ok {
			v.SetBool(b.Value)
			return
		}
		n.Errorf("", "expected true or false, got %s", n.Kind())
	case reflect.Int, reflect.Int64, reflect.Int32:
		n.decodeInt(v)
	default:
		panic(fmt.Sprintf("strictyaml: no way to read a %s", v.Type()))
	}
}

// DecodeStruct reads a mapping by the yaml tags of the struct that v points to,
// even when it is a [Reader]: a Reader of a struct may begin with it.
func (n Node) DecodeStruct(v any) {
	s := reflect.ValueOf(v).Elem()
	known := n.doc.keysOf(s.Type())
	for _, field := range n.Fields() {
		index, ok := known.index[field.Name]
		if !ok {
			field.Key.Errorf(known.hint(field.Name), "unknown key %q", field.Name)
			continue
		}
		if known.numbers[field.Name] && field.Value.Kind() == Number {
			s.FieldByIndex(index).SetString(field.Value.node.GetToken().Value)
			continue
		}
		field.Value.decode(s.FieldByIndex(index))
	}
}

func (n Node) decodeSlice(v reflect.Value) {
	items := n.Items()
	slice := reflect.MakeSlice(v.Type(), len(items), len(items))
	for i, item := range items {
		item.decode(slice.Index(i))
	}
	v.Set(slice)
}

func (n Node) decodeMap(v reflect.Value) {
	fields := n.Fields()
	v.Set(reflect.MakeMapWithSize(v.Type(), len(fields)))
	for _, field := range fields {
		value := reflect.New(v.Type().Elem()).Elem()
		field.Value.decode(value)
		v.SetMapIndex(reflect.ValueOf(field.Name).Convert(v.Type().Key()), value)
	}
}

func (n Node) decodeInt(v reflect.Value) {
	integer, ok := n.node.(*ast.IntegerNode)
	if !ok {
		n.Errorf("", "expected a whole number of at most 64 bits, got %s", n.Kind())
		return
	}
	switch value := integer.Value.(type) {
	case int64:
		if !v.OverflowInt(value) {
			v.SetInt(value)
			return
		}
	case uint64:
		if value <= 1<<63-1 && !v.OverflowInt(int64(value)) {
			v.SetInt(int64(value))
			return
		}
	}
	n.Errorf("", "the number %s is out of range", integer.Token.Value)
}

func (n Node) decodeDuration(v reflect.Value) {
	text, ok := n.Text()
	if !ok {
		return
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		n.Errorf(`write a number and a unit: "20ms", "1.5s", "1m"`, "%q is no duration", text)
		return
	}
	v.SetInt(int64(d))
}

// keys are what a struct's mapping may hold.
type keys struct {
	names   []string
	index   map[string][]int
	numbers map[string]bool // texts that may be written as numbers
}

func (k keys) hint(name string) string {
	if hint := nearest.Hint(name, k.names); hint != "" {
		return hint
	}
	return "the keys here are " + strings.Join(k.names, ", ")
}

// keysOf is looked up once a type and document: it takes longer than reading
// the values.
func (d *Document) keysOf(t reflect.Type) keys {
	if k, ok := d.keys[t]; ok {
		return k
	}
	k := keys{index: map[string][]int{}, numbers: map[string]bool{}}
	for _, field := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		if name == "" || name == "-" || options == "inline" || !field.IsExported() {
			continue
		}
		k.names = append(k.names, name)
		k.index[name] = field.Index
		k.numbers[name] = field.Tag.Get("strictyaml") == "number"
	}
	if d.keys == nil {
		d.keys = map[reflect.Type]keys{}
	}
	d.keys[t] = k
	return k
}
