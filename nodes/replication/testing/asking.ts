import type { JsonValue } from '../../../harness/json.js';
import type { TestAnswer, TestNetwork } from './network.js';

/** Runs until there is one leader, and a little longer, so that all have heard of it; answers its name. */
export function awaitLeader(network: TestNetwork): string {
  network.run(5000, () => network.leaders().length === 1);
  network.run(100);
  return network.leaders()[0];
}

/** What the node answers; undefined where no answer came within ten seconds. */
export function ask(network: TestNetwork, name: string, path: string, body: JsonValue): TestAnswer {
  const answers: TestAnswer[] = [];
  network.request(name, path, body, (answer) => answers.push(answer));
  network.run(10_000, () => answers.length > 0);
  return answers[0];
}
