// Command franz runs the scenarios of franz-go (github.com/twmb/franz-go) against a broker.
package main

import (
	"embed"

	"wirekafka.compat/go/harness"
)

//go:embed *.go
var sources embed.FS

func main() {
	if harness.IsRemote() {
		harness.Obey(library)
		return
	}
	harness.Main(harness.Client{
		Name:    "franz-go",
		Prefix:  "franz",
		Sources: sources,
		Parallel: [][]func(*harness.T){
			producing, consuming, grouping, nextGroups, transactions, topics, configs, groupAdmin,
			offsets, refusals, features,
		},
		Alone: restarts,
	})
}
