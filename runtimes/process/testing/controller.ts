// A harness that is killed: it starts nodes, stops one with SIGSTOP, says their pids and waits for its end.
import { createRealClock } from '../../../harness/environment/real.js';
import { createProcessRuntime } from '../runtime.js';
import { fakeTarget } from '../../../harness/testing/fake-target.js';

async function main(directory: string, mode: string): Promise<void> {
  const cluster = await createProcessRuntime(createRealClock()).createCluster(
    {
      runId: 'orphans',
      target: fakeTarget,
      version: '1',
      nodes: 3,
      durability: 'always',
      settings: {},
      bugs: [],
      seed: 1,
      directory,
    },
    () => {},
  );
  const statuses = await Promise.all(cluster.nodes.map((node) => node.status(10_000)));
  await cluster.nodes[0].suspension?.pause();
  console.log(JSON.stringify(statuses.map((status) => status?.pid)));
  if (mode === 'throw') throw new Error('an exception that nobody catches');
}

void main(process.argv[2], process.argv[3]);
