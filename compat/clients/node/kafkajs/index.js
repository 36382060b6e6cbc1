'use strict';
// The scenarios of kafkajs.

module.exports = {
  name: 'kafkajs',
  prefix: 'kafkajs',
  together: [
    ...require('./produce'), ...require('./consume'), ...require('./groups'),
    ...require('./transactions'), ...require('./topics'), ...require('./groupadmin'),
    ...require('./refusals'),
  ],
  alone: require('./restarts'),
};
