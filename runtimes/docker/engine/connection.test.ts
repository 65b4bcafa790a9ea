import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectEngine } from './connection.js';
import { DockerError, explain, type DockerErrorCode } from './errors.js';

const failureOf = (answer: Promise<unknown>): Promise<DockerError> =>
  answer.then(
    () => {
      throw new Error('it was expected to fail');
    },
    (error: unknown) => {
      if (error instanceof DockerError) return error;
      throw error;
    },
  );

describe('the way to the engine', () => {
  test.each([
    ['unix:///no/such/engine.sock', 'no-engine', 'unix:///no/such/engine.sock'],
    ['tcp://127.0.0.1:1', 'no-engine', 'ECONNREFUSED'],
    ['ssh://host', 'no-engine', 'only unix:// and tcp://'],
    ['here', 'no-engine', 'not of the form'],
  ])('%s is refused with a sentence', async (host, code, part) => {
    const error = await failureOf(connectEngine({ DOCKER_HOST: host }));
    expect(error).toMatchObject({ code });
    expect(error.message).toContain(part);
    expect(error.message).toContain('Start the Docker Engine');
  });

  test('certificates that are not there are said', async () => {
    const environment = {
      DOCKER_HOST: 'tcp://127.0.0.1:1',
      DOCKER_TLS_VERIFY: '1',
      DOCKER_CERT_PATH: '/no/such/place',
    };
    expect((await failureOf(connectEngine(environment))).message).toContain(
      '/no/such/place/ca.pem',
    );
  });
});

describe('what an engine answers', () => {
  let directory: string;
  let server: Server;
  let answer: { status: number; body: object };
  let environment: { DOCKER_HOST: string };
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'schism-engine-'));
    server = createServer((_, response) => {
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer.body));
    });
    const socket = join(directory, 'engine.sock');
    server.listen(socket);
    await once(server, 'listening');
    environment = { DOCKER_HOST: `unix://${socket}` };
  });
  afterEach(() => {
    server.close();
    rmSync(directory, { recursive: true });
  });

  const info = {
    ServerVersion: '20.10.24',
    OperatingSystem: 'Debian',
    NCPU: 2,
    MemTotal: 1024,
    KernelVersion: '6.1',
  };

  test('Docker Desktop has no route to its containers, wherever its socket is', async () => {
    answer = { status: 200, body: { ...info, OperatingSystem: 'Docker Desktop' } };
    expect(await connectEngine(environment)).toMatchObject({
      version: '20.10.24',
      publishedHost: '127.0.0.1',
    });
  });

  test.each<[number, string, DockerErrorCode]>([
    [500, 'write /var/lib/docker/x: no space left on device', 'disk-full'],
    [409, 'Conflict. The container name "/a" is already in use by container "b"', 'name-clash'],
    [409, 'network with name schism-x already exists', 'name-clash'],
    [404, 'No such image: schism/etcd:3.5', 'no-image'],
    [404, 'No such image: schism/helper:1', 'no-helper'],
    [500, 'Get "https://registry-1.example/v2/": dial tcp: no such host', 'registry'],
    [500, 'could not find an available, non-overlapping IPv4 address pool among', 'no-address'],
    [500, 'something nobody has seen before', 'engine'],
  ])('%i "%s" is told as %s', async (status, message, code) => {
    answer = { status: 200, body: info };
    const { docker } = await connectEngine(environment);
    answer = { status, body: { message } };
    const error = await failureOf(
      docker.createContainer({}).catch((reason: unknown) => {
        throw explain(reason, 'create a container');
      }),
    );
    expect(error).toMatchObject({ code, status, doing: 'create a container', detail: message });
  });

  test('what a pull fails with is told without the wrapping', async () => {
    answer = { status: 200, body: info };
    const { docker } = await connectEngine(environment);
    answer = { status: 500, body: { message: 'Get "https://quay.example/v2/": no such host' } };
    const failure: unknown = await docker.pull('etcd').catch((error: unknown) => error);
    expect(explain(failure, 'pull etcd')).toMatchObject({
      code: 'registry',
      detail: 'Get "https://quay.example/v2/": no such host',
    });
  });

  test('a socket that this user may not open, and an engine that ends in the middle', () => {
    const denied = Object.assign(new Error('connect EACCES /var/run/docker.sock'), {});
    expect(explain(denied, 'reach it').code).toBe('no-permission');
    const broken = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    expect(explain(broken, 'go on').code).toBe('engine-lost');
  });
});
