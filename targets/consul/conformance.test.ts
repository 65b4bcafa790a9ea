import { describeClientInDocker } from '../testing/docker-conformance.js';
import { consulOperations } from './operations.js';
import { consul } from './target.js';

describeClientInDocker({
  target: consul,
  version: '1.8',
  operations: Object.keys(consulOperations),
});
