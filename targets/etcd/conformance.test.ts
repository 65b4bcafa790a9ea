import { describeClientInDocker } from '../testing/docker-conformance.js';
import { ETCD_FAMILIES } from './operations.js';
import { etcd } from './target.js';
import { ETCD_V2_FAMILIES } from './v2.js';

describeClientInDocker({
  target: etcd,
  version: '3.5',
  families: ETCD_FAMILIES,
});

describeClientInDocker({
  target: etcd,
  version: '3.3',
  settings: { api: 'v2' },
  families: ETCD_V2_FAMILIES,
});
