/** What ends or falls due about sources: permissions, reviews, firmware, and sources that went silent. Pure. */
import { endOfValidity } from '../config/units.ts';
import type { Instant, Milliseconds } from '../platform/clock.ts';
import { formatInstant, plus } from '../platform/clock.ts';
import type { Policy, Source } from '../policy/policy.ts';
import { endOf } from '../policy/ageing.ts';
import type { AgeingItem } from './item.ts';

export interface SourceFacts {
  readonly policy: Policy;
  readonly silentAfterMs: Milliseconds;
  /** When it was seen last; `undefined`: never. */
  readonly lastSeenAt: (source: string) => Instant | undefined;
}

export function itemsOfSources({ policy, silentAfterMs, lastSeenAt }: SourceFacts): AgeingItem[] {
  return Array.from(policy.sources.values()).flatMap((source) => [
    ...ofPermission(source, policy),
    ...ofReviews(source),
    ...ofSilence(source, lastSeenAt(source.name), silentAfterMs),
  ]);
}

/** Ends of blocks: what was kept out comes back. */
export function itemsOfBlocks({ blocked }: Policy): AgeingItem[] {
  return blocked.rules.flatMap(({ range, note, expiresAt, by }) =>
    // What the relay blocks by itself ends by itself.
    expiresAt === undefined || by !== undefined
      ? []
      : [
          {
            kind: 'block',
            name: range,
            title: `The block of ${range}${note === undefined ? '' : ` (${note})`} ends`,
            at: expiresAt,
            precision: 'day',
            breaks:
              'The address is refused as an unknown sender again, and no longer in place of the greeting.',
            todo: 'Set a later "expires" under "blocked", or let it end.',
          } satisfies AgeingItem,
        ],
  );
}

function ofPermission({ name, ends, config }: Source, policy: Policy): AgeingItem[] {
  const about = { source: name, precision: 'day' } as const;
  const items: AgeingItem[] = [];
  if (ends) {
    items.push({
      ...about,
      kind: 'source',
      name,
      title: `The permission of ${name} to send ends`,
      at: ends.at,
      ...ownerOf(config.owner),
      breaks: stagesOf(ends, `mail of ${name}`),
      todo: `Ask whether ${name} still needs to send: then set a later "expires" for the source, else remove it.`,
    });
  }
  for (const entry of config.networks) {
    if (typeof entry === 'string' || entry.expires === undefined) continue;
    const own = endOf(entry.expires, policy.ageing).ends;
    if (!own) continue;
    items.push({
      ...about,
      kind: 'permission',
      name: `${name} ${entry.range}`,
      title: `The permission of ${name} for ${entry.range}${entry.note === undefined ? '' : ` (${entry.note})`} ends`,
      at: own.at,
      ...ownerOf(entry.owner ?? config.owner),
      breaks: stagesOf(own, `mail of ${name} from ${entry.range}`),
      todo: 'Ask whether the address still needs to send: then set a later "expires" for the entry, else remove it.',
    });
  }
  return items;
}

function stagesOf(ends: NonNullable<Source['ends']>, mail: string): string {
  const refused = `${mail} is refused from ${dayOf(ends.refusedFrom)} on`;
  if (ends.refusedFrom > ends.heldFrom)
    return `${capital(mail)} is held from ${dayOf(ends.heldFrom)} on, and ${refused}.`;
  return `${capital(refused)}.`;
}

function ofReviews({ name, config }: Source): AgeingItem[] {
  const { review, firmware, owner, model, login } = config;
  const about = { name, source: name, precision: 'day', ...ownerOf(owner) } as const;
  return [
    ...(review === undefined
      ? []
      : [
          {
            ...about,
            kind: 'source-review',
            title: `The review of ${name} is due`,
            at: endOfValidity(review),
            breaks:
              'Nothing stops; nobody knows any longer whether the source is still needed and no wider than that.',
            todo: `Look at the source, then run "relay365 source review ${name}".`,
          } satisfies AgeingItem,
        ]),
    ...(firmware?.due === undefined
      ? []
      : [
          {
            ...about,
            kind: 'firmware-review',
            title: `The firmware of ${name}${model === undefined ? '' : ` (${model})`} is to be looked at`,
            at: endOfValidity(firmware.due),
            breaks: 'Nothing stops; old firmware often has no current TLS and known holes.',
            todo:
              `Look for a newer version${firmware.version === undefined ? '' : ` than ${firmware.version}`} at the maker, ` +
              'install it, and write "firmware.version", "firmware.checked" and the next "firmware.due".',
          } satisfies AgeingItem,
        ]),
    ...(login?.due === undefined
      ? []
      : [
          {
            ...about,
            kind: 'source-password',
            title: `Another password of ${name} (user ${login.username}) is due`,
            at: endOfValidity(login.due),
            breaks: 'Nothing stops; who has learnt the old password can go on to send with it.',
            todo:
              `Run "relay365 source new-password ${name}", which moves the date on, and type the password into the device. ` +
              'Where the policy is a file, write the hash ("relay365 source password") and the next date into "login".',
          } satisfies AgeingItem,
        ]),
  ];
}

/** Never seen is not gone silent: a new source has its set-up before it. */
function ofSilence(source: Source, lastAt: Instant | undefined, afterMs: Milliseconds): AgeingItem[] {
  if (lastAt === undefined) return [];
  const { name, config } = source;
  return [
    {
      kind: 'silent-source',
      name,
      source: name,
      title: `${name} has sent nothing since ${dayOf(lastAt)}`,
      at: plus(lastAt, afterMs),
      precision: 'day',
      ...ownerOf(config.owner),
      breaks:
        'Its mail may be lost before it gets here; or the device is gone, and its permission stays open for others.',
      todo: `Ask whether the device is still there: then look why it sends nothing, else remove the source ${name}.`,
    },
  ];
}

function ownerOf(owner: string | undefined): { readonly owner?: string } {
  return owner === undefined ? {} : { owner };
}

function dayOf(at: Instant): string {
  return formatInstant(at).slice(0, 10);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
