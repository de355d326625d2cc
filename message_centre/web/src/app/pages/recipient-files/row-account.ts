import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';

import type { RecipientFile } from '@core/api/documents';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';

interface Row {
  readonly key: string;
  readonly label: string;
  readonly count: number;
  readonly share: number;
  readonly tone: 'good' | 'neutral' | 'bad';
}

/** What became of every row of a recipient file, as a bar and in numbers. */
@Component({
  selector: 'mc-row-account',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="whole" aria-hidden="true">
      @for (row of rows(); track row.key) {
        <span [class]="row.tone" [style.flex-grow]="row.count"></span>
      }
    </div>
    <dl>
      @for (row of rows(); track row.key) {
        <div>
          <dt><span class="key" [class]="row.tone"></span>{{ row.label }}</dt>
          <dd>{{ formats.number(row.count) }}</dd>
          <dd class="share">{{ formats.percent(row.share) }}</dd>
        </div>
      }
    </dl>
    @if (notes().length) {
      <ul>
        @for (note of notes(); track note) {
          <li>{{ note }}</li>
        }
      </ul>
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: 12px;
    }
    .whole {
      display: flex;
      gap: 2px;
      height: 12px;
      overflow: hidden;
      border-radius: 6px;
    }
    .whole span {
      min-width: 3px;
      flex-basis: 0;
    }
    .good {
      background: var(--mc-good);
    }
    .neutral {
      background: var(--mat-sys-outline);
    }
    .bad {
      background: var(--mat-sys-error);
    }
    dl {
      display: grid;
      gap: 4px;
      margin: 0;
      max-width: 460px;
    }
    dl div {
      display: grid;
      grid-template-columns: minmax(0, 1fr) auto 64px;
      gap: 12px;
      align-items: baseline;
    }
    dt {
      display: flex;
      gap: 8px;
      align-items: baseline;
    }
    .key {
      width: 10px;
      height: 10px;
      border-radius: 3px;
    }
    dd {
      margin: 0;
      text-align: right;
      font-weight: 600;
    }
    .share {
      font-weight: 400;
      color: var(--mat-sys-on-surface-variant);
    }
    ul {
      margin: 0;
      padding-left: 20px;
      color: var(--mat-sys-on-surface-variant);
    }
  `,
})
export class RowAccount {
  readonly account = input.required<RecipientFile['account']>();

  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);

  protected readonly rows = computed<Row[]>(() => {
    const { rows = 0, accepted = 0, duplicates = 0, invalid_reasons: reasons = {} } = this.account();
    const row = (key: string, label: string, count: number, tone: Row['tone']): Row => ({
      key,
      label,
      count,
      tone,
      share: rows ? count / rows : 0,
    });
    return [
      row('accepted', this.texts.t('files.accepted'), accepted, 'good'),
      row('duplicates', this.texts.t('files.duplicates'), duplicates, 'neutral'),
      ...Object.entries(reasons)
        // Duplicates are counted apart from what is wrong with a row.
        .filter(([reason]) => reason !== 'duplicate')
        .sort(([, a], [, b]) => b - a)
        .map(([reason, count]) => row(reason, this.texts.word('files.reasons', reason), count, 'bad')),
    ].filter((each) => each.count > 0 || each.key === 'accepted');
  });

  protected readonly notes = computed(() =>
    Object.entries(this.account().flags ?? {})
      .filter(([, count]) => count > 0)
      .map(([flag, count]) => `${this.formats.number(count)} ${this.texts.word('files.flags', flag)}`),
  );
}
