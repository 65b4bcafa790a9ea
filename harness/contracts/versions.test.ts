import { expect, test } from 'vitest';
import type { JsonObject } from '../json.js';
import { otherVersion, versionsSaid } from './versions.js';

function nodesThatSay(...statuses: (JsonObject | undefined)[]) {
  return statuses.map((status) => ({ status: () => Promise.resolve(status) }));
}

test('each version is told once, and silence is none', async () => {
  const nodes = nodesThatSay({ version: '3.5.30' }, { version: '3.5.30' }, undefined, {});
  expect(await versionsSaid(nodes)).toEqual(['3.5.30']);
  expect(await versionsSaid(nodesThatSay({}, { version: 7 }))).toEqual([]);
});

test.each([
  ['3.5', ['3.5.16']],
  ['3.5.30', ['3.5.30']],
  ['1.8', ['1.8.7+dfsg1']],
  ['built-in', []],
])('%s is what %j are', (asked, said) => {
  expect(otherVersion('etcd', asked, said)).toBeUndefined();
});

test('an image that holds another version than its name says is told', () => {
  expect(otherVersion('etcd', '3.5.30', ['3.5.31'])).toBe(
    'etcd 3.5.30 was asked for, and the nodes say that they are 3.5.31: what is found is found of 3.5.31',
  );
  expect(otherVersion('etcd', '3.5.3', ['3.5.30'])).toContain('3.5.30');
});
