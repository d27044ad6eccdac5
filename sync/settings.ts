/** What an adapter wants to be told, read from its own declaration. */
import { z } from 'zod';

export interface SettingDescription {
  /** As it is written in the settings file; a dot reaches into an object. */
  readonly name: string;
  readonly description: string;
  readonly secret: boolean;
  readonly required: boolean;
  /** As JSON; null where there is none. */
  readonly default: string | null;
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly secret?: unknown;
  readonly anyOf?: readonly JsonSchema[];
}

/** The top-level settings in the order of their declaration. Of a union, those of every choice. */
export function describeSettings(settings: z.ZodType): readonly SettingDescription[] {
  const schema = z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const found = new Map<string, SettingDescription>();
  for (const { properties = {}, required = [] } of schema.anyOf ?? [schema]) {
    for (const [name, property] of Object.entries(properties)) {
      if (found.has(name)) continue;
      found.set(name, {
        name,
        description: property.description ?? '',
        secret: property.secret === true,
        required: required.includes(name),
        default: property.default === undefined ? null : JSON.stringify(property.default),
      });
    }
  }
  return [...found.values()];
}
