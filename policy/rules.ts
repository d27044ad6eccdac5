/**
 * Who may do what, once, as a table.
 *
 * Read a row as: "a practice manager may read the staff of their organisation". A caller with several roles may do what
 * any one of them may. What is not in the table is refused.
 */
import type { Role } from '../schema/domain/actor.ts';

/**
 * How far a permission goes.
 *
 * - `nothing`: never.
 * - `own`: what is about the caller.
 * - `own and offered`: that, and open shifts in the caller's role where the caller may be asked to work.
 * - `organisation`: what belongs to the organisations of the role, and all within them.
 * - `everything`: all.
 */
export type ReachWord = 'nothing' | 'own' | 'own and offered' | 'organisation' | 'everything';

type Row = Readonly<Record<Role, ReachWord>>;

// biome-ignore format: a table is read by its columns.
export const RULES = {
  // Practices, networks, ICBs, sites and patient counts are published reference data.
  'read organisations':   { CLINICIAN: 'everything',      PRACTICE_MANAGER: 'everything',   PCN_COORDINATOR: 'everything',   ICS_ANALYST: 'everything',   SERVICE: 'everything' },
  // That a person exists, their role, engagements and skills. Without "read names" under a pseudonym.
  'read staff':           { CLINICIAN: 'own',             PRACTICE_MANAGER: 'organisation', PCN_COORDINATOR: 'organisation', ICS_ANALYST: 'organisation', SERVICE: 'everything' },
  // Names, work e-mail, registrations.
  'read names':           { CLINICIAN: 'own',             PRACTICE_MANAGER: 'organisation', PCN_COORDINATOR: 'organisation', ICS_ANALYST: 'nothing',      SERVICE: 'everything' },
  // Credentials and bank memberships.
  'read credentials':     { CLINICIAN: 'own',             PRACTICE_MANAGER: 'organisation', PCN_COORDINATOR: 'organisation', ICS_ANALYST: 'nothing',      SERVICE: 'everything' },
  'read leave':           { CLINICIAN: 'own',             PRACTICE_MANAGER: 'organisation', PCN_COORDINATOR: 'organisation', ICS_ANALYST: 'nothing',      SERVICE: 'everything' },
  'read shifts':          { CLINICIAN: 'own and offered', PRACTICE_MANAGER: 'organisation', PCN_COORDINATOR: 'organisation', ICS_ANALYST: 'organisation', SERVICE: 'everything' },
  // That the person on a shift has left, or will have by then.
  'read booking flags':   { CLINICIAN: 'nothing',         PRACTICE_MANAGER: 'organisation', PCN_COORDINATOR: 'organisation', ICS_ANALYST: 'nothing',      SERVICE: 'everything' },
  'read measures':        { CLINICIAN: 'nothing',         PRACTICE_MANAGER: 'organisation', PCN_COORDINATOR: 'organisation', ICS_ANALYST: 'organisation', SERVICE: 'everything' },
  // Which records mean a person, why, and the questions that are open.
  'read identity':        { CLINICIAN: 'own',             PRACTICE_MANAGER: 'organisation', PCN_COORDINATOR: 'organisation', ICS_ANALYST: 'nothing',      SERVICE: 'everything' },
  // To say that two persons are one, or that one is two, moves shifts and contracts: one who plans for the whole network.
  'decide identity':      { CLINICIAN: 'nothing',         PRACTICE_MANAGER: 'nothing',      PCN_COORDINATOR: 'organisation', ICS_ANALYST: 'nothing',      SERVICE: 'nothing' },
  // A calendar link shows a person's life: the person alone makes and sees theirs.
  'read calendar feeds':  { CLINICIAN: 'own',             PRACTICE_MANAGER: 'own',          PCN_COORDINATOR: 'own',          ICS_ANALYST: 'nothing',      SERVICE: 'nothing' },
  'create calendar feed': { CLINICIAN: 'own',             PRACTICE_MANAGER: 'own',          PCN_COORDINATOR: 'own',          ICS_ANALYST: 'nothing',      SERVICE: 'nothing' },
  // A manager can stop a link that leaked, or a leaver's.
  'revoke calendar feed': { CLINICIAN: 'own',             PRACTICE_MANAGER: 'organisation', PCN_COORDINATOR: 'organisation', ICS_ANALYST: 'nothing',      SERVICE: 'nothing' },
  // How an organisation's systems are read: when, how much, what is wrong. Systems of no organisation are everybody's.
  'read sources':         { CLINICIAN: 'nothing',         PRACTICE_MANAGER: 'organisation', PCN_COORDINATOR: 'organisation', ICS_ANALYST: 'organisation', SERVICE: 'everything' },
  'request sync':         { CLINICIAN: 'nothing',         PRACTICE_MANAGER: 'organisation', PCN_COORDINATOR: 'organisation', ICS_ANALYST: 'nothing',      SERVICE: 'everything' },
} as const satisfies Record<string, Row>;

export type RuleName = keyof typeof RULES;
export const RULE_NAMES = Object.keys(RULES) as readonly RuleName[];
