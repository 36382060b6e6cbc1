'use strict';
// The scenarios of @confluentinc/kafka-javascript.

module.exports = {
  name: 'confluent-kafka-javascript',
  prefix: 'confluent_js',
  missing: require('./library').missing,
  together: [
    ...require('./produce'), ...require('./consume'), ...require('./nextgroups'),
    ...require('./transactions'), ...require('./admin'),
  ],
  alone: require('./restarts'),
};
