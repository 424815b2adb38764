import { inspect } from 'node:util';

const MASK = '***';

/** A secret's text that prints as `***` wherever it is shown by mistake: in logs, JSON, templates, `util.inspect`. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself; only for the call that hands it to a server. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}
