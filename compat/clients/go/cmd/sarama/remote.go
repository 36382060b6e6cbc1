package main

import (
	"context"
	"crypto/tls"
	"time"

	"github.com/IBM/sarama"

	"wirekafka.compat/go/harness"
)

// library makes clients of Sarama that do what compat/instrument tells them.
var library = harness.Library{
	NewProducer: newRemoteProducer, NewConsumer: newRemoteConsumer, NewAdmin: newRemoteAdmin,
}

func remoteConfig(asked harness.Asked) *sarama.Config {
	config := newConfig()
	config.ClientID = asked.ClientID
	if config.ClientID == "" {
		config.ClientID = asked.Who
	}
	config.Metadata.Retry.Max = 20
	config.Metadata.Retry.Backoff = 20 * time.Millisecond
	config.Metadata.AllowAutoTopicCreation = asked.AutoCreate
	config.Net.ReadTimeout = harness.Millis(asked.RequestTimeoutMs, 10_000)
	config.Net.TLS.Enable = asked.TLS
	config.Net.TLS.Config = &tls.Config{InsecureSkipVerify: true}
	return config
}

type remoteProducer struct{ sarama.SyncProducer }

func newRemoteProducer(asked harness.Asked) (harness.Producer, error) {
	config := remoteConfig(asked)
	config.Producer.Retry.Max = 20
	config.Producer.Retry.Backoff = 20 * time.Millisecond
	config.Producer.MaxMessageBytes = 99_000_000
	config.Producer.Idempotent = asked.Idempotent || asked.TransactionalID != ""
	if config.Producer.Idempotent {
		config.Net.MaxOpenRequests = 1
	}
	if asked.TransactionalID != "" {
		config.Producer.Transaction.ID = asked.TransactionalID
		config.Producer.Transaction.Timeout = harness.Millis(asked.TransactionTimeoutMs, 60_000)
		config.Producer.Transaction.Retry.Max = 20
	}
	producer, err := sarama.NewSyncProducer([]string{asked.Bootstrap}, config)
	return remoteProducer{producer}, err
}

func (p remoteProducer) Send(topic string, partition int32, values []string) ([]int64, error) {
	sent := messages(topic, values...)
	for _, message := range sent {
		message.Partition = partition
	}
	if err := sendAll(p.SyncProducer, sent); err != nil {
		return nil, err
	}
	offsets := make([]int64, len(sent))
	for i, message := range sent {
		offsets[i] = message.Offset
	}
	return offsets, nil
}

func (p remoteProducer) Begin() error { return p.BeginTxn() }

func (p remoteProducer) End(commit bool) error {
	if commit {
		return p.CommitTxn()
	}
	return p.AbortTxn()
}

func (p remoteProducer) Close() { p.SyncProducer.Close() }

// remoteMember hands on what it reads.
type remoteMember struct{ collected *harness.Collected }

func (remoteMember) Setup(sarama.ConsumerGroupSession) error   { return nil }
func (remoteMember) Cleanup(sarama.ConsumerGroupSession) error { return nil }
func (m remoteMember) ConsumeClaim(
	_ sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim,
) error {
	for message := range claim.Messages() {
		headers := map[string]string{}
		for _, header := range message.Headers {
			headers[string(header.Key)] = string(header.Value)
		}
		m.collected.Add(harness.Read{
			Partition: message.Partition, Offset: message.Offset,
			Timestamp: message.Timestamp.UnixMilli(), Key: harness.Text(message.Key),
			Value: harness.Text(message.Value), Headers: headers,
		})
	}
	return nil
}

func newRemoteConsumer(asked harness.Asked, collected *harness.Collected) (func(), error) {
	config := remoteConfig(asked)
	config.Consumer.Offsets.AutoCommit.Enable = false
	config.Consumer.Group.Session.Timeout = harness.Millis(asked.SessionMs, 45_000)
	config.Consumer.Group.Heartbeat.Interval = harness.Millis(asked.HeartbeatMs, 3_000)
	config.Consumer.Group.InstanceId = asked.InstanceID
	if asked.Reset == "latest" {
		config.Consumer.Offsets.Initial = sarama.OffsetNewest
	}
	if asked.Committed {
		config.Consumer.IsolationLevel = sarama.ReadCommitted
	}
	group, err := sarama.NewConsumerGroup([]string{asked.Bootstrap}, asked.Group, config)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for ctx.Err() == nil {
			if err := group.Consume(ctx, []string{asked.Topic}, remoteMember{collected}); err != nil {
				collected.Error(err)
				time.Sleep(50 * time.Millisecond)
			}
		}
	}()
	go func() {
		for err := range group.Errors() {
			collected.Error(err)
		}
	}()
	return func() {
		stop()
		group.Close()
		<-stopped
	}, nil
}

func newRemoteAdmin(asked harness.Asked) (func(), error) {
	admin, err := sarama.NewClusterAdmin([]string{asked.Bootstrap}, remoteConfig(asked))
	if err != nil {
		return nil, err
	}
	_, err = admin.ListTopics()
	if err == nil && asked.Topic != "" {
		_, err = admin.DescribeTopics([]string{asked.Topic})
	}
	return func() { admin.Close() }, err
}
