import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadSync } from '@grpc/proto-loader';
import type { MethodDefinition, ServiceDefinition } from '@grpc/proto-loader';

/**
 * The messages of `protos/` as they look in JavaScript. 64-bit numbers are decimal strings: ids use all
 * 64 bits. The enums are types of their own because the loader turns a name that it does not know into 0
 * without a word; so the compiler must know them.
 */
export interface Header {
  clusterId: string;
  memberId: string;
  revision: string;
  raftTerm: string;
}
export interface KeyValue {
  key: Buffer;
  createRevision: string;
  modRevision: string;
  version: string;
  value: Buffer;
  lease: string;
}
export type CompareResult = 'EQUAL' | 'GREATER' | 'LESS' | 'NOT_EQUAL';
export type CompareTarget = 'VERSION' | 'CREATE' | 'MOD' | 'VALUE' | 'LEASE';
export type EventType = 'PUT' | 'DELETE';

export interface Compare {
  key: Buffer;
  target: CompareTarget;
  result: CompareResult;
  version?: string;
  modRevision?: string;
  value?: Buffer;
}
export interface RequestOp {
  requestRange?: { key: Buffer };
  requestPut?: { key: Buffer; value: Buffer };
  requestDeleteRange?: { key: Buffer };
}
interface RangeResponse {
  header: Header;
  kvs: KeyValue[];
}
interface TxnResponse {
  header: Header;
  succeeded: boolean;
  responses: { responseRange?: RangeResponse }[];
}
export interface WatchResponse {
  header: Header;
  created: boolean;
  canceled: boolean;
  compactRevision: string;
  cancelReason: string;
  events: { type: EventType; kv: KeyValue }[];
}

export interface Member {
  ID: string;
  /** Empty until it has started. */
  name: string;
  peerURLs: string[];
}

/** Requests and responses of the calls that get one answer, by service and method. */
export interface Calls {
  'KV.Range': [{ key: Buffer; serializable?: boolean; revision?: string }, RangeResponse];
  'KV.Put': [{ key: Buffer; value: Buffer; lease?: string }, { header: Header }];
  'KV.DeleteRange': [{ key: Buffer }, { header: Header; deleted: string }];
  'KV.Txn': [{ compare: Compare[]; success: RequestOp[]; failure: RequestOp[] }, TxnResponse];
  'Lease.LeaseGrant': [{ TTL: string }, { header: Header; ID: string; TTL: string }];
  'Lease.LeaseRevoke': [{ ID: string }, { header: Header }];
  'Lock.Lock': [{ name: Buffer; lease: string }, { header: Header; key: Buffer }];
  'Lock.Unlock': [{ key: Buffer }, { header: Header }];
  'Cluster.MemberAdd': [{ peerURLs: string[] }, { header: Header }];
  'Cluster.MemberRemove': [{ ID: string }, { header: Header }];
  'Cluster.MemberList': [Record<string, never>, { header: Header; members: Member[] }];
  'Maintenance.Status': [
    Record<string, never>,
    { header: Header; version: string; leader: string; raftIndex: string; raftTerm: string },
  ];
}

/** Streams, by service and method: what is sent, and what comes. */
export interface Streams {
  'Watch.Watch': [{ createRequest: { key: Buffer; startRevision?: string } }, WatchResponse];
  'Lease.LeaseKeepAlive': [{ ID: string }, { header: Header; ID: string; TTL: string }];
}

/** Beside this file in the sources; the build leaves `.proto` files where they are. */
function protosDirectory(): string {
  const beside = fileURLToPath(new URL('./protos/', import.meta.url));
  if (existsSync(beside)) return beside;
  return fileURLToPath(new URL('../../../targets/etcd/protos/', import.meta.url));
}

/** Every definition in `protos/`, messages and services, by full name. */
export const definitions = loadSync(['etcd.proto', 'lock.proto'], {
  includeDirs: [protosDirectory()],
  longs: String,
  enums: String,
  defaults: true,
  oneofs: true,
});

/** The definition of a method: its path and how its messages are written and read. */
export function methodNamed(name: keyof Calls | keyof Streams): MethodDefinition<object, object> {
  const [service, method] = name.split('.');
  const owner = service === 'Lock' ? 'v3lockpb' : 'etcdserverpb';
  return (definitions[`${owner}.${service}`] as ServiceDefinition)[method];
}
