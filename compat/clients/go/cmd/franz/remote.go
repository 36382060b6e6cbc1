package main

import (
	"context"
	"crypto/tls"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"wirekafka.compat/go/harness"
)

// library makes clients of franz-go that do what compat/instrument tells them.
var library = harness.Library{
	NewProducer: newRemoteProducer, NewConsumer: newRemoteConsumer, NewAdmin: newRemoteAdmin,
}

func remoteOptions(asked harness.Asked) []kgo.Opt {
	id := asked.ClientID
	if id == "" {
		id = asked.Who
	}
	options := []kgo.Opt{
		kgo.SeedBrokers(asked.Bootstrap),
		kgo.ClientID(id),
		kgo.MetadataMinAge(20 * time.Millisecond),
		kgo.RetryBackoffFn(func(int) time.Duration { return 20 * time.Millisecond }),
		kgo.RequestTimeoutOverhead(harness.Millis(asked.RequestTimeoutMs, 10_000)),
	}
	if asked.TLS {
		options = append(options, kgo.DialTLSConfig(&tls.Config{InsecureSkipVerify: true}))
	}
	return options
}

type remoteProducer struct {
	*kgo.Client
	patience time.Duration
}

func newRemoteProducer(asked harness.Asked) (harness.Producer, error) {
	options := append(remoteOptions(asked),
		kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.ProducerLinger(0),
		kgo.ProducerBatchMaxBytes(100_000_000),
		kgo.BrokerMaxWriteBytes(200_000_000),
		kgo.RecordDeliveryTimeout(harness.Millis(asked.GiveUpMs, 30_000)),
		// what the broker may wait for counts in the request's timeout, too
		kgo.ProduceRequestTimeout(harness.Millis(asked.RequestTimeoutMs, 10_000)),
	)
	if asked.TransactionalID != "" {
		options = append(options, kgo.TransactionalID(asked.TransactionalID),
			kgo.TransactionTimeout(harness.Millis(asked.TransactionTimeoutMs, 60_000)))
	} else if !asked.Idempotent {
		options = append(options, kgo.DisableIdempotentWrite())
	}
	client, err := kgo.NewClient(options...)
	return remoteProducer{client, harness.Millis(asked.GiveUpMs, 30_000)}, err
}

func (p remoteProducer) Send(topic string, partition int32, values []string) ([]int64, error) {
	sent := make([]*kgo.Record, len(values))
	for i, value := range values {
		sent[i] = &kgo.Record{Topic: topic, Partition: partition, Value: []byte(value)}
	}
	ctx, cancel := context.WithTimeout(context.Background(), p.patience)
	defer cancel()
	results := p.ProduceSync(ctx, sent...)
	if err := results.FirstErr(); err != nil {
		return nil, err
	}
	offsets := make([]int64, len(sent))
	for i, record := range sent {
		offsets[i] = record.Offset
	}
	return offsets, nil
}

func (p remoteProducer) Begin() error { return p.BeginTransaction() }

func (p remoteProducer) End(commit bool) error {
	ctx, cancel := context.WithTimeout(context.Background(), p.patience)
	defer cancel()
	return p.EndTransaction(ctx, kgo.TransactionEndTry(commit))
}

func newRemoteConsumer(asked harness.Asked, collected *harness.Collected) (func(), error) {
	start := kgo.NewOffset().AtStart()
	if asked.Reset == "latest" {
		start = kgo.NewOffset().AtEnd()
	}
	options := append(remoteOptions(asked),
		kgo.ConsumerGroup(asked.Group), kgo.ConsumeTopics(asked.Topic), kgo.ConsumeResetOffset(start),
		kgo.DisableAutoCommit(), kgo.FetchMaxWait(500*time.Millisecond),
	)
	if asked.Protocol == "consumer" {
		options = append(options, kgo.ServerSideBalancer(), kgo.Balancers(kgo.StickyBalancer()))
	} else {
		options = append(options, kgo.SessionTimeout(harness.Millis(asked.SessionMs, 45_000)),
			kgo.HeartbeatInterval(harness.Millis(asked.HeartbeatMs, 3_000)))
	}
	if asked.InstanceID != "" {
		options = append(options, kgo.InstanceID(asked.InstanceID))
	}
	if asked.Pattern {
		options = append(options, kgo.ConsumeRegex())
	}
	if asked.AutoCreate {
		options = append(options, kgo.AllowAutoTopicCreation())
	}
	if asked.Committed {
		options = append(options, kgo.FetchIsolationLevel(kgo.ReadCommitted()))
	}
	client, err := kgo.NewClient(options...)
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			fetches := client.PollFetches(context.Background())
			if fetches.IsClientClosed() {
				return
			}
			fetches.EachError(func(_ string, _ int32, err error) { collected.Error(err) })
			for _, record := range fetches.Records() {
				headers := map[string]string{}
				for _, header := range record.Headers {
					headers[header.Key] = string(header.Value)
				}
				collected.Add(harness.Read{
					Partition: record.Partition, Offset: record.Offset,
					Timestamp: record.Timestamp.UnixMilli(), Key: harness.Text(record.Key),
					Value: harness.Text(record.Value), Headers: headers,
				})
			}
		}
	}()
	return client.CloseAllowingRebalance, nil
}

func newRemoteAdmin(asked harness.Asked) (func(), error) {
	client, err := kadm.NewOptClient(remoteOptions(asked)...)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	_, err = client.ListTopics(ctx)
	if err == nil && asked.Topic != "" {
		_, err = client.ListTopics(ctx, asked.Topic)
	}
	return client.Close, err
}
