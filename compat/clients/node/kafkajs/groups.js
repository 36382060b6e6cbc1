'use strict';
// Groups of kafkajs consumers.

const {
  fill, newAdmin, newMember, newTopic, numbered, owned, readAll, take, values,
} = require('./client');

async function groupOfOne(t) {
  // A group of one member gets all partitions and every message.
  const topic = await newTopic(t, 4);
  const member = await newMember(t, topic);
  t.equal('assignment', [...member.assigned[topic]].sort(), [0, 1, 2, 3]);
  for (let partition = 0; partition < 4; partition += 1) await fill(t, topic, 2, partition);
  await take(t, member, 8);
}

async function groupOfTwo(t) {
  // Two members share four partitions, and each message reaches one of them.
  const topic = await newTopic(t, 4);
  const first = await newMember(t, topic);
  const second = await newMember(t, topic, { groupId: first.groupId });
  t.step('waiting for the partitions to be shared');
  await t.eventually(() => owned(first, topic) === 2 && owned(second, topic) === 2);
  for (let partition = 0; partition < 4; partition += 1) await fill(t, topic, 2, partition);
  t.step('waiting for the messages');
  await t.eventually(() => first.messages.length + second.messages.length >= 8);
  t.equal('messages of each', [first.messages.length, second.messages.length], [4, 4]);
}

async function groupJoinAndLeave(t) {
  // When a member leaves, the other one gets its partitions without waiting for a session timeout.
  const topic = await newTopic(t, 2);
  const sessionTimeout = 30_000;
  const first = await newMember(t, topic, { sessionTimeout });
  const second = await newMember(t, topic, { sessionTimeout, groupId: first.groupId });
  t.step('waiting for the partitions to be shared');
  await t.eventually(() => owned(first, topic) === 1 && owned(second, topic) === 1);
  t.step('leaving');
  await second.consumer.disconnect();
  t.step('waiting for the partitions of the member that left');
  await t.eventually(() => owned(first, topic) === 2);
}

async function groupOfFour(t) {
  // Four members that join at the same time end with one partition each.
  const topic = await newTopic(t, 4);
  const groupId = t.name('group');
  const joining = [0, 1, 2, 3].map(() => newMember(t, topic, { groupId }));
  const members = await Promise.all(joining);
  t.step('waiting for the partitions to be shared');
  // In between, a member may still show what it had in the generation before.
  await t.eventually(() => {
    const all = members.map((member) => member.assigned[topic] ?? []);
    return all.every((one) => one.length === 1) && new Set(all.flat()).size === 4;
  });
}

async function groupWithDifferentTopics(t) {
  // Members of one group that subscribe to different topics get the partitions of their own.
  const [one, other] = [await newTopic(t, 2), await newTopic(t, 2)];
  const first = await newMember(t, one);
  const second = await newMember(t, other, { groupId: first.groupId });
  t.step('waiting for both to have the same generation');
  await t.eventually(() => owned(second, other) === 2 || owned(first, one) === 1);
  const states = (await (await newAdmin(t)).describeGroups([first.groupId])).groups;
  t.equal('members', states[0].members.length, 2);
}

async function groupCommitAndResume(t) {
  // A second member of a group goes on where the first one committed.
  const topic = await newTopic(t);
  await fill(t, topic, 10);
  const first = await newMember(t, topic, {}, { autoCommit: false });
  await take(t, first, 10);
  t.step('committing');
  await first.consumer.commitOffsets([{ topic, partition: 0, offset: '6', metadata: 'six' }]);
  await first.consumer.disconnect();
  const found = await readAll(t, topic, 4, { groupId: first.groupId });
  t.equal('values', values(found), ['6', '7', '8', '9']);
  const [row] = await (await newAdmin(t)).fetchOffsets({ groupId: first.groupId, topics: [topic] });
  t.equal('partitions', row.partitions.length, 1);
}

async function groupCommitMetadata(t) {
  // The metadata of a commit comes back with the offset.
  const topic = await newTopic(t);
  const member = await newMember(t, topic, {}, { autoCommit: false });
  t.step('committing');
  await member.consumer.commitOffsets([{ topic, partition: 0, offset: '3', metadata: 'drei' }]);
  const admin = await newAdmin(t);
  t.step('fetching the offset');
  const [row] = await admin.fetchOffsets({ groupId: member.groupId, topics: [topic] });
  t.equal('offset', row.partitions, [{ partition: 0, offset: '3', metadata: 'drei' }]);
}

async function groupCommitTooMuchMetadata(t) {
  // Metadata of more than 4,096 characters is refused: OFFSET_METADATA_TOO_LARGE.
  const topic = await newTopic(t);
  const member = await newMember(t, topic, {}, { autoCommit: false });
  t.step('committing');
  const row = { topic, partition: 0, offset: '0', metadata: 'x'.repeat(4097) };
  await t.rejects(member.consumer.commitOffsets([row]), 'OFFSET_METADATA_TOO_LARGE');
}

async function groupAutoCommit(t) {
  // With automatic commits the offset is committed by itself.
  const topic = await newTopic(t);
  await fill(t, topic, 5);
  const member = await newMember(t, topic, {}, { autoCommitInterval: 100 });
  await take(t, member, 5);
  const admin = await newAdmin(t);
  t.step('waiting for the commit');
  await t.eventually(async () => {
    const [row] = await admin.fetchOffsets({ groupId: member.groupId, topics: [topic] });
    return row.partitions[0].offset === '5';
  });
}

async function groupDescribesItself(t) {
  // A member describes its group: stable, of consumers, with its own id and client id.
  const topic = await newTopic(t);
  const member = await newMember(t, topic);
  t.step('describing the group');
  const found = await member.consumer.describeGroup();
  t.equal('group', [found.groupId, found.state, found.protocolType, found.protocol],
    [member.groupId, 'Stable', 'consumer', 'RoundRobinAssigner']);
  t.equal('members', found.members.map((one) => one.memberId), [member.memberId]);
  t.equal('client id', found.members[0].clientId, 'compat-kafkajs');
}

async function groupRejectsShortSession(t) {
  // A session timeout below the broker's minimum of six seconds is refused: INVALID_SESSION_TIMEOUT.
  const topic = await newTopic(t);
  const member = await newMember(t, topic, { sessionTimeout: 1000, retry: { retries: 0 } });
  t.check(member.crash !== null, 'the member joined');
  await t.rejects(Promise.reject(member.crash), 'INVALID_SESSION_TIMEOUT');
}

async function groupStopAndRunAgain(t) {
  // A consumer that stops leaves its group, and joins again when it runs again.
  const topic = await newTopic(t);
  await fill(t, topic, 3);
  const member = await newMember(t, topic);
  await take(t, member, 3);
  t.step('stopping');
  await member.consumer.stop();
  const admin = await newAdmin(t);
  const { groups } = await admin.describeGroups([member.groupId]);
  t.equal('state', groups[0].state, 'Empty');
  await fill(t, topic, 2, 0, 3);
  t.step('running again');
  const found = [];
  await member.consumer.run({ eachMessage: async ({ message }) => found.push(message) });
  await t.eventually(() => found.length >= 2);
  t.equal('values', values(found), ['3', '4']);
}

async function groupRewinds(t) {
  // An offset that is committed backwards is where the next member starts.
  const topic = await newTopic(t);
  await fill(t, topic, 4);
  const first = await newMember(t, topic);
  await take(t, first, 4);
  t.step('committing backwards');
  await first.consumer.stop();
  const admin = await newAdmin(t);
  const partitions = [{ partition: 0, offset: '1' }];
  await admin.setOffsets({ groupId: first.groupId, topic, partitions });
  const found = await readAll(t, topic, 3, { groupId: first.groupId });
  t.equal('values', values(found), values(numbered(3, 0, 1)));
}

module.exports = [
  groupOfOne, groupOfTwo, groupJoinAndLeave, groupOfFour, groupWithDifferentTopics,
  groupCommitAndResume, groupCommitMetadata, groupCommitTooMuchMetadata, groupAutoCommit,
  groupDescribesItself, groupRejectsShortSession, groupStopAndRunAgain, groupRewinds,
];
