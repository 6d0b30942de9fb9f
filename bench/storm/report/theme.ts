// The colours of a report, light and dark. Plots are drawn once, in colours that stand for a name; the name becomes a
// CSS variable, so that one picture follows the reader's scheme. Chosen to be told apart by the colour-blind, too.

interface Tone {
  /** What is drawn, to be replaced: a colour that nothing else has. */
  readonly mark: string;
  readonly light: string;
  readonly dark: string;
}

export const TONES = {
  text: { mark: '#0a0b01', light: '#1b2733', dark: '#e8edf2' },
  quiet: { mark: '#0a0b02', light: '#5b6b7a', dark: '#9fb0c0' },
  line: { mark: '#0a0b03', light: '#dfe5eb', dark: '#2c3a47' },
  surface: { mark: '#0a0b04', light: '#ffffff', dark: '#17212b' },
  blue: { mark: '#0a0b05', light: '#1f6fd1', dark: '#5aa7ff' },
  green: { mark: '#0a0b06', light: '#2a9d6f', dark: '#4fd1a0' },
  amber: { mark: '#0a0b07', light: '#e09a1a', dark: '#f5bd4f' },
  red: { mark: '#0a0b08', light: '#d1363b', dark: '#ff7b7b' },
  violet: { mark: '#0a0b09', light: '#7d56c2', dark: '#b798ff' },
  grey: { mark: '#0a0b0a', light: '#9aa7b4', dark: '#64748b' },
} as const satisfies Record<string, Tone>;

export type ToneName = keyof typeof TONES;

export function tone(name: ToneName): string {
  return TONES[name].mark;
}

/** The drawn colours become variables. */
export function withVariables(svg: string): string {
  return Object.entries(TONES).reduce(
    (text, [name, { mark }]) => text.replaceAll(mark, `var(--${name})`),
    svg,
  );
}

export function variables(scheme: 'light' | 'dark'): string {
  return Object.entries(TONES)
    .map(([name, colours]) => `--${name}:${colours[scheme]};`)
    .join('');
}
