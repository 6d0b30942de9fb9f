// What a panel is to us: a question of an operator, the expressions that answer it, and how they are shown. The three
// dashboards are lists of these (overview.ts, service.ts, storm.ts), so that panels stay alike; build.ts makes Grafana's
// JSON of them, docs-dashboards.ts the list of panels, the e2e test asks a real Prometheus every expression.

import type { COLOUR } from './colours.ts';

export type Colour = keyof typeof COLOUR;

export interface Query {
  readonly expr: string;
  /** What a series is called, with {{label}}. */
  readonly legend: string;
  /** Of a table's column, when it is not the panel's. */
  readonly unit?: string;
  /** Of a table: a label that is a column of its own, and what that is called; the value is not shown. */
  readonly label?: readonly [name: string, title: string];
  /** Why Prometheus may answer it with nothing although all is well. */
  readonly empty?: string;
}

/** From this value on the panel has this colour. */
export interface Threshold {
  readonly from: number;
  readonly colour: Colour;
}

export interface Panel {
  readonly kind: 'stat' | 'graph' | 'bars' | 'table' | 'heatmap' | 'states';
  readonly title: string;
  /** The question that it answers, for somebody who is in a hurry. */
  readonly answers: string;
  /** Columns of 24. */
  readonly width: number;
  /** A unit of Grafana's: short, s, percentunit, bytes, ops (per second). */
  readonly unit: string;
  readonly queries: readonly Query[];
  readonly thresholds?: readonly Threshold[];
  /** Colours by the name of a series, where a name always means the same. */
  readonly colours?: Readonly<Record<string, Colour>>;
  /** The series are parts of one sum. */
  readonly stacked?: boolean;
  /** Words instead of numbers. */
  readonly words?: Readonly<Record<string, { readonly text: string; readonly colour: Colour }>>;
  /** Shown when there is nothing to show. */
  readonly nothing?: string;
}

/** Panels that stand beside one another, under a headline when there is one. */
export interface Row {
  readonly headline?: string;
  /** In cells of Grafana's grid, about 30 pixels each. */
  readonly height: number;
  readonly panels: readonly Panel[];
}

export interface DashboardSource {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** Shown at once: from so long ago until now. */
  readonly span: string;
  readonly refresh: string;
  /** Its file below grafana/dashboards. */
  readonly file: string;
  /** A variable besides datasource, instance and service. */
  readonly stages?: true;
  readonly rows: readonly Row[];
}
