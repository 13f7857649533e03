/** A range of one's own: two fields in the viewer's zone, which is named; the address holds UTC. */
import { Field, Input, makeStyles } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { usePreferences } from '../../app/preferences.ts';
import { useZoneName } from '../../parts/moment.tsx';
import { momentOf, wallTime } from '../../parts/time.ts';
import type { MessageFilters } from './message-filters.ts';

const useStyles = makeStyles({ field: { flex: '0 1 210px', minWidth: '190px' } });

export interface TimeRangeProps {
  readonly filters: Pick<MessageFilters, 'from' | 'before'>;
  readonly onChange: (change: Pick<MessageFilters, 'from' | 'before'>) => void;
}

export function TimeRange({ filters: { from, before }, onChange }: TimeRangeProps): ReactNode {
  const isReversed = from !== undefined && before !== undefined && from >= before;
  return (
    <>
      <Moment label="From" at={from} onChange={(next) => onChange({ from: next, before })} />
      <Moment
        label="Before"
        at={before}
        fault={isReversed ? 'This is not after “From”, so nothing fits.' : undefined}
        onChange={(next) => onChange({ from, before: next })}
      />
    </>
  );
}

interface MomentFieldProps {
  readonly label: string;
  readonly at: string | undefined;
  readonly fault?: string | undefined;
  readonly onChange: (at: string | undefined) => void;
}

function Moment({ label, at, fault, onChange }: MomentFieldProps): ReactNode {
  const styles = useStyles();
  const { zone } = usePreferences();
  const name = useZoneName();
  const shown = at === undefined || Number.isNaN(Date.parse(at)) ? '' : wallTime(new Date(at), zone);
  // While a date is typed the field is empty now and then: what was there before stays in force until it is whole.
  const [typed, setTyped] = useState<string>();
  return (
    <Field
      className={styles.field}
      label={`${label} (${name})`}
      {...(fault !== undefined && { validationMessage: fault })}
    >
      <Input
        type="datetime-local"
        value={typed ?? shown}
        onChange={(_event, { value }) => {
          setTyped(value);
          const moment = momentOf(value, zone);
          if (moment) onChange(moment.toISOString());
        }}
        onBlur={() => {
          if (typed === '') onChange(undefined);
          setTyped(undefined);
        }}
      />
    </Field>
  );
}
