import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planSuite } from './requirements.js';

describe('planSuite', () => {
  const noEngine = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };

  it('leaves out a suite whose requirement is not there, and says which and what to do', () => {
    expect(planSuite('docker', 'a needy suite', noEngine)).toEqual({
      message: 'left out: "a needy suite" needs docker: start a Docker Engine, or set DOCKER_HOST',
      fails: false,
    });
  });

  it('fails it where everything is required', () => {
    const environment = { ...noEngine, SCHISM_REQUIRE_ALL: '1' };
    expect(planSuite('docker', 'a needy suite', environment)).toMatchObject({ fails: true });
  });

  it('runs it with what it found', () => {
    expect(planSuite('chromium', 'a suite', { CHROMIUM: process.execPath })).toEqual({
      found: process.execPath,
    });
    expect(planSuite('docker', 'a suite', { DOCKER_HOST: 'tcp://10.0.0.1:2375' })).toEqual({
      found: 'tcp://10.0.0.1:2375',
    });
  });

  it('asks a local engine whether it is there', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'schism-requirements-'));
    const socket = join(directory, 'docker.sock');
    const environment = { DOCKER_HOST: `unix://${socket}` };
    const server = createServer().listen(socket);
    await once(server, 'listening');
    expect(planSuite('docker', 'a suite', environment)).toEqual({ found: `unix://${socket}` });
    server.close();
    writeFileSync(socket, '');
    expect(planSuite('docker', 'a suite', environment)).toMatchObject({ fails: false });
    rmSync(directory, { recursive: true });
  });
});
