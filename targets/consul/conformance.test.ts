import { describeClientInDocker } from '../testing/docker-conformance.js';
import { CONSUL_FAMILIES } from './operations.js';
import { consul } from './target.js';

describeClientInDocker({
  target: consul,
  version: '1.8',
  families: CONSUL_FAMILIES,
});
