import { describeClientInDocker } from '../testing/docker-conformance.js';
import { etcdOperations } from './operations.js';
import { etcd } from './target.js';
import { etcdV2Operations } from './v2.js';

describeClientInDocker({
  target: etcd,
  version: '3.5',
  operations: Object.keys(etcdOperations),
});

describeClientInDocker({
  target: etcd,
  version: '3.3',
  settings: { api: 'v2' },
  operations: Object.keys(etcdV2Operations),
});
