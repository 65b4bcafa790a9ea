/**
 * Runs a scenario file: a line that begins with `>` is a command, a line that begins with `#` a remark, and
 * all others are the trace of the command above them. Answers the file with the traces as they are now.
 */
export function retrace(text: string, run: (command: string) => readonly string[]): string {
  const output: string[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('#') || line === '') output.push(line);
    if (!line.startsWith('> ')) continue;
    output.push(line, ...run(line.slice(2)).map((traced) => `  ${traced}`));
  }
  return output.join('\n').replace(/\n*$/, '\n');
}
