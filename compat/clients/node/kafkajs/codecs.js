'use strict';
// kafkajs brings gzip only; the others are plugged in, all without native code.

const { CompressionCodecs, CompressionTypes } = require('kafkajs');
const snappy = require('kafkajs-snappy');
const lz4 = require('lz4js');
const { ZstdCodec } = require('zstd-codec');

const zstd = new Promise((resolve) => {
  ZstdCodec.run((module) => resolve(new module.Streaming()));
});

/** An lz4 frame whose blocks are marked as independent, which Kafka demands and lz4js leaves out.
 *
 * That they are is true for a single block, which holds 4 MiB.
 */
function lz4Frame(buffer) {
  const [FLAGS, CHECKSUM] = [4, 6]; // places in the frame's header
  const frame = Buffer.from(lz4.compress(buffer));
  frame[FLAGS] = 0x60;
  frame[CHECKSUM] = 0x73; // of the flags and of the block size, 4 MiB
  return frame;
}

CompressionCodecs[CompressionTypes.Snappy] = snappy;
CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: async ({ buffer }) => lz4Frame(buffer),
  decompress: async (buffer) => Buffer.from(lz4.decompress(buffer)),
});
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: async ({ buffer }) => Buffer.from((await zstd).compress(buffer)),
  decompress: async (buffer) => Buffer.from((await zstd).decompress(buffer)),
});

module.exports = { CompressionTypes };
