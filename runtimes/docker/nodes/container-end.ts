import { constants } from 'node:os';
import type Docker from 'dockerode';
import { explain } from '../engine/errors.js';

/** How a container ended. */
export interface Exit {
  exitCode: number | null;
  signal: string | null;
  /** Why, where the engine knows more: memory, its own end. */
  note?: string;
}

/** Waits for the end of a container that runs. An engine that is lost ends it, too: its note then says so. */
export async function seeEnd(container: Docker.Container, node: string): Promise<Exit> {
  try {
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    const state = await container.inspect().catch(() => undefined);
    const note = state?.State.OOMKilled ? 'it used more memory than it may' : undefined;
    return { ...readStatus(StatusCode), note };
  } catch (error) {
    return { exitCode: null, signal: null, note: explain(error, `watch node ${node}`).message };
  }
}

/** A shell's convention, which the engine follows: above 128 it was a signal. */
function readStatus(status: number): Pick<Exit, 'exitCode' | 'signal'> {
  const signal = Object.entries(constants.signals).find(([, number]) => number === status - 128);
  return signal ? { exitCode: null, signal: signal[0] } : { exitCode: status, signal: null };
}
