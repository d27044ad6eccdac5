/** The two scalars of the graph. Instants leave as ISO 8601 in UTC; days as they are kept, `YYYY-MM-DD`. */
import { DateTimeISOResolver, LocalDateResolver } from 'graphql-scalars';

export const scalars = { DateTime: DateTimeISOResolver, Date: LocalDateResolver };
