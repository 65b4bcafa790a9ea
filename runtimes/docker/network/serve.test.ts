import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runCommand } from '../../../harness/machine/command.js';

const SERVE = fileURLToPath(new URL('./scripts/serve.sh', import.meta.url));

const encode = (text: string): string => Buffer.from(text).toString('base64');

test('each script gets an answer with its code and its output, in any order and cut to size', async () => {
  const requests = {
    1: 'sleep 0.2; echo first',
    2: 'echo on both; echo ends >&2; exit 3',
    3: 'seq 9999',
  };
  const input = Object.entries(requests)
    .map(([id, script]) => `${id} ${encode(script)}\n`)
    .join('');
  const { stdout } = await runCommand('bash', [SERVE, '10'], { input });
  const answers = stdout.split('\n').sort();
  expect(answers).toEqual([
    `1 0 ${encode('first\n')}`,
    `2 3 ${encode('on both\nen')}`,
    `3 0 ${encode('1\n2\n3\n4\n5\n')}`,
  ]);
});
