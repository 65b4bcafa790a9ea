/** Longer lines are not ours: a peer that sends one is cut off. */
const LONGEST_LINE = 256 * 1024 * 1024;

/** Cuts a stream of text into its lines; what follows the last newline waits for the next chunk. */
export class LineSplitter {
  private parts: string[] = [];
  private length = 0;

  /** @throws RangeError where a line grows past every limit. */
  push(chunk: string): string[] {
    const lines = chunk.split('\n');
    const rest = lines.pop() ?? '';
    if (lines.length > 0) {
      lines[0] = this.parts.join('') + lines[0];
      this.parts = [];
      this.length = 0;
    }
    this.parts.push(rest);
    this.length += rest.length;
    if (this.length > LONGEST_LINE) throw new RangeError(`a line longer than ${LONGEST_LINE}`);
    return lines;
  }
}
