import type { Clock } from '../environment/environment.js';
import { Agenda } from './agenda.js';
import type { Worker } from './worker.js';

/** Workers with nothing open: who is to be asked now, who at some time, and who when something has happened. */
export class IdleWorkers {
  private ready: Worker[] = [];
  private readonly parked = new Set<Worker>();
  private readonly agenda: Agenda<{ worker: Worker; asked: number }>;
  /** Whether an event or another's answer may have moved the generator since the parked ones were asked. */
  private stirred = false;

  /** @param onDue called when the time of one has come */
  constructor(clock: Clock, origin: number, onDue: () => void) {
    this.agenda = new Agenda(clock, origin, onDue);
  }

  /** To be asked now. */
  add(worker: Worker): void {
    this.ready.push(worker);
  }

  /** To be asked when something has happened. */
  park(worker: Worker): void {
    this.parked.add(worker);
  }

  /** To be asked then, unless it is asked before. */
  wakeAt(worker: Worker, time: number): void {
    this.agenda.add({ worker, asked: worker.asked }, time);
  }

  /** Something has happened. */
  stir(): void {
    this.stirred = true;
  }

  /** Those who are to be asked now: whose time has come and, where anything has happened, the parked ones. */
  takeReady(): Worker[] {
    for (let due = this.agenda.takeDue(); due; due = this.agenda.takeDue()) {
      const { worker, asked } = due;
      if (worker.asked !== asked) continue;
      this.parked.delete(worker);
      this.ready.push(worker);
    }
    if (this.stirred) {
      this.ready.push(...this.parked);
      this.parked.clear();
      this.stirred = false;
    }
    const { ready } = this;
    this.ready = [];
    return ready;
  }

  /** Whether some wait, and no time will wake them. */
  get onlyWait(): boolean {
    return this.agenda.length === 0 && this.parked.size > 0;
  }

  forgetTimes(): void {
    this.agenda.clear();
  }
}
