import { createRandom } from '../../harness/environment/random.js';
import type { JsonValue } from '../../harness/json.js';
import type { Answer } from './messages.js';
import { TestNetwork, type TestOptions } from './test-network.js';

/** Three nodes that have had a leader for a while. */
export function createCluster(seed = 1, options: Partial<TestOptions> = {}): TestNetwork {
  const members = ['n1', 'n2', 'n3'];
  const network = new TestNetwork({ members, random: createRandom(seed), ...options });
  for (const name of members) network.restart(name);
  awaitLeader(network);
  return network;
}

/** Runs until there is one leader, and a little longer, so that all have heard of it; answers its name. */
export function awaitLeader(network: TestNetwork): string {
  network.run(5000, () => network.leaders().length === 1);
  network.run(100);
  return network.leaders()[0];
}

/** What the node answers; undefined where no answer came within ten seconds. */
export function ask(network: TestNetwork, name: string, path: string, body: JsonValue): Answer {
  const answers: Answer[] = [];
  network.request(name, path, body, (answer) => answers.push(answer));
  network.run(10_000, () => answers.length > 0);
  return answers[0];
}
