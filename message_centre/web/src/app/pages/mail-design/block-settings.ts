import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { MatCheckbox } from '@angular/material/checkbox';
import { MatSlider, MatSliderThumb } from '@angular/material/slider';
import { TextAlignCenter, TextAlignEnd, TextAlignStart } from 'lucide';

import { Texts } from '@core/i18n/texts';
import { Choice, type Choosable } from './choice';
import { DesignStore } from './design-store';
import { lightPalette } from './model/colours.ts';
import * as d from './model/design.ts';
import { completed } from './model/links.ts';
import { background, inkOn } from './model/looks.ts';
import { TemplateLine } from './template-line';

/** What can be set of one block. */
@Component({
  selector: 'mc-block-settings',
  imports: [Choice, MatCheckbox, MatSlider, MatSliderThumb, TemplateLine],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './block-settings.html',
  styles: `
    :host {
      display: grid;
      gap: 16px;
    }
    .slider {
      display: grid;
      font-size: 0.8125rem;
      font-weight: 600;
    }
    p {
      margin: 0;
      font-size: 0.8125rem;
    }
  `,
})
export class BlockSettings {
  readonly block = input.required<d.AnyBlock>();
  readonly design = input.required<d.Design>();
  readonly fields = input<readonly string[]>([]);

  protected readonly store = inject(DesignStore);
  protected readonly texts = inject(Texts);
  protected readonly least = d.MIN_SPACE;
  protected readonly most = d.MAX_SPACE;
  private readonly palette = computed(() => lightPalette(this.design().theme));

  protected readonly aligns = computed(() => [
    { value: 'left', label: this.texts.t('design.aligns.left'), icon: TextAlignStart },
    { value: 'center', label: this.texts.t('design.aligns.center'), icon: TextAlignCenter },
    { value: 'right', label: this.texts.t('design.aligns.right'), icon: TextAlignEnd },
  ]);
  protected readonly pads = computed(() => this.options('pads', d.PADS));
  protected readonly fills = computed(() =>
    this.options('fills', d.FILLS).map((each) => ({ ...each, colour: background(this.palette(), each.value) })),
  );
  protected readonly inks = computed(() =>
    this.options('inks', d.INKS).map((each) => ({
      ...each,
      colour: inkOn(this.palette(), each.value, this.block().fill),
    })),
  );
  protected readonly levels = computed(() => this.options('levels', d.LEVELS));
  protected readonly sizes = computed(() => this.options('sizes', d.SIZES));
  protected readonly looks = computed(() => this.options('looks', d.LOOKS));
  protected readonly colours = computed(() =>
    this.options('inks', d.BUTTON_COLOURS).map((each) => ({ ...each, colour: this.palette()[each.value] })),
  );
  protected readonly shares = computed(() => this.options('shares', d.SHARES));
  protected readonly widths = d.WIDTHS.map((value) => ({ value, label: `${value} %` }));

  private options<T extends string | number>(group: string, values: readonly T[]): Choosable<T>[] {
    return values.map((value) => ({ value, label: this.texts.word(`design.${group}`, String(value)) }));
  }

  protected set(values: Partial<Record<string, unknown>>): void {
    this.store.change(this.block().id, values);
  }

  /** An address is completed when its line is left. */
  protected address(name: 'href' | 'src', typed: string): void {
    this.set({ [name]: completed(typed) });
  }
}
