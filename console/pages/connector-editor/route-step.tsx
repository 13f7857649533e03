/** Which way: the five compared in plain words, one chosen. What belongs to another way is taken out of the entry. */
import { makeStyles, mergeClasses, Radio, RadioGroup, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { rowColours } from '../../app/theme.ts';
import { textAt, valueAt } from '../source/draft.ts';
import { useEditing } from '../source/fields.tsx';
import type { RouteFacts, RouteType } from './routes-compared.ts';
import { factTitles, routesCompared } from './routes-compared.ts';

const useStyles = makeStyles({
  grid: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 300px), 1fr))',
    gap: tokens.spacingHorizontalL,
    width: '100%',
  },
  card: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalS,
    padding: tokens.spacingHorizontalM,
    borderRadius: tokens.borderRadiusLarge,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
  },
  chosen: {
    borderTopColor: tokens.colorCompoundBrandStroke,
    borderRightColor: tokens.colorCompoundBrandStroke,
    borderBottomColor: tokens.colorCompoundBrandStroke,
    borderLeftColor: tokens.colorCompoundBrandStroke,
    backgroundColor: rowColours.selected,
  },
  title: { fontWeight: tokens.fontWeightSemibold },
  name: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
  fact: { marginBottom: tokens.spacingVerticalXS },
});

const starts: Readonly<Record<RouteType, Readonly<Record<string, unknown>>>> = {
  'exchange-online': {},
  'smtp-submission': { service: 'exchange-online', credential: { type: 'oauth' } },
  graph: { credential: { type: 'oauth' } },
  'smart-host': {},
  mx: {},
};

export function RouteStep(): ReactNode {
  const styles = useStyles();
  const { entry, set } = useEditing();
  const type = textAt(entry, ['route', 'type']);
  const choose = (next: string): void => {
    const found = routesCompared.find((route) => route.type === next);
    if (!found || next === type) return;
    // A credential of the same kind stays, whatever the way.
    const credential =
      'credential' in starts[found.type] ? valueAt(entry, ['route', 'credential']) : undefined;
    set(['route'], { type: next, ...starts[found.type], ...(credential !== undefined && { credential }) });
  };
  return (
    <RadioGroup value={type} aria-label="Type of the way" onChange={(_event, data) => choose(data.value)}>
      <div className={styles.grid}>
        {routesCompared.map((route) => (
          <div key={route.type} className={mergeClasses(styles.card, route.type === type && styles.chosen)}>
            <Radio value={route.type} label={<span className={styles.title}>{route.title}</span>} />
            <p>{route.summary}</p>
            <FactList route={route} />
          </div>
        ))}
      </div>
    </RadioGroup>
  );
}

function FactList({ route }: { readonly route: RouteFacts }): ReactNode {
  const styles = useStyles();
  return (
    <dl>
      {(Object.keys(factTitles) as (keyof typeof factTitles)[]).map((key) => (
        <div key={key} className={styles.fact}>
          <dt className={styles.name}>{factTitles[key]}</dt>
          <dd>{route[key]}</dd>
        </div>
      ))}
    </dl>
  );
}
