/** Collects the parameters of a statement while its text is put together. */
export class Statement {
  readonly parameters: unknown[] = [];

  /** The placeholder of a value, for instance `$3`. Bound as a property, so that it can be handed on. */
  readonly bind = (value: unknown): string => `$${this.parameters.push(value)}`;
}
