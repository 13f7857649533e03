/** Every check of the doctor, in the order in which a person would look. */
import type { Check } from './check.ts';
import { diskCheck } from './checks/disk.ts';

export const checks: readonly Check[] = [diskCheck];
