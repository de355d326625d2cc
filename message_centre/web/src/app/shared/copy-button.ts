import { ChangeDetectionStrategy, Component, inject, input, signal } from '@angular/core';
import { MatIconButton } from '@angular/material/button';
import { Check, Copy } from 'lucide';

import { Texts } from '@core/i18n/texts';
import { Icon } from './icon';

/** Copies a value. */
@Component({
  selector: 'mc-copy-button',
  imports: [Icon, MatIconButton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <button
      matIconButton
      type="button"
      [attr.aria-label]="texts.t('core.copy') + ': ' + what()"
      [title]="texts.t('core.copy')"
      (click)="copy()"
    >
      <mc-icon [icon]="copied() ? done : icon" />
    </button>
    <span class="mc-visually-hidden" role="status">{{ copied() ? texts.t('core.copied') : '' }}</span>
  `,
})
export class CopyButton {
  readonly value = input.required<string>();
  /** What it is, for screen readers. */
  readonly what = input.required<string>();
  protected readonly texts = inject(Texts);
  protected readonly icon = Copy;
  protected readonly done = Check;
  protected readonly copied = signal(false);

  protected async copy(): Promise<void> {
    await navigator.clipboard.writeText(this.value());
    this.copied.set(true);
    setTimeout(() => {
      this.copied.set(false);
    }, 2_000);
  }
}
