/**
 * Generators, to be put together: small descriptions of what each thread does next.
 *
 *     timeLimit(30_000, stagger(500, mix([
 *       { weight: 2, generator: generate(() => ({ f: 'read' })) },
 *       { weight: 1, generator: generate((_, random) => ({ f: 'write', value: random.integer(5) })) },
 *     ])))
 */
export { perKey } from './keys.js';
export { generate, once, sleep } from './leaves.js';
export { limit, timeLimit, until } from './limits.js';
export { mix } from './mix.js';
export { phases, sequence } from './order.js';
export { stagger } from './stagger.js';
export { eachThread, onEveryNode, onThreads, reserve } from './threads.js';
