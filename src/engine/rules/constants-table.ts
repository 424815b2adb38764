/** The constants of one generated function: values go in, the name of a variable comes out. None is ever part of code. */
export class Constants {
  readonly values: unknown[] = [];
  readonly #names = new Map<unknown, string>();

  /** The variable that holds the value; equal values share one. */
  bind(value: unknown): string {
    // A Map takes −0 for 0; dividing by the one is not dividing by the other.
    const known = Object.is(value, -0) ? undefined : this.#names.get(value);
    if (known !== undefined) return known;
    const name = `k${this.values.length}`;
    this.values.push(value);
    if (!Object.is(value, -0)) this.#names.set(value, name);
    return name;
  }

  /** `const k0 = K[0], k1 = K[1];` or nothing. */
  code(): string {
    if (this.values.length === 0) return '';
    return `const ${this.values.map((_, at) => `k${at} = K[${at}]`).join(', ')};`;
  }
}
