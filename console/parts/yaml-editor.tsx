/** A text area for YAML with numbered lines, and marks at the lines that findings are about. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import type { KeyboardEvent, ReactNode, Ref } from 'react';
import { useImperativeHandle, useRef } from 'react';
import type { Finding } from './finding-list.tsx';

const text = {
  margin: 0,
  fontFamily: tokens.fontFamilyMonospace,
  fontSize: tokens.fontSizeBase200,
  lineHeight: tokens.lineHeightBase300,
} as const;

const useStyles = makeStyles({
  frame: {
    display: 'flex',
    minHeight: '240px',
    borderRadius: tokens.borderRadiusMedium,
    border: `1px solid ${tokens.colorNeutralStrokeAccessible}`,
    backgroundColor: tokens.colorNeutralBackground1,
    overflow: 'hidden',
    ':focus-within': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  gutter: {
    ...text,
    flex: '0 0 auto',
    minWidth: '44px',
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalS}`,
    overflow: 'hidden',
    textAlign: 'right',
    color: tokens.colorNeutralForeground3,
    backgroundColor: tokens.colorNeutralBackground3,
    userSelect: 'none',
  },
  number: { display: 'block' },
  fault: {
    color: tokens.colorStatusDangerForeground1,
    fontWeight: tokens.fontWeightBold,
    '::before': { content: '"! "' },
  },
  area: {
    ...text,
    flex: '1 1 auto',
    minWidth: 0,
    padding: tokens.spacingVerticalS,
    border: 'none',
    outline: 'none',
    resize: 'none',
    whiteSpace: 'pre',
    overflow: 'auto',
    color: tokens.colorNeutralForeground1,
    backgroundColor: 'transparent',
  },
});

export interface YamlEditorHandle {
  /** Puts the cursor there, from 1. */
  go(line: number, column: number): void;
}

export interface YamlEditorProps {
  readonly label: string;
  readonly value: string;
  readonly findings?: readonly Finding[];
  readonly rows?: number;
  readonly handle?: Ref<YamlEditorHandle>;
  readonly onChange: (value: string) => void;
}

export function YamlEditor(props: YamlEditorProps): ReactNode {
  const styles = useStyles();
  const { label, value, findings = [], rows = 24, handle, onChange } = props;
  const area = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLDivElement>(null);
  useImperativeHandle(handle, () => ({ go: (line, column) => goTo(area.current, line, column) }), []);
  const faulty = new Set(findings.map(({ line }) => line));
  const lines = value.split('\n').length;
  return (
    <div className={styles.frame} style={{ height: `${Math.max(12, rows) * 20 + 16}px` }}>
      <div ref={gutter} className={styles.gutter} aria-hidden="true">
        {Array.from({ length: lines }, (_, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- A line has no other name than its number.
          <span key={index} className={mergeClasses(styles.number, faulty.has(index + 1) && styles.fault)}>
            {index + 1}
          </span>
        ))}
      </div>
      <textarea
        ref={area}
        className={styles.area}
        aria-label={label}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        wrap="off"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={indent}
        onScroll={(event) => gutter.current?.scrollTo({ top: event.currentTarget.scrollTop })}
      />
    </div>
  );
}

/** A new line begins below the one before. Tab leaves the field, as in every other one. */
function indent(event: KeyboardEvent<HTMLTextAreaElement>): void {
  if (event.key !== 'Enter' || event.ctrlKey || event.metaKey || event.altKey) return;
  const { value, selectionStart } = event.currentTarget;
  const line = value.slice(value.lastIndexOf('\n', selectionStart - 1) + 1, selectionStart);
  const blanks = /^ */.exec(line)?.[0] ?? '';
  if (blanks === '') return;
  event.preventDefault();
  // The one way that keeps the browser's own undo.
  document.execCommand('insertText', false, `\n${blanks}`);
}

function goTo(area: HTMLTextAreaElement | null, line: number, column: number): void {
  if (!area) return;
  const before = area.value.split('\n').slice(0, line - 1);
  const at = before.reduce((sum, one) => sum + one.length + 1, 0) + Math.max(0, column - 1);
  area.focus();
  area.setSelectionRange(at, at);
  area.scrollTop = Math.max(0, (line - 6) * 20);
}
