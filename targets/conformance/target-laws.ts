import { vocabularyOf } from '../../harness/contracts/operations/vocabulary.js';
import type { Target } from '../../harness/contracts/target.js';
import { completeSettings } from '../../harness/run/parts.js';
import { TIMEOUT } from '../../harness/history/event.js';
import { demand, type Law } from '../../harness/testing/law.js';

/** What a target must say of itself, before a node of it is started. */
export const TARGET_LAWS: readonly Law<Target>[] = [
  {
    title: 'has a version, and each once',
    hold: ({ versions }) => {
      demand(versions.length > 0, 'it has no version');
      demand(new Set(versions).size === versions.length, 'it names a version twice');
    },
  },
  {
    title: 'has a default among its durability modes, and among the values of each setting',
    hold: ({ durabilityModes, defaultDurability, settings }) => {
      const modes = Object.keys(durabilityModes);
      demand(modes.includes(defaultDurability), `there is no mode ${defaultDurability}`);
      for (const [name, { values, default: value }] of Object.entries(settings)) {
        const isOne = values.length === 0 || values.includes(value);
        demand(isOne, `${name} is ${value} by default, which is none of its values`);
      }
    },
  },
  {
    title: 'can be run in its first version with its defaults',
    hold: (target) => {
      const refusal = target.refuses?.({
        version: target.versions[0],
        durability: target.defaultDurability,
        settings: completeSettings(target, {}),
      });
      demand(refusal === undefined, `it refuses its own defaults: ${refusal}`);
    },
  },
  {
    title: 'serves families of operations that do not contradict each other',
    hold: ({ families }) => {
      demand(vocabularyOf(families).names.length > 0, 'it serves no operation');
    },
  },
  {
    title: 'gives a reason for each row of its error table, and knows that silence says nothing',
    hold: ({ errors }) => {
      for (const [code, { reason }] of Object.entries(errors)) {
        demand(reason.trim() !== '', `${code} has no reason`);
      }
      const isCertain = Object.hasOwn(errors, TIMEOUT) && errors[TIMEOUT].definite;
      demand(!isCertain, 'it takes a timeout for a certain failure');
    },
  },
  {
    title: 'does not take a node that says nothing for ready, or for the leader',
    hold: ({ isReady, leadership }) => {
      demand(!isReady({}), 'a node that says nothing is ready');
      demand(leadership?.({}).isLeader !== true, 'a node that says nothing leads');
    },
  },
];
