package main

import (
	"github.com/IBM/sarama"

	"wirekafka.compat/go/harness"
)

var transactions = []func(*harness.T){
	transactionCommit, transactionAbort, transactionOpenHidesMessages, transactionFencing,
	transactionOffsets, transactionDescribe,
}

func newTransactional(t *harness.T, id string) sarama.SyncProducer {
	config := idempotent()
	config.Producer.Transaction.ID = id
	config.Producer.Transaction.Retry.Max = 10
	return newProducer(t, config)
}

// begin begins a transaction and produces count messages in it.
func begin(t *harness.T, producer sarama.SyncProducer, topic string, count int) {
	t.Step("beginning a transaction")
	t.Must(producer.BeginTxn())
	send(t, producer, topic, numbers(count)...)
}

func end(t *harness.T, name string, commitOrAbort func() error) {
	t.Step("ending the transaction by %s", name)
	t.Must(commitOrAbort())
}

func committedOnly(t *harness.T, topic string) sarama.PartitionConsumer {
	config := newConfig()
	config.Consumer.IsolationLevel = sarama.ReadCommitted
	return consume(t, config, topic, sarama.OffsetOldest)
}

// The messages of a committed transaction are seen with read_committed.
// FEATURE: transactions
func transactionCommit(t *harness.T) {
	topic := newTopic(t, 1)
	producer := newTransactional(t, t.Name("tx"))
	begin(t, producer, topic, 3)
	end(t, "commit", producer.CommitTxn)
	harness.Equal(t, "values", values(read(t, committedOnly(t, topic), 3)), "0 1 2")
}

// The messages of an aborted transaction are seen with read_uncommitted only.
// FEATURE: transactions
func transactionAbort(t *harness.T) {
	topic := newTopic(t, 1)
	producer := newTransactional(t, t.Name("tx"))
	begin(t, producer, topic, 3)
	end(t, "abort", producer.AbortTxn)
	begin(t, producer, topic, 1)
	end(t, "commit", producer.CommitTxn)
	found := read(t, committedOnly(t, topic), 1)
	harness.Equal(t, "offset behind the abort marker", found[0].Offset, int64(4))
	read(t, fromStart(t, topic), 4)
}

// An open transaction hides its messages, and all behind them, until it ends.
// FEATURE: transactions
func transactionOpenHidesMessages(t *harness.T) {
	topic := newTopic(t, 1)
	producer := newTransactional(t, t.Name("tx"))
	begin(t, producer, topic, 2)
	fill(t, topic, 1)
	consumer := committedOnly(t, topic)
	readNothing(t, consumer)
	end(t, "commit", producer.CommitTxn)
	harness.Equal(t, "values", values(read(t, consumer, 3)), "0 1 0")
}

// A second producer with the same transactional id fences the first one.
// FEATURE: transactions
func transactionFencing(t *harness.T) {
	topic, id := newTopic(t, 1), t.Name("tx")
	first := newTransactional(t, id)
	begin(t, first, topic, 1)
	second := newTransactional(t, id)
	begin(t, second, topic, 1)
	end(t, "commit", second.CommitTxn)
	t.Step("committing with the fenced producer")
	t.Check(first.CommitTxn() != nil, "the fenced producer could commit")
	read(t, committedOnly(t, topic), 1)
}

// Offsets that are added to a transaction are committed with it, and not when it is aborted.
// FEATURE: transactions
func transactionOffsets(t *harness.T) {
	topic, group, admin := newTopic(t, 1), t.Name("group"), newAdmin(t)
	producer := newTransactional(t, t.Name("tx"))
	add := func(offset int64) {
		t.Step("adding offset %d to the transaction", offset)
		t.Must(producer.AddOffsetsToTxn(map[string][]*sarama.PartitionOffsetMetadata{
			topic: {{Partition: 0, Offset: offset}},
		}, group))
	}
	begin(t, producer, topic, 1)
	add(5)
	end(t, "commit", producer.CommitTxn)
	begin(t, producer, topic, 1)
	add(9)
	end(t, "abort", producer.AbortTxn)
	t.Step("fetching the offset")
	harness.Equal(t, "offset", committed(t, admin, group, topic).Offset, int64(5))
}

// An open transaction is listed and described with its state.
// FEATURE: transactions
func transactionDescribe(t *harness.T) {
	topic, id := newTopic(t, 1), t.Name("tx")
	admin, is := newAdmin(t).(sarama.TransactionClusterAdmin)
	t.Check(is, "Sarama's admin cannot describe transactions")
	producer := newTransactional(t, id)
	begin(t, producer, topic, 1)
	t.Step("describing the transaction")
	described, err := admin.DescribeTransactions([]string{id})
	t.Must(err)
	harness.Equal(t, "error", described[id].ErrorCode, sarama.ErrNoError)
	harness.Equal(t, "state", described[id].TransactionState, "Ongoing")
	t.Step("describing producers")
	producers, err := admin.DescribeProducers(map[string][]int32{topic: {0}})
	t.Must(err)
	harness.Equal(t, "producers", len(producers[topic][0].ActiveProducers), 1)
	end(t, "abort", producer.AbortTxn)
}
