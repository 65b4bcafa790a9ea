import { keyValue } from './key-value.js';
import type { AnyModel } from './model.js';
import { casRegister, register } from './register.js';

/** The models that can be named, `--model NAME`. */
export const MODELS = {
  register,
  'cas-register': casRegister,
  'key-value': keyValue,
} satisfies Record<string, AnyModel>;
