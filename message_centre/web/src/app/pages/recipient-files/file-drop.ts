import {
  ChangeDetectionStrategy,
  Component,
  ElementRef,
  inject,
  input,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Upload } from 'lucide';

import { Texts } from '@core/i18n/texts';
import { Icon } from '@shared/icon';

/** A place to drop a recipient file on, or to choose one by a button. */
@Component({
  selector: 'mc-file-drop',
  imports: [Icon, MatButton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: {
    '[class.over]': 'over()',
    '(dragenter)': 'drag($event, true)',
    '(dragover)': 'drag($event, true)',
    '(dragleave)': 'drag($event, false)',
    '(drop)': 'drop($event)',
  },
  template: `
    <span class="mark"><mc-icon [icon]="icon" /></span>
    <p class="lead">
      <span class="mouse">{{ texts.t('files.drop') }}</span>
      <span class="touch">{{ texts.t('files.dropTouch') }}</span>
    </p>
    <button matButton="outlined" type="button" [disabled]="disabled()" (click)="choose()">
      {{ texts.t('files.choose') }}
    </button>
    <p class="hint">{{ texts.t('files.dropHint') }}</p>
    <input
      #chooser
      type="file"
      hidden
      accept=".csv,.tsv,.txt,.gz,.zip,text/csv"
      [attr.aria-label]="texts.t('files.choose')"
      (change)="chosen()"
    />
  `,
  styles: `
    :host {
      display: grid;
      justify-items: center;
      gap: 8px;
      padding: 32px 16px;
      border: 2px dashed var(--mat-sys-outline-variant);
      border-radius: var(--mc-radius);
      background: var(--mat-sys-surface);
      text-align: center;
    }
    :host(.over) {
      border-color: var(--mat-sys-primary);
      background: var(--mc-tint);
    }
    .mark {
      display: grid;
      place-items: center;
      width: 48px;
      height: 48px;
      border-radius: 50%;
      font-size: 20px;
      color: var(--mat-sys-primary);
      background: var(--mc-tint);
    }
    p {
      margin: 0;
    }
    .lead {
      font-weight: 600;
    }
    .touch {
      display: none;
    }
    /* Nothing can be dragged where there is no pointer that hovers. */
    @media (hover: none) {
      .mouse {
        display: none;
      }
      .touch {
        display: inline;
      }
    }
    .hint {
      max-width: 52ch;
      font-size: 0.8125rem;
      color: var(--mat-sys-on-surface-variant);
    }
  `,
})
export class FileDrop {
  readonly disabled = input(false);
  readonly picked = output<File>();

  protected readonly texts = inject(Texts);
  protected readonly icon = Upload;
  protected readonly over = signal(false);
  private readonly chooser = viewChild.required<ElementRef<HTMLInputElement>>('chooser');

  protected choose(): void {
    this.chooser().nativeElement.click();
  }

  protected chosen(): void {
    const input = this.chooser().nativeElement;
    const file = input.files?.[0];
    // Cleared, so that the same file can be chosen again.
    input.value = '';
    if (file) this.picked.emit(file);
  }

  protected drag(event: DragEvent, over: boolean): void {
    if (this.disabled() || !event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    this.over.set(over);
  }

  protected drop(event: DragEvent): void {
    if (this.disabled()) return;
    event.preventDefault();
    this.over.set(false);
    const file = event.dataTransfer?.files[0];
    if (file) this.picked.emit(file);
  }
}
