package database

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"gorm.io/gorm/schema"
)

// table makes the lane's statements for a gorm model, so that its columns are written down once. Postgres gets each
// column of many rows as one array; SQLite gets the same columns row by row.
type table[R any] struct {
	name    string
	columns []column
}

type column struct {
	name  string
	array string // its type in Postgres, for many rows
	field int
	kind  reflect.Type
}

// tableOf reads the model. It fails for a model that gorm does not understand, which is a mistake in this package.
func tableOf[R any]() (table[R], error) {
	model, err := schema.Parse(new(R), new(sync.Map), schema.NamingStrategy{})
	if err != nil {
		return table[R]{}, fmt.Errorf("model %T: %w", *new(R), err)
	}
	t := table[R]{name: model.Table}
	for _, f := range model.Fields {
		t.columns = append(t.columns, column{f.DBName, arrayOf(f.FieldType), f.StructField.Index[0], f.FieldType})
	}
	return t, nil
}

func arrayOf(kind reflect.Type) string {
	if kind.Kind() == reflect.Pointer {
		kind = kind.Elem()
	}
	switch {
	case kind == reflect.TypeFor[id]():
		return "uuid[]"
	case kind.Kind() == reflect.String:
		return "text[]"
	case kind.Kind() == reflect.Slice:
		return "bytea[]"
	}
	return "bigint[]"
}

// only is the table with some of its columns, in the order of names.
func (t table[R]) only(names ...string) table[R] {
	part := table[R]{name: t.name}
	for _, name := range names {
		i := slices.IndexFunc(t.columns, func(c column) bool { return c.name == name })
		part.columns = append(part.columns, t.columns[i])
	}
	return part
}

// without is the table without one of its columns.
func (t table[R]) without(name string) table[R] {
	isIt := func(c column) bool { return c.name == name }
	return table[R]{t.name, slices.DeleteFunc(slices.Clone(t.columns), isIt)}
}

// insert adds rows; suffix is what follows, such as a conflict clause.
func (t table[R]) insert(suffix string) statement {
	return statement{
		postgres: fmt.Sprintf("INSERT INTO %s (%s) SELECT * FROM unnest(%s) %s", t.name, t.list(""), t.parameters(), suffix),
		sqlite:   fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s) %s", t.name, t.list(""), marks(len(t.columns)), suffix),
	}
}

// update sets all columns but the first, which finds the row.
func (t table[R]) update() statement {
	key := t.columns[0].name
	var fromNew, fromMark []string
	for i, c := range t.columns[1:] {
		fromNew = append(fromNew, fmt.Sprintf("%s = new.%s", c.name, c.name))
		fromMark = append(fromMark, fmt.Sprintf("%s = ?%d", c.name, i+2))
	}
	return statement{
		postgres: fmt.Sprintf("UPDATE %s SET %s FROM unnest(%s) AS new (%s) WHERE %s.%s = new.%s",
			t.name, strings.Join(fromNew, ", "), t.parameters(), t.list(""), t.name, key, key),
		sqlite: fmt.Sprintf("UPDATE %s SET %s WHERE %s = ?1", t.name, strings.Join(fromMark, ", "), key),
	}
}

// read finds rows by the first column; lock is Postgres' locking clause, if any.
func (t table[R]) read(lock string) statement {
	return statement{
		postgres: fmt.Sprintf("SELECT %s FROM %s WHERE %s = ANY($1) ORDER BY %s %s",
			t.list(""), t.name, t.columns[0].name, t.columns[0].name, lock),
		sqlite: fmt.Sprintf("SELECT %s FROM %s WHERE %s = ?", t.list(""), t.name, t.columns[0].name),
	}
}

// arrays returns the rows column by column.
func (t table[R]) arrays(rows []R) []any {
	source := reflect.ValueOf(rows)
	arrays := make([]any, len(t.columns))
	for k, c := range t.columns {
		array := reflect.MakeSlice(reflect.SliceOf(c.kind), len(rows), len(rows))
		for i := range rows {
			array.Index(i).Set(source.Index(i).Field(c.field))
		}
		arrays[k] = array.Interface()
	}
	return arrays
}

// places returns where a row's columns are to be scanned into.
func (t table[R]) places(row *R) []any {
	target := reflect.ValueOf(row).Elem()
	places := make([]any, len(t.columns))
	for k, c := range t.columns {
		places[k] = target.Field(c.field).Addr().Interface()
	}
	return places
}

// list names the columns, each behind prefix.
func (t table[R]) list(prefix string) string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = prefix + c.name
	}
	return strings.Join(names, ", ")
}

func (t table[R]) parameters() string {
	parameters := make([]string, len(t.columns))
	for i, c := range t.columns {
		parameters[i] = fmt.Sprintf("$%d::%s", i+1, c.array)
	}
	return strings.Join(parameters, ", ")
}

func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }
