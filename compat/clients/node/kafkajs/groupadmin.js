'use strict';
// Groups and their offsets by the admin of kafkajs.

const { AssignerProtocol } = require('kafkajs');
const { fill, newAdmin, newMember, newTopic, readAll, values } = require('./client');

/** A group without members that has an offset for partition 0; its id. */
async function groupWithOffset(t, admin, topic, offset) {
  const groupId = t.name('group');
  t.step('setting an offset');
  await admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset }] });
  return groupId;
}

async function listGroups(t) {
  // A group is listed with its protocol type.
  const topic = await newTopic(t);
  const { groupId } = await newMember(t, topic);
  const { groups } = await (await newAdmin(t)).listGroups();
  const found = groups.find((one) => one.groupId === groupId);
  t.equal('group', found, { groupId, protocolType: 'consumer' });
}

async function describeGroup(t) {
  // A group's description names its members, their client, and what each subscribes to and owns.
  const topic = await newTopic(t, 2);
  const { groupId, memberId } = await newMember(t, topic);
  t.step('describing');
  const { groups } = await (await newAdmin(t)).describeGroups([groupId]);
  t.equal('state', [groups[0].errorCode, groups[0].state], [0, 'Stable']);
  const [member] = groups[0].members;
  t.equal('member', [member.memberId, member.clientId], [memberId, 'compat-kafkajs']);
  t.check(/^\/127\.0\.0\.1$/.test(member.clientHost), `host ${member.clientHost}`);
  const subscribed = AssignerProtocol.MemberMetadata.decode(member.memberMetadata);
  t.equal('topics', subscribed.topics, [topic]);
  const { assignment } = AssignerProtocol.MemberAssignment.decode(member.memberAssignment);
  t.equal('assignment', [...assignment[topic]].sort(), [0, 1]);
}

async function describeUnknownGroup(t) {
  // A group that never was is described as dead.
  const admin = await newAdmin(t);
  t.step('describing');
  const { groups } = await admin.describeGroups([t.name('group')]);
  t.equal('group', [groups[0].errorCode, groups[0].state, groups[0].members], [0, 'Dead', []]);
}

async function deleteGroup(t) {
  // An empty group is deleted with its offsets; then it is unknown.
  const topic = await newTopic(t);
  const admin = await newAdmin(t);
  const groupId = await groupWithOffset(t, admin, topic, '0');
  t.step('deleting');
  const [answer] = await admin.deleteGroups([groupId]);
  t.equal('answer', answer, { groupId, errorCode: 0 });
  const { groups } = await admin.describeGroups([groupId]);
  t.equal('state', groups[0].state, 'Dead');
  await t.rejects(admin.deleteGroups([groupId]), 'Error in DeleteGroups');
}

async function deleteUnknownGroup(t) {
  // A group that never was cannot be deleted: GROUP_ID_NOT_FOUND.
  const admin = await newAdmin(t);
  t.step('deleting');
  const error = await t.rejects(admin.deleteGroups([t.name('group')]), 'Error in DeleteGroups');
  t.equal('type', error.groups[0].error.type, 'GROUP_ID_NOT_FOUND');
}

async function deleteLiveGroup(t) {
  // A group with a member is not deleted: NON_EMPTY_GROUP.
  const topic = await newTopic(t);
  const { groupId } = await newMember(t, topic);
  const admin = await newAdmin(t);
  t.step('deleting');
  const error = await t.rejects(admin.deleteGroups([groupId]), 'Error in DeleteGroups');
  t.equal('type', error.groups[0].error.type, 'NON_EMPTY_GROUP');
}

async function setOffsets(t) {
  // An offset that is set for an empty group is where its next member starts.
  const topic = await newTopic(t);
  await fill(t, topic, 5);
  const admin = await newAdmin(t);
  const groupId = await groupWithOffset(t, admin, topic, '3');
  t.equal('values', values(await readAll(t, topic, 2, { groupId })), ['3', '4']);
}

async function setOffsetsOfLiveGroup(t) {
  // The offsets of a group with a member cannot be set; the client sees that it is not empty.
  const topic = await newTopic(t);
  const { groupId } = await newMember(t, topic);
  const admin = await newAdmin(t);
  t.step('setting');
  const partitions = [{ partition: 0, offset: '0' }];
  await t.rejects(admin.setOffsets({ groupId, topic, partitions }), 'consumer group must have no running');
}

async function resetTo(t, earliest, expected) {
  const topic = await newTopic(t);
  await fill(t, topic, 4);
  const admin = await newAdmin(t);
  const groupId = t.name('group');
  t.step('resetting');
  await admin.resetOffsets({ groupId, topic, earliest });
  t.step('resolving the offset');
  const [row] = await admin.fetchOffsets({ groupId, topics: [topic], resolveOffsets: true });
  t.equal('offset', row.partitions[0].offset, expected);
}

async function resetOffsetsToLatest(t) {
  // A reset to the latest offset skips what is there.
  await resetTo(t, false, '4');
}

async function resetOffsetsToEarliest(t) {
  // A reset to the earliest offset begins anew.
  await resetTo(t, true, '0');
}

async function fetchOffsets(t) {
  // The committed offsets of a group are fetched by topic, or all of them.
  const topics = [await newTopic(t), await newTopic(t)];
  const admin = await newAdmin(t);
  const groupId = await groupWithOffset(t, admin, topics[0], '11');
  await admin.setOffsets({ groupId, topic: topics[1], partitions: [{ partition: 0, offset: '22' }] });
  t.step('fetching those of one topic');
  const one = await admin.fetchOffsets({ groupId, topics: [topics[1]] });
  t.equal('one', one.map((row) => [row.topic, row.partitions[0].offset]), [[topics[1], '22']]);
  t.step('fetching all');
  const all = await admin.fetchOffsets({ groupId });
  const rows = Object.fromEntries(all.map((row) => [row.topic, row.partitions[0].offset]));
  t.equal('all', rows, { [topics[0]]: '11', [topics[1]]: '22' });
}

async function fetchOffsetsWithoutCommit(t) {
  // Where nothing was committed the offset is -1, without an error.
  const topic = await newTopic(t, 2);
  const admin = await newAdmin(t);
  t.step('fetching');
  const [row] = await admin.fetchOffsets({ groupId: t.name('group'), topics: [topic] });
  const partitions = row.partitions.sort((a, b) => a.partition - b.partition);
  t.equal('offsets', partitions.map((one) => one.offset), ['-1', '-1']);
}

module.exports = [
  listGroups, describeGroup, describeUnknownGroup, deleteGroup, deleteUnknownGroup,
  deleteLiveGroup, setOffsets, setOffsetsOfLiveGroup, resetOffsetsToLatest,
  resetOffsetsToEarliest, fetchOffsets, fetchOffsetsWithoutCommit,
];
