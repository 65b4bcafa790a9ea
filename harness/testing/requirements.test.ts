import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planSuite } from './requirements.js';

describe('planSuite', () => {
  const noEngine = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };

  it('leaves out a suite whose requirement is not there, and says which and what to do', () => {
    expect(planSuite('docker', 'a needy suite', noEngine)).toEqual({
      message:
        'left out: "a needy suite" needs docker: start a Docker Engine, or set DOCKER_HOST, and run ' +
        'npx schism images build',
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

  it('asks a local engine whether it is there and has the images', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'schism-requirements-'));
    const socket = join(directory, 'docker.sock');
    const environment = { DOCKER_HOST: `unix://${socket}` };
    for (const status of [200, 404]) {
      const engine = startEngine(socket, status);
      await once(engine.stdout, 'data');
      const plan = planSuite('docker', 'a suite', environment);
      expect('found' in plan).toBe(status === 200);
      engine.kill('SIGKILL');
      await once(engine, 'exit');
    }
    // The socket outlived its engine.
    expect(planSuite('docker', 'a suite', environment)).toMatchObject({ fails: false });
    rmSync(directory, { recursive: true });
  });
});

/** Answers every question with this status; a process of its own, for it is asked synchronously. */
function startEngine(socket: string, status: number) {
  const code = `
    require('node:fs').rmSync(process.argv[1], { force: true });
    require('node:http')
      .createServer((_, answer) => answer.writeHead(Number(process.argv[2])).end())
      .listen(process.argv[1], () => console.log('listening'));
  `;
  return spawn(process.execPath, ['-e', code, socket, String(status)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
