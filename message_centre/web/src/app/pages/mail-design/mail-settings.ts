import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { MatCheckbox } from '@angular/material/checkbox';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatSelectModule } from '@angular/material/select';
import { MatSlider, MatSliderThumb } from '@angular/material/slider';
import { TextAlignCenter, TextAlignEnd, TextAlignStart } from 'lucide';

import { Texts } from '@core/i18n/texts';
import { Choice } from './choice';
import { DesignStore } from './design-store';
import * as d from './model/design.ts';
import { completed, isPictureAddress } from './model/links.ts';
import { STACKS } from './model/looks.ts';
import { SCHEMES } from './schemes';
import { TemplateLine } from './template-line';

/** What can be set of the mail as a whole. */
@Component({
  selector: 'mc-mail-settings',
  imports: [Choice, MatCheckbox, MatFormFieldModule, MatSelectModule, MatSlider, MatSliderThumb, TemplateLine],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './mail-settings.html',
  styleUrl: './mail-settings.scss',
})
export class MailSettings {
  readonly design = input.required<d.Design>();
  readonly fields = input<readonly string[]>([]);

  protected readonly store = inject(DesignStore);
  protected readonly texts = inject(Texts);
  protected readonly schemes = SCHEMES;
  protected readonly stacks = STACKS;
  protected readonly fonts = d.FONTS;
  protected readonly colours = ['brand', 'accent', 'page', 'card', 'text'] as const;
  protected readonly smallest = d.MIN_LOGO;
  protected readonly largest = d.MAX_LOGO;
  protected readonly hasPicture = computed(() => isPictureAddress(this.design().logo.src));
  protected readonly aligns = computed(() => [
    { value: 'left' as const, label: this.texts.t('design.aligns.left'), icon: TextAlignStart },
    { value: 'center' as const, label: this.texts.t('design.aligns.center'), icon: TextAlignCenter },
    { value: 'right' as const, label: this.texts.t('design.aligns.right'), icon: TextAlignEnd },
  ]);
  protected readonly languages = computed(() => [
    { value: 'en' as const, label: 'English' },
    { value: 'de' as const, label: 'Deutsch' },
  ]);

  protected scheme({ brand, accent, page, card, text }: (typeof SCHEMES)[number]): void {
    this.store.theme({ brand, accent, page, card, text });
  }

  protected colour(name: 'brand' | 'accent' | 'page' | 'card' | 'text', colour: string): void {
    this.store.theme({ [name]: colour });
  }

  protected isScheme(scheme: (typeof SCHEMES)[number]): boolean {
    const { theme } = this.design();
    return this.colours.every((name) => theme[name] === scheme[name]);
  }

  protected address(name: 'href' | 'src', typed: string): void {
    this.store.logo({ [name]: completed(typed) });
  }
}
