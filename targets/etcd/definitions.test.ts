import { describe, expect, test } from 'vitest';
import { definitions, methodNamed } from './definitions.js';
import type { Calls, CompareResult, CompareTarget, EventType } from './definitions.js';

const RESULTS: Record<CompareResult, number> = { EQUAL: 0, GREATER: 1, LESS: 2, NOT_EQUAL: 3 };
const TARGETS: Record<CompareTarget, number> = {
  VERSION: 0,
  CREATE: 1,
  MOD: 2,
  VALUE: 3,
  LEASE: 4,
};
const EVENTS: Record<EventType, number> = { PUT: 0, DELETE: 1 };

const key = Buffer.from('k');
const txn = methodNamed('KV.Txn');

/** A transaction with one comparison, there and back. */
function roundTrip(comparison: object): object {
  const bytes = txn.requestSerialize({ compare: [comparison], success: [], failure: [] });
  const back = txn.requestDeserialize(bytes) as Calls['KV.Txn'][0];
  return back.compare[0];
}

/** The value names that `protos/` gives to the enums of a message, by the enum's name. */
function enumsOf(message: string): Record<string, Record<string, number>> {
  const { type } = definitions[`etcdserverpb.${message}`] as unknown as {
    type: { enumType: { name: string; value: { name: string; number: number }[] }[] };
  };
  return Object.fromEntries(
    type.enumType.map(({ name, value }) => [
      name,
      Object.fromEntries(value.map((entry) => [entry.name, entry.number])),
    ]),
  );
}

describe("etcd's definitions", () => {
  test('the types name every value of every enum, and no other', () => {
    expect(enumsOf('Compare')).toEqual({ CompareResult: RESULTS, CompareTarget: TARGETS });
    expect(enumsOf('Event')).toEqual({ EventType: EVENTS });
  });

  test.each(Object.keys(RESULTS))('comparison result %s comes back as itself', (result) => {
    expect(roundTrip({ key, target: 'MOD', result, modRevision: '7' })).toMatchObject({ result });
  });

  test.each(Object.keys(TARGETS))('comparison target %s comes back as itself', (target) => {
    expect(roundTrip({ key, target, result: 'LESS', modRevision: '7' })).toMatchObject({ target });
  });

  test.each(Object.keys(EVENTS))('event type %s comes back as itself', (type) => {
    const watch = methodNamed('Watch.Watch');
    const bytes = watch.responseSerialize({ events: [{ type, kv: { key } }] });
    expect(watch.responseDeserialize(bytes)).toMatchObject({ events: [{ type }] });
  });

  test('the loader takes a name that it does not know for 0: why the enums are types', () => {
    expect(roundTrip({ key, target: 'MODIFIED', result: 'EQUAL' })).toMatchObject({
      target: 'VERSION',
    });
  });

  test('64-bit ids keep every digit', () => {
    const keepAlive = methodNamed('Lease.LeaseKeepAlive');
    const bytes = keepAlive.requestSerialize({ ID: '7587862094286983950' });
    expect(keepAlive.requestDeserialize(bytes)).toEqual({ ID: '7587862094286983950' });
  });

  test("the bytes of a put are those of etcd's documentation of the wire", () => {
    // Field 1 (key) and field 2 (value), both length-delimited.
    const bytes = methodNamed('KV.Put').requestSerialize({ key, value: Buffer.from('1') });
    expect([...bytes]).toEqual([0x0a, 1, 0x6b, 0x12, 1, 0x31]);
  });
});
