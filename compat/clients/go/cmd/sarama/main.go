// Command sarama runs the scenarios of Sarama (github.com/IBM/sarama) against a broker.
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
		Name:    "sarama",
		Prefix:  "sarama",
		Sources: sources,
		Parallel: [][]func(*harness.T){
			producing, consuming, grouping, transactions, topics, configs, groupAdmin, refusals,
			features,
		},
		Alone: restarts,
	})
}
