/** Something that every definition of a kind must keep to; `hold` throws an Error that says where it does not. */
export interface Law<Subject> {
  title: string;
  hold(subject: Subject): void | Promise<void>;
}

/** An object of which nothing can be changed any more, all the way down. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}

/** Throws this sentence where something that must hold does not. */
export function demand(holds: boolean, sentence: string): void {
  if (!holds) throw new Error(sentence);
}
