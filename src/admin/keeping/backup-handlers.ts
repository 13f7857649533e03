/** Backups: listed with their trials, made, verified, rehearsed. */
import { existsSync } from 'node:fs';
import type { BackupView } from '../../../contract/schemas/backup.ts';
import { BackupFault } from '../../backup/fault.ts';
import type { BackupKeeper, KeptBackup, Trial } from '../../backup/keeper.ts';
import { formatInstant } from '../../platform/clock.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { present } from '../present.ts';
import { Problem } from '../problem.ts';

export type BackupControl = Pick<
  BackupKeeper,
  'config' | 'reason' | 'isRunning' | 'nextAt' | 'list' | 'create' | 'verify' | 'rehearse'
>;

type BackupRoutes = 'backups' | 'createBackup' | 'verifyBackup' | 'rehearseBackup';

export function backupHandlers(context: AdminContext): Pick<Handlers, BackupRoutes> {
  const keeper = (): BackupControl => context.keeping.backups;
  return {
    backups() {
      const { config, reason, isRunning, nextAt } = keeper();
      const items = keeper().list().map(viewOf);
      const rehearsed = items
        .flatMap((one) => (one.rehearsed ? [{ name: one.name, ...one.rehearsed }] : []))
        .toSorted((a, b) => (a.at < b.at ? 1 : -1))[0];
      return {
        items,
        configured: reason === undefined,
        running: isRunning,
        ...present({
          reason,
          to: config?.to,
          everyMs: config?.every,
          keep: config?.keep,
          nextAt: nextAt === undefined ? undefined : formatInstant(nextAt),
          lastGood: items.find(({ state }) => state === 'good'),
          lastRehearsal: rehearsed,
        }),
      };
    },
    async createBackup({ body }, caller) {
      if (body.to !== undefined && caller.via !== 'local') {
        throw new Problem(
          403,
          'Not allowed',
          'only the command on the machine of the relay may choose where a backup goes',
        );
      }
      return viewOf(await orProblem(keeper().create(caller.name, body.to)));
    },
    async verifyBackup({ params }) {
      return viewOf(await orProblem(named(keeper(), params.name).then(() => keeper().verify(params.name))));
    },
    async rehearseBackup({ params }) {
      return viewOf(await orProblem(named(keeper(), params.name).then(() => keeper().rehearse(params.name))));
    },
  };
}

// eslint-disable-next-line typescript/require-await
async function named(keeper: BackupControl, name: string): Promise<void> {
  if (keeper.list().some((one) => one.name === name)) return;
  throw new Problem(404, 'Not found', `there is no backup ${name} in the list`);
}

async function orProblem<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof BackupFault) throw new Problem(409, 'Not possible now', error.message);
    throw error;
  }
}

function viewOf(one: KeptBackup): BackupView {
  const {
    name,
    path,
    at,
    bytes,
    by,
    ok,
    detail,
    messages,
    inWork,
    contents,
    durationMs,
    verified,
    rehearsed,
  } = one;
  return {
    name,
    path,
    at: formatInstant(at),
    bytes,
    by,
    state: ok ? (existsSync(path) ? 'good' : 'missing') : 'failed',
    detail,
    durationMs,
    ...present({
      messages,
      inWork,
      contents,
      verified: verified && trialOf(verified),
      rehearsed: rehearsed && trialOf(rehearsed),
    }),
  };
}

function trialOf({ at, ok, text, messages, durationMs }: Trial) {
  return { at: formatInstant(at), ok, text, durationMs, ...present({ messages }) };
}
