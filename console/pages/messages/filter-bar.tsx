/** Search box and filters over the list of messages. */
import { Button, Field, Input, makeStyles, tokens } from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss';
import type { ReactNode } from 'react';
import { useRead } from '../../api/queries.ts';
import { ChoiceField } from '../../parts/choice-field.tsx';
import { useNow } from '../../parts/moment.tsx';
import { SearchField } from '../../parts/search-field.tsx';
import type { MessageFilters } from './message-filters.ts';
import { spans as spanMs } from './message-filters.ts';
import { TimeRange } from './time-range.tsx';

const useStyles = makeStyles({
  bar: { display: 'flex', flexWrap: 'wrap', alignItems: 'flex-start', gap: tokens.spacingHorizontalM },
  // The five of them keep together: in one line with the search, or in one beneath it.
  choices: {
    display: 'flex',
    flexWrap: 'wrap',
    flex: '1 1 748px',
    minWidth: 0,
    alignItems: 'flex-start',
    gap: tokens.spacingHorizontalM,
  },
  more: { flex: '0 1 200px', minWidth: '160px' },
});

const statuses = [
  ['waiting', 'Waiting'],
  ['held', 'Held'],
  ['relayed', 'Relayed'],
  ['delivered', 'Relayed, in part too'],
  ['mixed', 'Partly relayed'],
  ['failed', 'Failed'],
  ['expired', 'Expired'],
  ['undelivered', 'Failed or expired, in part too'],
] as const;
const spanChoices = [
  ['hour', 'Last hour'],
  ['day', 'Last 24 hours'],
  ['week', 'Last 7 days'],
  ['month', 'Last 30 days'],
  ['custom', 'From … to …'],
] as const;

const mebibyte = 1_048_576;
const sizes = [1, 5, 10, 25, 50].map((mib) => [String(mib * mebibyte), `${mib} MiB or more`] as const);
const sizeOf = (octets: number | undefined): string | undefined =>
  sizes.find(([size]) => size === String(octets))?.[0];

export interface FilterBarProps {
  readonly filters: MessageFilters;
  readonly onChange: (change: MessageFilters) => void;
}

export function FilterBar({ filters, onChange }: FilterBarProps): ReactNode {
  const styles = useStyles();
  const sources = useRead('sources', {});
  const connectors = useRead('connectors', {});
  const named = (items: readonly { readonly name: string }[] | undefined) =>
    (items ?? []).map(({ name }) => [name, name] as const);
  const now = useNow();
  const isCustom = filters.from !== undefined || filters.before !== undefined;
  const choose = (span: (typeof spanChoices)[number][0] | undefined): void => {
    if (span !== 'custom') return onChange({ last: span, from: undefined, before: undefined });
    // The range begins as the span that was in force, so that the list does not jump.
    const from = new Date(now.getTime() - spanMs[filters.last ?? 'day']).toISOString();
    return onChange({ last: undefined, from });
  };
  return (
    <div className={styles.bar} role="search" aria-label="Messages">
      <SearchField
        label="Search"
        hint="Sender, recipient, subject, source, Message-ID, reference. * and ? stand for the rest; paste a list for any of them."
        text={filters.text}
        onChange={(text) => onChange({ text })}
      />
      <div className={styles.choices}>
        <ChoiceField
          label="Status"
          value={filters.status}
          choices={statuses}
          any="Any"
          onChange={(status) => onChange({ status })}
        />
        <ChoiceField
          label="Accepted"
          value={isCustom ? 'custom' : filters.last}
          choices={spanChoices}
          any="Any time"
          onChange={choose}
        />
        {isCustom && <TimeRange filters={filters} onChange={onChange} />}
        <ChoiceField
          label="Source"
          value={filters.source}
          choices={named(sources.data?.items)}
          any="Any"
          onChange={(source) => onChange({ source })}
        />
        <ChoiceField
          label="Connector"
          value={filters.connector}
          choices={named(connectors.data?.items)}
          any="Any"
          onChange={(connector) => onChange({ connector })}
        />
        <ChoiceField
          label="Size"
          value={sizeOf(filters.bytesMin)}
          choices={sizes}
          any="Any"
          onChange={(size) => onChange({ bytesMin: size === undefined ? undefined : Number(size) })}
        />
        <Rest filters={filters} onChange={onChange} />
      </div>
    </div>
  );
}

/** Filters that a link may carry and that have no field of their own: shown, so that nothing is filtered unseen. */
function Rest({ filters, onChange }: FilterBarProps): ReactNode {
  const styles = useStyles();
  const isSizeShown = sizeOf(filters.bytesMin) !== undefined;
  const names = {
    sender: 'Sender',
    recipient: 'Recipient',
    client: 'Client',
    waitingFor: 'Waits for',
    inDoubt: 'In doubt',
    origin: 'Made by',
    bytesMin: 'Octets at least',
    bytesMax: 'Octets at most',
  } as const;
  const keys = Object.keys(names) as (keyof typeof names)[];
  return keys
    .filter((key) => filters[key] !== undefined && !(key === 'bytesMin' && isSizeShown))
    .map((key) => (
      <Field key={key} className={styles.more} label={names[key]}>
        <Input
          value={String(filters[key] ?? '')}
          readOnly
          contentAfter={
            <Button
              size="small"
              appearance="transparent"
              icon={<DismissRegular />}
              aria-label={`Remove the filter ${names[key]}`}
              onClick={() => onChange({ [key]: undefined })}
            />
          }
        />
      </Field>
    ));
}
