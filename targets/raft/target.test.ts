import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { NodeSetup } from '../../harness/contracts/starts/node-setup.js';
import { createRealClock } from '../../harness/environment/real.js';
import type { JsonObject } from '../../harness/json.js';
import { returnToSynced } from '../../harness/machine/synced-copy.js';
import { nodeHostCommand } from '../../nodes/host/command.js';
import { createSetups, NodeProcess } from '../../nodes/host/testing/node-process.js';
import { raft } from './target.js';

const clock = createRealClock();
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'schism-raft-'));
const nodes: NodeProcess[] = [];

afterEach(killAll);

afterAll(() => {
  fs.rmSync(scratch, { recursive: true });
});

function start(setups: readonly NodeSetup[]): void {
  const program = raft.starts.program ?? expect.unreachable('no program');
  for (const setup of setups) nodes.push(new NodeProcess(setup, nodeHostCommand(program, setup)));
}

async function killAll(): Promise<void> {
  await Promise.all(nodes.splice(0).map((node) => node.kill()));
}

/** Everywhere at once. */
async function cutPower(setups: readonly NodeSetup[]): Promise<void> {
  await killAll();
  for (const { dataDirectory } of setups) {
    await returnToSynced(dataDirectory, copyOf(dataDirectory));
  }
}

const copyOf = (dataDirectory: string): string => `${dataDirectory}-synced`;

/** Asks one node after the other until one has an answer without an error. */
async function ask(path: string, body: JsonObject): Promise<JsonObject> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const node = nodes[attempt % nodes.length];
    const answer = await node.ask(path, body).catch(() => null);
    if (answer !== null && !('error' in (answer as JsonObject))) return answer as JsonObject;
    await clock.sleep(50);
  }
  return expect.unreachable(`no answer: ${nodes.map(({ log }) => log).join('\n')}`);
}

async function createCluster(durability: string): Promise<NodeSetup[]> {
  const directory = path.join(scratch, durability);
  const setups = await createSetups(['n1', 'n2', 'n3'], (name) => path.join(directory, name), {
    durability,
  });
  return setups.map((setup) => ({ ...setup, syncedDirectory: copyOf(setup.dataDirectory) }));
}

describe('our Raft as processes', () => {
  it('keeps with batch every acknowledged write when the power fails everywhere', async () => {
    const setups = await createCluster('batch');
    start(setups);
    let acknowledged = 0;
    for (let round = 0; round < 2; round++) {
      while (acknowledged < 40 * (round + 1)) {
        acknowledged = Number((await ask('/put', { key: 'x', value: acknowledged + 1 })).value);
      }
      // One more is under way, and may be kept or not.
      const unanswered = nodes[0].ask('/put', { key: 'x', value: 1000 }).catch(() => null);
      await cutPower(setups);
      await unanswered;
      start(setups);
      const { value } = await ask('/get', { key: 'x' });
      expect([acknowledged, 1000]).toContain(value);
    }
  });

  it('has with never nothing left then, as its mode says', async () => {
    expect(raft.durabilityModes.never.survivesPowerLoss).toBe(false);
    const setups = await createCluster('never');
    start(setups);
    await ask('/put', { key: 'x', value: 1 });
    await cutPower(setups);
    start(setups);
    expect(await ask('/get', { key: 'x' })).toMatchObject({ value: null });
  });
});

describe('the target', () => {
  it('has defaults that are among the values', () => {
    for (const { default: value, values } of Object.values(raft.settings)) {
      expect(values).toContain(value);
    }
    expect(Object.keys(raft.durabilityModes)).toContain(raft.defaultDurability);
  });

  it('tells a crash that breaks a promise from one that does not', () => {
    const crash = { node: 'n2', time: 1, signal: null, logTail: 'first\nlast words\n' };
    const judge = (exitCode: number | null) => raft.brokenPromise?.({ ...crash, exitCode });
    expect(judge(90)).toBe('Node n2 stopped to keep its promises: last words');
    expect(judge(92)).toContain('log damaged');
    expect(judge(70)).toBeUndefined();
    const onDamage = { ...crash, exitCode: 92, disk: 'damaged' } as const;
    expect(raft.brokenPromise?.(onDamage)).toBeUndefined();
    expect(raft.brokenPromise?.({ ...crash, exitCode: 90, disk: 'full' })).toContain('promises');
    expect(judge(null)).toBeUndefined();
  });

  it('reads readiness and leadership from a status', () => {
    const leader = { role: 'leader', term: 3, ready: true };
    expect([raft.isReady(leader), raft.leadership?.(leader)]).toEqual([
      true,
      { isLeader: true, term: 3 },
    ]);
    const lost = { role: 'candidate', term: 4, ready: false };
    expect([raft.isReady(lost), raft.leadership?.(lost)]).toEqual([
      false,
      { isLeader: false, term: 4 },
    ]);
    expect(raft.isReady({})).toBe(false);
  });
});
