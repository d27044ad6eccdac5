/** The records of an answer: the objects that stand in the lists of a JSON document, or the events of a calendar. */

export type Fields = Record<string, unknown>;

/** The same answer with another body. */
export function withBody(answer: Response, body: ConstructorParameters<typeof Response>[0]): Response {
  const headers = new Headers(answer.headers);
  headers.delete('content-length');
  return new Response(body, { status: answer.status, statusText: answer.statusText, headers });
}

const isCalendar = ({ headers }: Response) => headers.get('content-type')?.startsWith('text/calendar') === true;

type Change = (record: Fields, at: number) => Fields | null;

/** Changes each record of an answer, or takes it out where `change` gives null. What is neither JSON nor a calendar stays as it is. */
export async function withRecords(answer: Response, change: Change): Promise<Response> {
  if (isCalendar(answer)) return withBody(answer, withEvents(await answer.text(), change));
  return withJson(answer, (document) => within(document, change));
}

/** Changes every value in an answer that is no list and no object. `key` is the name under which it stands; of a calendar the value begins with what follows that name. */
export async function withValues(answer: Response, change: (value: unknown, key: string) => unknown): Promise<Response> {
  if (isCalendar(answer)) return withRecords(answer, (event) => everywhere(event, change) as Fields);
  return withJson(answer, (document) => everywhere(document, change));
}

async function withJson(answer: Response, change: (document: unknown) => unknown): Promise<Response> {
  if (answer.body === null) return answer;
  const text = await answer.text();
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return withBody(answer, text);
  }
  return withBody(answer, JSON.stringify(change(document)));
}

function within(value: unknown, change: Change): unknown {
  if (Array.isArray(value)) {
    return value.flatMap((item, at) => {
      if (typeof item !== 'object' || item === null || Array.isArray(item)) return [item];
      const made = change(item as Fields, at);
      return made === null ? [] : [made];
    });
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, within(item, change)]));
}

/** An event as name of the property → what follows each name. What is nested in it stays behind its own lines. */
function withEvents(calendar: string, change: Change): string {
  let at = 0;
  return calendar.replace(/(BEGIN:VEVENT\r?\n)([\s\S]*?)((?:BEGIN:[\s\S]*?)?END:VEVENT\r?\n)/g, (_event, begin: string, lines: string, end: string) => {
    const properties = [...lines.matchAll(/([\w-]+)([^\n]*\n(?:[ \t][^\n]*\n)*)/g)];
    const grouped = Map.groupBy(properties, ([, name = '']) => name);
    const record = Object.fromEntries([...grouped].map(([name, group]) => [name, group.map(([, , rest]) => rest)]));
    const made = change(record, at++);
    if (made === null) return '';
    return (
      begin +
      Object.entries(made)
        .flatMap(([name, rests]) => (Array.isArray(rests) ? rests : [`:${JSON.stringify(rests)}\r\n`]).map((rest) => name + rest))
        .join('') +
      end
    );
  });
}

/** Changes every value within one that is no list and no object. */
export function everywhere(value: unknown, change: (value: unknown, key: string) => unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => everywhere(item, change, key));
  if (typeof value !== 'object' || value === null) return change(value, key);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, everywhere(item, change, name)]));
}
