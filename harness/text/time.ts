import { formatCount } from './numbers.js';

/** Three significant digits in the unit that suits: "850 µs", "12.3 ms", "4.51 s", "2 min 5 s". */
export function formatDuration(nanoseconds: number): string {
  if (nanoseconds < 1e6) return `${digits(nanoseconds / 1e3)} µs`;
  if (nanoseconds < 1e9) return `${digits(nanoseconds / 1e6)} ms`;
  if (nanoseconds < 119.5e9) return `${digits(nanoseconds / 1e9)} s`;
  const seconds = Math.round(nanoseconds / 1e9);
  const rest = seconds % 60;
  return `${formatCount(Math.floor(seconds / 60))} min${rest ? ` ${String(rest)} s` : ''}`;
}

function digits(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

/** A point in time of the run, in seconds with milliseconds: "12.345 s". */
export function formatTime(nanoseconds: number): string {
  return `${(nanoseconds / 1e9).toFixed(3)} s`;
}

/** A length of time in seconds with a tenth: "12.3 s". */
export function formatSeconds(milliseconds: number): string {
  return `${(milliseconds / 1e3).toFixed(1)} s`;
}
