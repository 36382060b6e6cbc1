'use strict';
// @confluentinc/kafka-javascript is librdkafka behind native code, which cannot be had everywhere.

let library = {};
let missing = '';
try {
  library = require('@confluentinc/kafka-javascript');
} catch (error) {
  missing = `@confluentinc/kafka-javascript could not be built here: ${error.message.split('\n')[0]}`;
}

module.exports = { library, missing };
