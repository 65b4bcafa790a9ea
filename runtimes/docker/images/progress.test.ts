import { PassThrough } from 'node:stream';
import Docker from 'dockerode';
import { expect, test } from 'vitest';
import { followProgress } from './progress.js';

/** What a person sees of these messages of an engine. */
async function follow(messages: readonly object[]): Promise<string[]> {
  const stream = new PassThrough();
  for (const message of messages) stream.write(`${JSON.stringify(message)}\r\n`);
  stream.end();
  const texts: string[] = [];
  await followProgress(new Docker({ socketPath: '/none' }), stream, (text) => texts.push(text));
  return texts;
}

test('a pull is seen to go on: layers, and every ten megabytes', async () => {
  const downloading = (id: string, current: number): object => ({
    status: 'Downloading',
    id,
    progressDetail: { current, total: 30e6 },
  });
  expect(
    await follow([
      { status: 'Pulling from coreos/etcd', id: 'v3.5.16' },
      { status: 'Pulling fs layer', id: 'a', progressDetail: {} },
      { status: 'Pulling fs layer', id: 'b', progressDetail: {} },
      { status: 'Already exists', id: 'c', progressDetail: {} },
      downloading('a', 4e6),
      downloading('b', 5e6),
      downloading('b', 9e6),
      { status: 'Pull complete', id: 'a', progressDetail: {} },
      { status: 'Status: Downloaded newer image' },
    ]),
  ).toEqual([
    '1 of 3 layers there, 0 MB downloaded\n',
    '1 of 3 layers there, 13 MB downloaded\n',
    '2 of 3 layers there, 13 MB downloaded\n',
    'Status: Downloaded newer image\n',
  ]);
});

test('what a build prints is passed on, and its failure is thrown', async () => {
  expect(await follow([{ stream: 'Step 1/2 : \u001b[32mFROM x\u001b[0m\n' }])).toEqual([
    'Step 1/2 : FROM x\n',
  ]);
  await expect(follow([{ error: 'no space left on device' }])).rejects.toThrow('no space left');
});
