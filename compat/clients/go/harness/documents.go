package harness

import (
	"embed"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"runtime"
	"strings"
	"unicode"
)

// Scenario is one function with what its doc comment says about it.
type Scenario struct {
	Name        string // snake_case, with the client's prefix, so that it is unique in this folder
	Expectation string // the first line of the doc comment
	Feature     string // "FEATURE: x" in the doc comment: what a broker must have for it
	Run         func(*T)
}

const featureMark = "FEATURE: "

// describe joins the functions with their doc comments, which are read from the embedded sources:
// the expectation stands in one place only.
func describe(prefix string, sources embed.FS, functions []func(*T)) []Scenario {
	comments := docComments(sources)
	scenarios := make([]Scenario, 0, len(functions))
	for _, function := range functions {
		full := runtime.FuncForPC(reflect.ValueOf(function).Pointer()).Name()
		name := full[strings.LastIndexByte(full, '.')+1:]
		lines := strings.Split(strings.TrimSpace(comments[name]), "\n")
		if lines[0] == "" {
			panic("scenario without a doc comment: " + name)
		}
		scenario := Scenario{Name: prefix + "_" + snake(name), Expectation: lines[0], Run: function}
		for _, line := range lines[1:] {
			if feature, found := strings.CutPrefix(line, featureMark); found {
				scenario.Feature = strings.TrimSpace(feature)
			}
		}
		scenarios = append(scenarios, scenario)
	}
	return scenarios
}

// docComments maps the name of each top-level function to its doc comment.
func docComments(sources embed.FS) map[string]string {
	comments := map[string]string{}
	entries, err := sources.ReadDir(".")
	if err != nil {
		panic(err)
	}
	for _, entry := range entries {
		text, err := sources.ReadFile(entry.Name())
		if err != nil {
			panic(err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), entry.Name(), text, parser.ParseComments)
		if err != nil {
			panic(err)
		}
		for _, declaration := range file.Decls {
			if function, is := declaration.(*ast.FuncDecl); is {
				comments[function.Name.Name] = function.Doc.Text()
			}
		}
	}
	return comments
}

// snake turns produceWithGzip into produce_with_gzip.
func snake(camel string) string {
	var out strings.Builder
	for _, letter := range camel {
		if unicode.IsUpper(letter) {
			out.WriteByte('_')
		}
		out.WriteRune(unicode.ToLower(letter))
	}
	return out.String()
}
