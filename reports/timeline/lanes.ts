/** Something that lasts, or is drawn from here to there. */
interface Span {
  start: number;
  end: number;
}

/** Spans, sorted by their start, that overlap go into different lanes; each takes the first lane that is free. */
export function assignLanes(spans: readonly Span[]): number[] {
  const ends: number[] = [];
  return spans.map(({ start, end }) => {
    const free = ends.findIndex((laneEnd) => laneEnd <= start);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = end;
    return lane;
  });
}
