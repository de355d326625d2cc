import {
  ChangeDetectionStrategy,
  Component,
  DestroyRef,
  ElementRef,
  effect,
  inject,
  input,
  signal,
} from '@angular/core';
import type { EChartsCoreOption, ECharts } from 'echarts/core';

import { Texts } from '@core/i18n/texts';
import { Theme } from '@core/theme';

/** Colours of the theme by name (`--mat-sys-primary` as `primary`); they change with light and dark. */
export type Palette = Record<
  'ink' | 'muted' | 'line' | 'surface' | 'primary' | 'tertiary' | 'machine' | 'info' | 'error',
  string
>;

const TOKENS: Record<keyof Palette, string> = {
  ink: '--mat-sys-on-surface',
  muted: '--mat-sys-on-surface-variant',
  line: '--mc-line',
  surface: '--mat-sys-surface',
  primary: '--mat-sys-primary',
  tertiary: '--mat-sys-tertiary',
  machine: '--mc-machine',
  info: '--mc-info',
  error: '--mat-sys-error',
};

/** A drawing by ECharts, which is loaded when the first one is seen. What it says stands in a table beside it. */
@Component({
  selector: 'mc-chart',
  template: '',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { role: 'img', '[attr.aria-label]': 'label()' },
  styles: `
    :host {
      display: block;
      height: 280px;
    }
  `,
})
export class Chart {
  readonly label = input.required<string>();
  readonly options = input.required<(palette: Palette) => EChartsCoreOption>();

  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly theme = inject(Theme);
  private readonly texts = inject(Texts);
  private readonly chart = signal<ECharts | null>(null);

  constructor() {
    const resized = new ResizeObserver(() => this.chart()?.resize());
    let over = false;
    inject(DestroyRef).onDestroy(() => {
      over = true;
      resized.disconnect();
      this.chart()?.dispose();
    });
    void import('./echarts').then(({ init }) => {
      if (!over) {
        this.chart.set(init(this.host, undefined, { renderer: 'svg' }));
        resized.observe(this.host);
      }
    });
    effect(() => {
      this.texts.language();
      this.theme.dark();
      this.chart()?.setOption(this.options()(this.palette()), { notMerge: true });
    });
  }

  private palette(): Palette {
    // `light-dark()` is resolved on a property that takes a colour, not on a custom one.
    const probe = document.createElement('i');
    probe.style.setProperty('transition', 'none', 'important'); // else it is still the colour before
    this.host.append(probe);
    const colours = Object.entries(TOKENS).map(([name, token]) => {
      probe.style.color = `var(${token})`;
      return [name, getComputedStyle(probe).color];
    });
    probe.remove();
    return Object.fromEntries(colours) as Palette;
  }
}
