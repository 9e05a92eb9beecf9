package recording

// flat is the fields of a JSON object and of the objects within it: their names, with
// a dot between outer and inner ones, and their values, not yet read. It is used again
// for the next line.
type flat struct {
	fields []flatField
	names  []byte // of the fields, one behind the other
	levels [deepest][]member
}

// flatField is a field. Its name is names[from:to].
type flatField struct {
	from, to int
	value    []byte
}

// deepest is how many objects may be within one another; what is deeper is left out.
const deepest = 8

// parse reads a line.
func (o *flat) parse(line []byte) error {
	o.fields, o.names = o.fields[:0], o.names[:0]
	return o.add(nil, line, 0)
}

// add adds the fields of an object.
func (o *flat) add(prefix, object []byte, depth int) error {
	all, err := members(object, o.levels[depth])
	if o.levels[depth] = all; err != nil {
		return err
	}
	for _, m := range all {
		from := len(o.names)
		if depth > 0 {
			o.names = append(append(o.names, prefix...), '.')
		}
		o.names = append(o.names, m.key...)
		o.fields = append(o.fields, flatField{from, len(o.names), m.value})
		if m.value[0] == '{' && depth+1 < deepest {
			// An inner object that cannot be read has no fields.
			_ = o.add(o.names[from:len(o.names):len(o.names)], m.value, depth+1)
		}
	}
	return nil
}

// field is the text of a field, nil if there is none, or if it is no text and no
// number. Of a list it is the first element.
func (o *flat) field(name string) []byte {
	for _, f := range o.fields {
		if f.to-f.from == len(name) && string(o.names[f.from:f.to]) == name {
			return scalar(f.value)
		}
	}
	return nil
}

// scalar is a JSON value as text.
func scalar(value []byte) []byte {
	if value[0] == '[' {
		first := blanks(value, 1)
		end, err := jsonEnd(value, first)
		if err != nil || value[first] == '[' {
			return nil
		}
		value = value[first:end]
	}
	switch c := value[0]; {
	case c == '"':
		s, ok := text(value)
		if !ok && len(value) > 1 { // nginx without escape=json
			s = unescape(value[1 : len(value)-1])
		}
		return s
	case c == '-' || c >= '0' && c <= '9':
		return value
	}
	return nil
}
