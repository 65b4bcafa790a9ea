import { expect, it } from 'vitest';

import { MODELS } from '../../checkers/models/catalogue.js';
import { eventsOf, type ShortEvent } from '../../checkers/testing/checker-laws.js';
import { content } from '../testing/definitions.js';
import { useWorkshop } from '../testing/context.js';
import { checkCampaign, type CheckRequest } from './check.js';

const workshop = useWorkshop();
const check = (request: CheckRequest) => checkCampaign(request, workshop.context);

const write = (value: number): ShortEvent[] => [
  { type: 'invoke', f: 'write', value },
  { type: 'ok', f: 'write', value },
];
const read = (value: number): ShortEvent[] => [
  { type: 'invoke', f: 'read' },
  { type: 'ok', f: 'read', value },
];
const right = eventsOf([...write(1), ...read(1)]);
const wrong = eventsOf([...write(1), ...read(2)]);

it.each([
  ['a name', 'register'],
  ['a model of its own', { ...MODELS.register, name: 'mine' }],
])('events are judged by %s', async (_, model) => {
  expect(await check({ history: right, model })).toMatchObject({ outcome: 'pass', operations: 2 });
  const { outcome, sentence, checks } = await check({ history: wrong, model });
  expect(outcome).toBe('violation');
  expect(sentence).toBe(checks[0].summary);
});

it('another checker is asked, by name or as it is', async () => {
  expect((await check({ history: right, checker: 'statistics' })).outcome).toBe('pass');
  expect((await check({ history: wrong, checker: content })).sentence).toBe('Fine.');
});

it.each<[CheckRequest, RegExp]>([
  [{ history: right }, /say what is promised/],
  [{ history: right, model: 'registr' }, /unknown model "registr"; nearest: register/],
  [{ history: right, checker: 'durabilty' }, /nearest: durability/],
  [{ history: right, model: 'register', format: 'edm' }, /unknown format "edm"; nearest: edn/],
  [{ history: right, model: 'register', timeout: 'soon' }, /"soon" is not a duration/],
  [{ history: eventsOf([{ type: 'ok', f: 'read' }]), model: 'register' }, /did not invoke/],
  [{ history: eventsOf([{ type: 'invoke', f: 'cas' }]), model: 'register' }, /no "cas"/],
])('case %# is refused with a sentence', async (request, sentence) => {
  await expect(check(request)).rejects.toThrow(sentence);
});
