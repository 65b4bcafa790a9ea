import { fileURLToPath } from 'node:url';
import type { NodeCommand, NodeSetup } from '../contracts/starts/node-setup.js';
import type { Target } from '../contracts/target.js';

/** A target whose nodes only keep lines: for tests of runtimes and faults. */
export const fakeTarget: Target = {
  name: 'fake',
  description: 'keeps lines',
  versions: ['1'],
  durabilityModes: { always: { description: 'always', survivesPowerLoss: false } },
  defaultDurability: 'always',
  settings: {},
  bugs: {},
  families: [],
  errors: {},
  createClient: () => {
    throw new Error('the fake target has no client');
  },
  isReady: () => true,
  leadership: (status) => ({ isLeader: status.isLeader === true, term: Number(status.term) }),
  starts: { command: fakeCommand },
};

export function fakeCommand(setup: NodeSetup): NodeCommand {
  return {
    file: process.execPath,
    args: [fileURLToPath(new URL('./fake-node.mjs', import.meta.url))],
    firstLine: JSON.stringify(setup),
  };
}
