/** Who is signed in, and what that role may do. The server decides; the console only leaves out what would be refused. */
import type { UseQueryResult } from '@tanstack/react-query';
import type { ApiProblem } from '../api/problem.ts';
import { useRead } from '../api/queries.ts';
import type { Answer, Role } from '../api/types.ts';

export type Session = Answer<'session'>;

// Order of contract/roles.ts; its schema is not brought into the bundle for four words.
const order: readonly Role[] = ['viewer', 'help-desk', 'operator', 'administrator'];

export const roleNames: Readonly<Record<Role, string>> = {
  viewer: 'Viewer',
  'help-desk': 'Help desk',
  operator: 'Operator',
  administrator: 'Administrator',
};

export function mayActAs(own: Role | undefined, needed: Role): boolean {
  return own !== undefined && order.indexOf(own) >= order.indexOf(needed);
}

export function useSession(): UseQueryResult<Session, ApiProblem> {
  return useRead('session', {}, { every: 60_000 });
}

/** Whether the signed-in role may act as `needed`. */
export function useMay(needed: Role): boolean {
  return mayActAs(useSession().data?.role, needed);
}
