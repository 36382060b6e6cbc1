package main

import (
	"context"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"wirekafka.compat/go/harness"
)

var transactions = []func(*harness.T){
	transactionCommit, transactionAbort, transactionOpenHidesRecords, transactionFencing,
	transactionConsumeProduce, transactionDescribe, transactionTimesOut,
}

func newTransactional(t *harness.T, id string, options ...kgo.Opt) *kgo.Client {
	return newClient(t, append(options, kgo.TransactionalID(id))...)
}

// begin begins a transaction and produces count records in it.
func begin(t *harness.T, client *kgo.Client, topic string, count int) {
	t.Step("beginning a transaction")
	t.Must(client.BeginTransaction())
	t.Step("producing in a transaction")
	t.Must(client.ProduceSync(t.Ctx, records(topic, count)...).FirstErr())
}

func end(t *harness.T, client *kgo.Client, commit kgo.TransactionEndTry) {
	t.Step("ending the transaction, commit=%v", commit)
	t.Must(client.EndTransaction(t.Ctx, commit))
}

func committedOnly(t *harness.T, topic string) *kgo.Client {
	return fromStart(t, topic, kgo.FetchIsolationLevel(kgo.ReadCommitted()))
}

// The records of a committed transaction are seen with read_committed.
// FEATURE: transactions
func transactionCommit(t *harness.T) {
	topic := newTopic(t, 1)
	producer := newTransactional(t, t.Name("tx"))
	begin(t, producer, topic, 3)
	end(t, producer, kgo.TryCommit)
	harness.Equal(t, "values", values(poll(t, committedOnly(t, topic), 3)), "0 1 2")
}

// The records of an aborted transaction are seen with read_uncommitted only.
// FEATURE: transactions
func transactionAbort(t *harness.T) {
	topic := newTopic(t, 1)
	producer := newTransactional(t, t.Name("tx"))
	begin(t, producer, topic, 3)
	end(t, producer, kgo.TryAbort)
	begin(t, producer, topic, 1)
	end(t, producer, kgo.TryCommit)
	found := poll(t, committedOnly(t, topic), 1)
	harness.Equal(t, "offset behind the abort marker", found[0].Offset, int64(4))
	poll(t, fromStart(t, topic), 4)
}

// An open transaction hides its records, and all behind them, until it ends.
// FEATURE: transactions
func transactionOpenHidesRecords(t *harness.T) {
	topic := newTopic(t, 1)
	producer := newTransactional(t, t.Name("tx"))
	begin(t, producer, topic, 2)
	fill(t, topic, 1)
	consumer := committedOnly(t, topic)
	pollNothing(t, consumer)
	end(t, producer, kgo.TryCommit)
	harness.Equal(t, "values", values(poll(t, consumer, 3)), "0 1 0")
}

// A second producer with the same transactional id fences the first one.
// FEATURE: transactions
func transactionFencing(t *harness.T) {
	topic, id := newTopic(t, 1), t.Name("tx")
	first := newTransactional(t, id)
	begin(t, first, topic, 1)
	second := newTransactional(t, id)
	begin(t, second, topic, 1)
	end(t, second, kgo.TryCommit)
	t.Step("producing with the fenced producer")
	err := first.ProduceSync(t.Ctx, records(topic, 1)...).FirstErr()
	t.Check(err != nil, "the fenced producer could produce")
	poll(t, committedOnly(t, topic), 1)
}

// Consume, transform and produce in one transaction commits the offsets with the records.
// FEATURE: transactions
func transactionConsumeProduce(t *harness.T) {
	from, to, group := newTopic(t, 1), newTopic(t, 1), t.Name("group")
	fill(t, from, 3)
	session, err := kgo.NewGroupTransactSession(
		kgo.SeedBrokers(t.Bootstrap), kgo.TransactionalID(t.Name("tx")), kgo.ConsumerGroup(group),
		kgo.ConsumeTopics(from), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.RequireStableFetchOffsets(),
	)
	t.Must(err)
	t.Cleanup(session.Close)
	t.Step("consuming in the session")
	t.Must(session.Begin())
	for done := 0; done < 3; {
		fetches := session.PollFetches(t.Ctx)
		t.Must(fetches.Err())
		for _, record := range fetches.Records() {
			copied := &kgo.Record{Topic: to, Value: record.Value}
			t.Must(session.ProduceSync(t.Ctx, copied).FirstErr())
			done++
		}
	}
	t.Step("committing the session")
	committed, err := session.End(t.Ctx, kgo.TryCommit)
	t.Must(err)
	t.Check(committed, "the session was aborted")
	poll(t, committedOnly(t, to), 3)
	t.Step("fetching the offset")
	offsets, err := newAdmin(t).FetchOffsets(t.Ctx, group)
	t.Must(err)
	found, _ := offsets.Lookup(from, 0)
	harness.Equal(t, "committed offset", found.At, int64(3))
}

// An open transaction is listed and described with its state and its partitions.
// FEATURE: transactions
func transactionDescribe(t *harness.T) {
	topic, id, admin := newTopic(t, 1), t.Name("tx"), newAdmin(t)
	producer := newTransactional(t, id)
	begin(t, producer, topic, 1)
	t.Step("listing transactions")
	listed, err := admin.ListTransactions(t.Ctx, nil, []string{"Ongoing"})
	t.Must(err)
	t.Check(listed[id].State == "Ongoing", "listed as %v", listed[id])
	t.Step("describing the transaction")
	described, err := admin.DescribeTransactions(t.Ctx, id)
	t.Must(err)
	t.Must(described[id].Err)
	t.Check(described[id].Topics.Lookup(topic, 0), "partitions are %v", described[id].Topics)
	t.Step("describing producers")
	producers, err := admin.DescribeProducers(t.Ctx, kadm.TopicsSet{topic: {0: {}}})
	t.Must(err)
	active := 0
	producers.EachProducer(func(producer kadm.DescribedProducer) {
		harness.Equal(t, "first offset", producer.CurrentTxnStartOffset, int64(0))
		active++
	})
	harness.Equal(t, "producers", active, 1)
	end(t, producer, kgo.TryAbort)
}

// A transaction that is not ended in time is aborted by the broker.
// FEATURE: transactions
func transactionTimesOut(t *harness.T) {
	topic := newTopic(t, 1)
	producer := newTransactional(t, t.Name("tx"), kgo.TransactionTimeout(time.Second))
	begin(t, producer, topic, 1)
	fill(t, topic, 1)
	consumer := committedOnly(t, topic)
	found := poll(t, consumer, 1)
	harness.Equal(t, "offset of the record that was not in the transaction", found[0].Offset, int64(1))
	ctx, cancel := context.WithTimeout(t.Ctx, 5*time.Second)
	defer cancel()
	t.Step("committing too late")
	err := producer.EndTransaction(ctx, kgo.TryCommit)
	t.Check(err != nil, "the commit succeeded")
}
