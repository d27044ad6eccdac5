/** What of a record goes on: people write names and reasons into the rest, and whoever changed it last is named there. Pure. */
import { type Fields, fieldsOf } from './joins.ts';

const RECORD = ['id', 'userId', 'schedulingGroupId'];
const ITEM = ['startDateTime', 'endDateTime', 'openSlotCount'];
const ACTIVITY = ['isPaid', 'startDateTime', 'endDateTime'];

/** The record without notes, labels, drafts and reasons. `shared` names its published version. What is malformed stays so. */
export function minimal(sent: Fields, shared: 'sharedShift' | 'sharedOpenShift' | 'sharedTimeOff'): Fields {
  return { ...only(sent, RECORD), ...(shared in sent && { [shared]: itemOf(sent[shared]) }) };
}

function itemOf(item: unknown): unknown {
  if (item === null || typeof item !== 'object') return item;
  const { activities } = fieldsOf(item);
  return {
    ...only(fieldsOf(item), ITEM),
    ...(activities !== undefined && { activities: Array.isArray(activities) ? activities.map(activityOf) : activities }),
  };
}

function activityOf(activity: unknown): unknown {
  return activity !== null && typeof activity === 'object' ? only(fieldsOf(activity), ACTIVITY) : activity;
}

function only(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)));
}
