/**
 * Who may do what. A role holds all that the roles before it hold.
 *
 * `viewer` sees how the relay does, `help-desk` finds messages and reads their story (never their content),
 * `operator` acts on queue and connectors, `administrator` changes the policy, accounts and settings and may read content.
 */
import { z } from 'zod';

export const roles = ['viewer', 'help-desk', 'operator', 'administrator'] as const;
export const role = z
  .enum(roles)
  .describe('What the holder may do; each role holds what those before it do.');
export type Role = (typeof roles)[number];

export function mayActAs(own: Role, needed: Role): boolean {
  return roles.indexOf(own) >= roles.indexOf(needed);
}
