import type { Operation } from '../../harness/history/operation.js';
import { showValue, type Model } from './model.js';

/** Strings under keys, each key by itself: `get`, `put v`, `append v`. A key starts as the empty string. */
export const keyValue: Model<string> = {
  name: 'key-value',
  description: 'a string per key: get → v, put v, append v; starts empty',
  operations: { get: 'observer', put: 'update', append: 'update' },
  initial: '',
  step: (state, { f, input, output }) => {
    if (f === 'put') return [input as string];
    if (f === 'append') return [state + (input as string)];
    return state === (output ?? '') ? [state] : [];
  },
  stateKey: (state) => state,
  describe: (state) => showValue(state),
  describeOperation: ({ f, input, output, type }) =>
    f !== 'get'
      ? `${f} ${showValue(input)}`
      : type === 'ok'
        ? `get → ${showValue(output ?? '')}`
        : f,
  classify: ({ f, input, output }) => (f === 'get' ? `g${output ?? ''}` : `${f[0]}${input}`),
  needs: ({ f, output }) => (f === 'get' ? ((output ?? '') as string) : undefined),
  leaves: ({ f, input, output }) =>
    f === 'append' ? undefined : ((f === 'put' ? input : (output ?? '')) as string),
  complaint: complainKeyValue,
};

function complainKeyValue({ f, input, output, type }: Operation): string | undefined {
  if (f !== 'get') {
    return typeof input === 'string' ? undefined : `${f} takes a string, not ${showValue(input)}`;
  }
  const readable = type !== 'ok' || output === null || typeof (output ?? '') === 'string';
  return readable ? undefined : `get answers a string, not ${showValue(output)}`;
}
