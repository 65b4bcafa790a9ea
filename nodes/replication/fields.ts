import type { JsonValue } from '../../harness/json.js';

/** Why a request cannot be understood. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
  readonly status: 400 | 404;

  constructor(status: 400 | 404, message: string) {
    super(message);
    this.status = status;
  }

  /** The answer to it. It has no effect and never will. */
  get answer(): { status: number; body: { error: string; certain: true; message: string } } {
    const error = this.status === 404 ? 'unknown-path' : 'bad-request';
    return { status: this.status, body: { error, certain: true, message: this.message } };
  }
}

/** Finds what reads a request for this path, and gives it the fields; throws a `BadRequest`. */
export function readRequest<R>(
  paths: Readonly<Record<string, (fields: Fields) => R>>,
  path: string,
  body: JsonValue,
): R {
  if (!Object.hasOwn(paths, path)) throw new BadRequest(404, `unknown path ${path}`);
  return paths[path](Fields.of(body, 'the body'));
}

/** The fields of a request's body, each as what it must be; a `BadRequest` where it is not. */
export class Fields {
  private constructor(private readonly body: Readonly<Record<string, JsonValue | undefined>>) {}

  static of(body: JsonValue, what: string): Fields {
    if (body !== null && typeof body === 'object' && !Array.isArray(body)) return new Fields(body);
    throw new BadRequest(400, `${what} must be a JSON object`);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.body, name) && this.body[name] !== undefined;
  }

  any(name: string): JsonValue {
    const value = this.has(name) ? this.body[name] : undefined;
    if (value === undefined) throw new BadRequest(400, `${name} is missing`);
    return value;
  }

  value(name: string): JsonValue {
    const value = this.any(name);
    if (value === null) throw new BadRequest(400, `${name} must not be null`);
    return value;
  }

  text(name: string): string {
    const value = this.any(name);
    if (typeof value !== 'string') throw new BadRequest(400, `${name} must be a string`);
    return value;
  }

  count(name: string, least: number): number {
    const value = this.any(name);
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least) {
      throw new BadRequest(400, `${name} must be a whole number from ${least} on`);
    }
    return value;
  }

  /** False where it is absent. */
  flag(name: string): boolean {
    const value = this.has(name) ? this.any(name) : false;
    if (typeof value !== 'boolean') throw new BadRequest(400, `${name} must be true or false`);
    return value;
  }

  list(name: string): JsonValue[] {
    const value = this.any(name);
    if (!Array.isArray(value)) throw new BadRequest(400, `${name} must be a list`);
    return value;
  }

  /** One of these words; null where it is absent. */
  choice<Word extends string>(name: string, words: readonly Word[]): Word | null {
    if (!this.has(name)) return null;
    const value = this.any(name);
    const found = words.find((word) => word === value);
    if (found === undefined) throw new BadRequest(400, `${name} must be ${words.join(' or ')}`);
    return found;
  }
}
